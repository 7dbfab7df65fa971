"""Puts the typeface of our PDFs, DejaVu Sans, into ui/fonts.

Run `.venv/bin/python scripts/vendor_dejavu.py` (npm is needed, Node modules are not kept). This is the only way files enter ui/fonts.
The two weights that we draw with are kept as they are, with their licence. The package is the project's release 2.37.

A new release: change VERSION and INTEGRITY together (`npm view dejavu-fonts-ttf@VERSION dist.integrity`).
"""

import base64
import hashlib
import subprocess
import tarfile
import tempfile
from pathlib import Path

VERSION = "2.37.3"
INTEGRITY = "sha512-f1hd7jJbeQa1VWcw+K2KrTXS50zTMaHpVC4XIKJpNcDeYR5ajMtj/iLlQDYNvLOKamUB3ARVVCf79lNwNVztSQ=="
TARGET = Path(__file__).resolve().parent.parent / "ui" / "fonts"
KEPT = {
    "package/ttf/DejaVuSans.ttf": "DejaVuSans.ttf",
    "package/ttf/DejaVuSans-Bold.ttf": "DejaVuSans-Bold.ttf",
    "package/LICENSE": "LICENCE",
}


def fetch(folder: Path) -> Path:
    """Downloads the package into `folder` and returns the tarball, or stops if it is not the one we know."""
    command = ["npm", "pack", f"dejavu-fonts-ttf@{VERSION}", "--silent", "--pack-destination", str(folder)]
    subprocess.run(command, check=True)
    tarball = folder / f"dejavu-fonts-ttf-{VERSION}.tgz"
    found = "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if found != INTEGRITY:
        raise SystemExit(f"dejavu-fonts-ttf {VERSION}: the package has hash {found}, we expected {INTEGRITY}.")
    return tarball


def unpack(tarball: Path, target: Path) -> None:
    """Writes what we keep of the package into `target`."""
    target.mkdir(exist_ok=True)
    with tarfile.open(tarball) as package:
        for name, kept in KEPT.items():
            member = package.extractfile(name)
            if member is None:
                raise SystemExit(f"dejavu-fonts-ttf {VERSION} holds no file {name}.")
            (target / kept).write_bytes(member.read())
    (target / "VERSION").write_text(VERSION + "\n")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        unpack(fetch(Path(folder)), TARGET)
