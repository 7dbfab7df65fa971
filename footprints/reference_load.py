"""Puts the reference data into the database, once or again."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.db import models, transaction

from footprints.events import record
from footprints.models import Footprint, Membership, PublishedFigure, Trust, User
from footprints.reference import DATA, Row, Value, read_reference

Record = TypeVar("Record", bound=models.Model)


class FaultyReference(Exception):
    """The data files have faults; nothing was loaded. `faults` has a sentence for each, with file:line."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Loaded:
    """What loading one kind of record did."""

    created: int
    updated: int
    unchanged: int

    @property
    def changed(self) -> bool:
        """Whether the database is not as it was."""
        return bool(self.created or self.updated)


@transaction.atomic
def load_reference(*, by: User | str, folder: Path = DATA) -> dict[str, Loaded]:
    """Make footprints, trusts, memberships and published figures as the files say; all of it, or nothing.

    A second run changes nothing and writes no event. Records that no file mentions stay. Raises FaultyReference.
    """
    found = read_reference(folder)
    if found.faults:
        raise FaultyReference(found.faults)
    done = {
        "footprints": _load(Footprint, found.footprints.values(), ("ons_code",)),
        "trusts": _load_trusts(found.trusts.values()),
    }
    keys = {
        "ods_code": ("trust_id", dict(Trust.objects.values_list("ods_code", "pk"))),
        "ons_code": ("footprint_id", dict(Footprint.objects.values_list("ons_code", "pk"))),
    }
    members, figures = _with_keys(found.memberships, keys), _with_keys(found.figures, keys)
    done["memberships"] = _load(Membership, members, ("trust_id", "footprint_id", "from_date"))
    done["published figures"] = _load(PublishedFigure, figures, ("trust_id", "year", "measure"))
    if any(kind.changed for kind in done.values()):
        counts = {name: {"created": kind.created, "updated": kind.updated} for name, kind in done.items()}
        record(verb="reference_loaded", by=by, subject="reference:files", detail=counts)
    return done


def _load_trusts(rows: Collection[Row]) -> Loaded:
    """The trusts, and which of them took which over. What a person entered of that stays where the files say nothing of it."""
    entered = dict(Trust.objects.exclude(successor=None).values_list("ods_code", "closed_date"))
    trusts: list[Row] = []
    for row in rows:
        own: Row = {name: value for name, value in row.items() if name != "taken_over_by"}
        own["closed_date"] = row["closed_date"] or entered.get(str(row["ods_code"]))
        trusts.append(own)
    loaded = _load(Trust, trusts, ("ods_code",))
    for row in rows:
        if row["taken_over_by"]:
            successor = Trust.objects.get(ods_code=row["taken_over_by"])
            Trust.objects.filter(ods_code=row["ods_code"], successor=None).update(successor=successor)
    return loaded


def _with_keys(rows: dict[tuple[Value, ...], Row], keys: dict[str, tuple[str, dict[str, int]]]) -> list[Row]:
    """The rows with public codes replaced by the keys that the database gave them."""
    answer: list[Row] = []
    for row in rows.values():
        own: Row = {name: value for name, value in row.items() if name not in keys}
        for code in keys.keys() & row.keys():
            name, key_of = keys[code]
            own[name] = key_of[str(row[code])]
        answer.append(own)
    return answer


def _load(model: type[Record], rows: Collection[Row], key: tuple[str, ...]) -> Loaded:
    """Create or update one record per row; `key` names the columns by which a record is known again."""
    known = {tuple(getattr(one, name) for name in key): one for one in model._default_manager.select_for_update()}
    new: list[Record] = []
    changed: list[Record] = []
    unchanged = 0
    for row in rows:
        one = known.get(tuple(row[name] for name in key))
        if one is None:
            new.append(model(**row))
        elif any(getattr(one, name) != value for name, value in row.items()):
            for name, value in row.items():
                setattr(one, name, value)
            changed.append(one)
        else:
            unchanged += 1
    model._default_manager.bulk_create(new, batch_size=2000)
    if changed:
        columns = [name for name in next(iter(rows)) if name not in key]
        model._default_manager.bulk_update(changed, columns, batch_size=500)
    return Loaded(created=len(new), updated=len(changed), unchanged=unchanged)
