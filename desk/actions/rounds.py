"""Opening a round as it was shown: the plan is judged anew when it is confirmed, and two clicks open one."""

from django.db import transaction

from desk.queries.opening import RoundPlan, effect_of
from desk.queries.plan_troubles import plan_troubles, round_of_that_name
from footprints.access import check_may
from footprints.models import User
from submissions.actions.open_collection import open_collection
from submissions.actions.register import CannotChangeRound
from submissions.models import Collection
from templates_app.actions import DefinitionChanged, publish
from templates_app.models import TemplateVersion


class EffectChanged(Exception):
    """Other trusts would owe a return now than were shown: the person looks again. Nothing was opened."""


def open_round(*, by: User, plan: RoundPlan, shown: str) -> Collection:
    """Open the round of a plan whose effect the person was shown; `shown` is the digest of that effect. Confirming it twice gives the
    round that was opened first.

    Raises NotAllowed, CannotChangeRound with everything that is wrong with the plan, EffectChanged.
    """
    check_may(by, "manage_collections")
    with transaction.atomic():
        try:
            publish(by=by, template=plan.template, version=plan.version)
        except DefinitionChanged as changed:
            raise CannotChangeRound(version=str(changed)) from changed
        # Whoever else opens a round of this version waits here.
        TemplateVersion.objects.select_for_update().get(template=plan.template, version=plan.version)
        found = round_of_that_name(plan)
        if found is not None and _is_as_planned(found, plan):
            return found
        if troubles := plan_troubles(plan):
            raise CannotChangeRound(**troubles)
        if effect_of(plan).digest != shown:
            raise EffectChanged(
                "The trusts that owe a return have changed since. Look at them again before you confirm."
            )
        opened = open_collection(
            by=by,
            template=plan.template,
            version=plan.version,
            name=plan.name,
            opens_date=plan.opens_date,
            due_date=plan.due_date,
            trusts=plan.trusts,
            purpose=plan.purpose,
            owed_by=plan.owed_by,
            trust_types=plan.trust_types,
            closes_date=plan.closes_date,
            ladder=plan.ladder,
            sign_off_rule=plan.sign_off_rule,
            extension_days=plan.extension_days,
        )
    return opened


def _is_as_planned(collection: Collection, plan: RoundPlan) -> bool:
    """Whether a round is the very one that the plan opens."""

    def of(one: Collection | RoundPlan) -> tuple[object, ...]:
        dates = (one.opens_date, one.due_date, one.closes_date)
        rules = (one.purpose, one.owed_by, one.ladder, one.sign_off_rule, one.extension_days)
        return (one.version, *dates, *rules, tuple(sorted(one.trust_types)))

    registered = set(collection.returns.values_list("trust__ods_code", flat=True))
    return of(collection) == of(plan) and {trust.ods_code for trust in effect_of(plan).owing.owes} == registered
