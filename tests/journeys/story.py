"""What people do in the journeys, in their own words. Each step says what they see when it is done."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from django.conf import settings

from benchmarks.actions import measure
from footprints.models import Footprint, Region, Trust
from submissions.actions.process import process
from submissions.example import (
    PASSWORD,
    STORY_FOOTPRINT,
    STORY_TRUST,
    example_collections,
    example_files,
    example_people,
    explain_examples,
)
from submissions.models import Submission
from tests.factories import FootprintFactory, MembershipFactory, TrustFactory

NEIGHBOURS = ("RF4", "RQX", "RWK", "RAT", "RKE", "RAL", "RRV", "RYJ", "RJ1", "RJ7", "RVR", "RAX")
"""Real trusts whose made-up returns stand beside Barts Health's; those of one footprint first."""
IN_FOOTPRINT = NEIGHBOURS[:4]


def set_the_scene() -> None:
    """A round that is open, a dozen neighbours who have returned, and everybody's account."""
    footprint = FootprintFactory(ons_code=STORY_FOOTPRINT, name="North East London", region=Region.LONDON)
    for code, name in [
        (STORY_TRUST, "Barts Health NHS Trust"),
        *((code, f"{code} Hospitals NHS Trust") for code in NEIGHBOURS),
    ]:
        trust = TrustFactory(ods_code=code, name=name, region=Region.LONDON)
        if code in (*IN_FOOTPRINT, STORY_TRUST):
            MembershipFactory(trust=trust, footprint=footprint)
    assert Trust.objects.count() == len(NEIGHBOURS) + 1
    assert Footprint.objects.count() == 1
    example_people()
    for collection in example_collections():
        for submission in example_files(collection):
            process(submission_id=submission.pk)
        explain_examples(collection)
    for submission in Submission.objects.unmeasured():
        measure(submission_id=submission.pk)


@dataclass
class Person:
    """Somebody at a browser."""

    page: object
    axe: object

    def signs_in(self, email: str, password: str = PASSWORD) -> None:
        self.page.goto("/sign-in/")
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("heading", level=1).wait_for()

    def sees(self, text: str, seconds: float = 20) -> None:
        self.page.get_by_text(text).first.wait_for(timeout=seconds * 1000)

    def finds_nothing_in_the_way(self) -> None:
        """No rule of WCAG 2.2 AA is broken, and the page does not scroll sideways, at each width that it is looked at."""
        for size in getattr(self.page, "widths", [self.page.viewport_size]):
            self.page.set_viewport_size(size)
            self.axe(self.page)
            wide, room = self.page.evaluate(
                "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
            )
            assert wide <= room, f"{self.page.url} is {wide} px wide in a window of {room}"

    def downloads_the_workbook(self, folder: Path) -> Path:
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name="Download your workbook").click()
        path = folder / "downloaded.xlsx"
        download.value.save_as(path)
        return path

    def uploads(self, path: Path) -> None:
        self.page.set_input_files("input[type=file]", path)
        self.page.get_by_role("button", name="Upload and check").click()
        self.page.wait_for_url("**/submissions/**")


def filled(path: Path) -> Path:
    """The workbook with made-up figures, as the command fills it."""
    target = path.with_name("filled.xlsx")
    command = (sys.executable, "manage.py", "fill_workbook", str(path), "--seed", "3", "-o", str(target))
    subprocess.run(command, cwd=settings.BASE_DIR, check=True, capture_output=True)
    return target


def with_slips(path: Path) -> Path:
    """The same with words where a number belongs, and a blank."""
    workbook = openpyxl.load_workbook(path)
    workbook["Costs"]["D9"] = "see note"
    workbook["Volumes"]["C6"] = None
    target = path.with_name("with slips.xlsx")
    workbook.save(target)
    return target
