"""The company that a measured return is in: other trusts' accepted returns, and its own of last year."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from footprints.models import User
    from submissions.models import Collection, Return
    from submissions.storage import Kept
    from templates_app.reading import Place, Value

OTHERS = 40


def values_of(return_record: "Return", seed: int = 1) -> "dict[Place, Value]":
    from templates_app import registry
    from templates_app.example_figures import example_values
    from templates_app.trust_reference import trust_reference

    definition = registry.get(return_record.collection.template)
    code = return_record.trust.ods_code
    published = trust_reference(code).published.get(definition.year, {})
    return dict(example_values(definition, published, seed=seed, trust_code=code))


def workbook_of(return_record: "Return", values: "Mapping[Place, Value]") -> bytes:
    from submissions.actions.download import trust_details
    from templates_app import registry
    from templates_app.workbook_write import write_workbook

    definition = registry.get(return_record.collection.template)
    return write_workbook(definition, trust_details(return_record), values=values)


def fill_others(own: "Return", person: "User", kept: "Kept") -> None:
    """What the trust is compared with."""
    from submissions.models import Return

    same_type = Return.objects.select_related("trust", "collection").filter(
        collection=own.collection, trust__trust_type=own.trust.trust_type
    )
    for record in same_type.exclude(pk=own.pk)[:OTHERS]:
        accepted(record, values_of(record), person, kept)
    before = {place: smaller(value) for place, value in values_of(own).items()}
    accepted(Return.objects.create(collection=last_year(own.collection), trust=own.trust), before, person, kept)


def smaller(value: "Value") -> "Value":
    """A little less, as it was last year."""
    if value.number is None:
        return value
    return replace(value, number=(value.number * Decimal("0.97")).quantize(Decimal("0.1")))


def last_year(collection: "Collection") -> "Collection":
    from submissions.checks.case import year_before
    from submissions.models import Collection

    return Collection.objects.create(
        template=collection.template, version=collection.version, year=year_before(collection.year), name="Last year",
        opens_date=collection.opens_date, due_date=collection.due_date,
    )  # fmt: skip


def accepted(return_record: "Return", values: "Mapping[Place, Value]", person: "User", kept: "Kept") -> None:
    """A return on record, with these figures."""
    from django.utils import timezone

    from submissions.actions.load import copy_figures
    from submissions.models import Submission
    from submissions.states import State

    now, collection = timezone.now(), return_record.collection
    file = Submission.objects.create(
        return_record=return_record,
        file_key=kept.key,
        sha256=kept.sha256,
        size_bytes=kept.size_bytes,
        uploaded_by=person,
        state=State.ACCEPTED,
        template=collection.template,
        version=collection.version,
        checked_at=now,
        loaded_at=now,
    )
    copy_figures(figure_rows(file.pk, values))


def figure_rows(pk: int, values: "Mapping[Place, Value]") -> Iterable[Any]:
    for (line, column), value in values.items():
        number = None if value.number is None else f"{value.number:f}"
        yield (pk, line, column, value.kind, number, value.text, "Costs", "D9")
