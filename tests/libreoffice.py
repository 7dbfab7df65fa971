"""LibreOffice without a screen, as the second program that opens our workbooks."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""
"""By itself LibreOffice trusts the results that stand in a file, save those of programs that it knows not to calculate."""


class LibreOffice:
    """Saves workbooks again, in a profile of its own."""

    def __init__(self, program: str) -> None:
        self.program = program

    def saved_again(self, *workbooks: Path, recalculated: bool = False) -> list[Path]:
        """The workbooks, of one folder, as LibreOffice saves them."""
        folder = workbooks[0].parent
        profile = folder / "profile"
        (profile / "user").mkdir(parents=True, exist_ok=True)
        if recalculated:
            (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE)
        saved = folder / "saved"
        command = (self.program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx")
        subprocess.run((*command, "--outdir", saved, *workbooks), check=True, capture_output=True, timeout=300)
        return [saved / workbook.name for workbook in workbooks]


@pytest.fixture(scope="session")
def libreoffice() -> LibreOffice:
    """LibreOffice; one loud line and a skip where it is missing, a failure with CI=true."""
    program = shutil.which("soffice")
    if program is None:
        message = "LIBREOFFICE IS MISSING: our workbooks and formulas were NOT compared with another program's"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return LibreOffice(program)
