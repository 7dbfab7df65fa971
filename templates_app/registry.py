"""Every definition there is, read once, and the stamp of those that were published. Pure.

A file is `definitions/<template>/<version>.yaml`. Its checksum is the SHA-256 of its bytes. `definitions/published.yaml` keeps
the checksum of every version that went out: returns were judged by it, so it never changes again. A change is a new version.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from templates_app.definition_file import DefinitionFaults, Fault, read_definition
from templates_app.definition_parameters import agreement_faults
from templates_app.definition_yaml import read_yaml
from templates_app.schema import Definition

FOLDER = Path(__file__).resolve().parent / "definitions"


class UnknownTemplate(LookupError):
    """There is no definition of that template, or not in that version."""


def files(folder: Path = FOLDER) -> tuple[Path, ...]:
    """Every definition file, by template and version, the oldest version first."""
    return tuple(sorted(folder.glob("*/*.yaml"), key=lambda path: (path.parent.name, in_order(path.stem))))


@cache
def definitions() -> Mapping[tuple[str, str], Definition]:
    """Every definition by template and version. Raises DefinitionFaults where one is not sound, by itself or beside the others."""
    found = {(path.parent.name, path.stem): read_definition(path) for path in files()}
    if faults := disagreements(found):
        raise DefinitionFaults(faults)
    return found


def disagreements(found: Mapping[tuple[str, str], Definition]) -> tuple[Fault, ...]:
    """What is wrong with rules that look at another template, in the newest version of each template."""
    newest = {template: found[template, version] for template, version in sorted(found, key=lambda of: in_order(of[1]))}
    return tuple(
        Fault(f"{definition.template}/{definition.version}.yaml", sentence)
        for definition in newest.values()
        for _, sentence in agreement_faults(definition, newest)
    )


def get(template: str, version: str | None = None) -> Definition:
    """The definition of a template in one version, or in its newest. Raises UnknownTemplate."""
    if version is None:
        versions = [known for name, known in definitions() if name == template]
        if not versions:
            raise UnknownTemplate(f"There is no template {template}.")
        version = max(versions, key=in_order)
    try:
        return definitions()[template, version]
    except KeyError:
        raise UnknownTemplate(f"There is no template {template} in version {version}.") from None


@cache
def checksum(template: str, version: str) -> str:
    """The SHA-256 of a definition's file, in hexadecimal. Raises UnknownTemplate."""
    get(template, version)
    return checksum_of(FOLDER / template / f"{version}.yaml")


def checksum_of(path: Path) -> str:
    """The SHA-256 of one definition file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def stamps(folder: Path = FOLDER) -> dict[str, str]:
    """The checksums of the versions that were published, by `template/version`."""
    data = read_yaml((folder / "published.yaml").read_text(encoding="utf-8")).data
    return {name: str(stamp) for name, stamp in data.items()} if isinstance(data, dict) else {}


def broken_stamps(folder: Path = FOLDER) -> tuple[str, ...]:
    """A sentence for every published version whose file was changed or removed since."""
    here = {f"{path.parent.name}/{path.stem}": checksum_of(path) for path in files(folder)}
    return tuple(
        f"{name}.yaml was published and has {'changed' if name in here else 'gone'} since: a change is a new version."
        for name, stamp in stamps(folder).items()
        if here.get(name) != stamp
    )


def stamp(folder: Path = FOLDER) -> tuple[str, ...]:
    """Stamp every version that has no stamp yet, and name those that were. Stamps that are there stay as they are."""
    known = stamps(folder)
    new = {
        name: checksum_of(path) for path in files(folder) if (name := f"{path.parent.name}/{path.stem}") not in known
    }
    if new:
        with (folder / "published.yaml").open("a", encoding="utf-8") as file:
            file.writelines(f"{name}: {value}\n" for name, value in new.items())
    return tuple(new)


def in_order(version: str) -> tuple[int, ...]:
    """A version as it is sorted: 2016.10 comes after 2016.9."""
    return tuple(int(part) if part.isdecimal() else 0 for part in version.split("."))
