"""What is wrong with a round that somebody wants to open."""

from collections.abc import Iterator

from django.utils import timezone

from desk.ladder import ladders
from desk.queries.opening import RoundPlan, effect_of
from footprints.models import Trust
from submissions.models import Collection
from ui.formats import long_date, sentence_list

MOST_EXTENSION_DAYS = 60
"""Working days, by which a support manager may extend a return at the most."""


def plan_troubles(plan: RoundPlan) -> dict[str, str]:
    """What is wrong with a plan, by the field of the form."""
    return dict((*_date_troubles(plan), *_owing_troubles(plan), *_rule_troubles(plan)))


def _date_troubles(plan: RoundPlan) -> Iterator[tuple[str, str]]:
    today = timezone.localdate()
    if plan.opens_date < today:
        yield "opens_date", f"The day it opens must be today, {long_date(today)}, or after."
    if plan.due_date <= plan.opens_date:
        yield "due_date", f"The day it is due must be after {long_date(plan.opens_date)}, when it opens."
    if plan.closes_date is not None and plan.closes_date < plan.due_date:
        yield "closes_date", f"The day it closes must be {long_date(plan.due_date)} or after: it is due then."


def _owing_troubles(plan: RoundPlan) -> Iterator[tuple[str, str]]:
    if plan.purpose == Collection.Purpose.PILOT and plan.owed_by != Collection.OwedBy.LIST:
        yield "owed_by", "A pilot is for trusts that you choose. Choose “Trusts on a list” and list them."
    elif plan.owed_by == Collection.OwedBy.TYPES and not plan.trust_types:
        yield "trust_types", "Choose the types of trust that owe a return."
    elif plan.owed_by == Collection.OwedBy.LIST:
        known = set(Trust.objects.filter(ods_code__in=plan.trusts).values_list("ods_code", flat=True))
        if not plan.trusts:
            yield "trusts", "List the trusts that owe a return, by their codes."
        elif unknown := sorted(set(plan.trusts) - known):
            yield "trusts", f"There is no trust {sentence_list(unknown)}. Use codes such as R1H."
    if not effect_of(plan).owing.owes:
        yield "whole", "No trust would owe a return. Choose others."


def _rule_troubles(plan: RoundPlan) -> Iterator[tuple[str, str]]:
    if round_of_that_name(plan) is not None:
        yield "name", f"There is a round of that name for {plan.definition.year} already. Give this one another name."
    if plan.ladder and plan.ladder not in ladders():
        yield "ladder", "Choose a ladder from the list."
    if not 0 <= plan.extension_days <= MOST_EXTENSION_DAYS:
        yield "extension_days", f"The working days must be from 0 to {MOST_EXTENSION_DAYS}."


def round_of_that_name(plan: RoundPlan) -> Collection | None:
    """The round that bears the name of a planned one already."""
    return Collection.objects.filter(template=plan.template, year=plan.definition.year, name=plan.name).first()
