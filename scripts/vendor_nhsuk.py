"""Puts the NHS design system's ready-made stylesheet, script and images into static/nhsuk.

Run `.venv/bin/python scripts/vendor_nhsuk.py` (npm is needed, Node modules are not kept). This is the only way files
enter static/nhsuk. Three things are mended on the way:

- the @font-face rules go: they load Frutiger, which is licensed, from another host; Arial is the system's own fallback;
- the source-map comments go: the maps are not kept, and hashed static files must find every file they name;
- absolute /assets/images/ addresses become relative, so that they work wherever static files are served.

A new release: change VERSION and INTEGRITY together (`npm view nhsuk-frontend@VERSION dist.integrity`), and
nhsuk-frontend-jinja in pyproject.toml to the release its README pairs with it.
"""

import base64
import hashlib
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

VERSION = "10.6.1"
INTEGRITY = "sha512-PZorqQZjZx/A26yJoskCL9z0ib6AtkAyF0o4K/RHr8zRrJyXrUOCnMbjy0VNXsGO4tfTNMwqlkwATKs4a0xayw=="
TARGET = Path(__file__).resolve().parent.parent / "static" / "nhsuk"
IMAGES = "package/dist/nhsuk/assets/images/"
# The package names its licence but does not carry the text; this is the text of the project's repository.
LICENCE = """nhsuk-frontend is used under the MIT Licence. The @font-face rules and source-map comments were removed and image
addresses were made relative; see scripts/vendor_nhsuk.py.

MIT License

Copyright (c) 2019 NHS.UK

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""


def fetch(folder: Path) -> Path:
    """Downloads the package into `folder` and returns the tarball, or stops if it is not the one we know."""
    subprocess.run(
        ["npm", "pack", f"nhsuk-frontend@{VERSION}", "--silent", "--pack-destination", str(folder)], check=True
    )
    tarball = folder / f"nhsuk-frontend-{VERSION}.tgz"
    found = "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if found != INTEGRITY:
        raise SystemExit(f"nhsuk-frontend {VERSION}: the package has hash {found}, we expected {INTEGRITY}.")
    return tarball


def mend_stylesheet(css: str) -> str:
    """The stylesheet without remote fonts and source map, with images beside it."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = re.sub(r"/\*# sourceMappingURL=\S+ \*/", "", css)
    return css.replace("/assets/images/", "images/").strip() + "\n"


def mend_script(javascript: str) -> str:
    """The script without its source map."""
    return re.sub(r"//# sourceMappingURL=\S+", "", javascript).strip() + "\n"


def unpack(tarball: Path, target: Path) -> None:
    """Replaces everything in `target` by what we keep of the package."""
    shutil.rmtree(target, ignore_errors=True)
    (target / "images").mkdir(parents=True)
    with tarfile.open(tarball) as package:

        def content(name: str) -> bytes:
            member = package.extractfile(name)
            if member is None:
                raise SystemExit(f"nhsuk-frontend {VERSION} holds no file {name}.")
            return member.read()

        stylesheet = content("package/dist/nhsuk/nhsuk-frontend.min.css").decode()
        script = content("package/dist/nhsuk/nhsuk-frontend.min.js").decode()
        for name in package.getnames():
            if name.startswith(IMAGES):
                (target / "images" / Path(name).name).write_bytes(content(name))
    (target / "nhsuk-frontend.min.css").write_text(mend_stylesheet(stylesheet))
    (target / "nhsuk-frontend.min.js").write_text(mend_script(script))
    (target / "VERSION").write_text(VERSION + "\n")
    (target / "LICENCE").write_text(LICENCE)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        unpack(fetch(Path(folder)), TARGET)
