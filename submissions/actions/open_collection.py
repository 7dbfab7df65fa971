"""Opening a round: the collection, and the return that each trust owes to it."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction

from footprints.access import check_may
from footprints.events import record
from footprints.models import User
from submissions.models import Collection, Return
from submissions.queries.register import OwingRule, owing
from submissions.queries.register import year_end as year_end
from templates_app import registry
from templates_app.actions import publish


class Terms(TypedDict, total=False):
    """By which rules a round is run; what is left out is as in `Collection`."""

    illustrative: bool
    purpose: str
    owed_by: str
    trust_types: Sequence[str]
    closes_date: date | None
    ladder: str
    sign_off_rule: str
    extension_days: int


def open_collection(
    *,
    by: User | str,
    template: str,
    name: str,
    opens_date: date,
    due_date: date,
    version: str | None = None,
    trusts: Sequence[str] = (),
    **terms: Unpack[Terms],
) -> Collection:
    """Open a collection from a version of a template (the newest when none is named), or find the one of that name as it was opened;
    every trust that owes a return by its rule gets one. `trusts` are ODS codes, where it is owed by a list. The version counts as
    published from then on. Repeating it adds what is missing from the register, and changes nothing else.

    Raises NotAllowed where `by` is a person who may not, DefinitionChanged when the version went out before with other contents.
    """
    if isinstance(by, User):
        check_may(by, "manage_collections")
    definition = registry.get(template, version)
    with transaction.atomic():
        publish(by=by, template=template, version=definition.version)
        own = {"version": definition.version, "opens_date": opens_date, "due_date": due_date}
        collection, created = Collection.objects.get_or_create(
            template=template,
            year=definition.year,
            name=name,
            defaults={**own, "opened_by": by if isinstance(by, User) else None, **_stored(terms)},
        )
        owed = _register(collection, trusts)
        if created:
            record(verb="collection opened", by=by, subject=collection, detail={"returns": owed})
    return collection


def _register(collection: Collection, trusts: Sequence[str]) -> int:
    """Give every trust that owes a return one, unless it has it; how many owe one."""
    rule = OwingRule(
        collection.year,
        collection.opens_date,
        collection.owed_by,
        tuple(collection.trust_types),
        frozenset(trusts),
        collection.illustrative,
    )
    owed = owing(rule).owes
    Return.objects.bulk_create((Return(collection=collection, trust=trust) for trust in owed), ignore_conflicts=True)
    return len(owed)


def _stored(terms: Terms) -> dict[str, object]:
    """The terms as the collection keeps them."""
    kept: dict[str, object] = {**terms}
    if "trust_types" in terms:
        kept["trust_types"] = sorted(terms["trust_types"])
    return kept
