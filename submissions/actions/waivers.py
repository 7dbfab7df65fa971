"""Waivers: asked for by somebody of the trust or its support manager, decided by another, taken back by either side."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from footprints.access import NotAllowed, check_may, may
from footprints.events import record
from footprints.models import Trust, User
from submissions.models import Waiver
from submissions.queries.rulesets import rules_of, versions_of
from templates_app import registry
from templates_app.schema import BuiltInCheck, Rule
from ui.formats import long_date

FEWEST_LETTERS = 10
"""A reason shorter than this says nothing that a reader could act on."""

LONGEST_DAYS = 366
"""A waiver holds for a year at most; then somebody looks again."""

NEVER_WAIVED: Final[frozenset[BuiltInCheck]] = frozenset({"right_template", "right_trust", "typed_right"})
"""Checks that guard the reading itself: without them we would not know what we read."""


class CannotWaive(Exception):
    """The waiver cannot be asked for, decided or taken back. `troubles` are sentences for the person, by what they are about:
    rule, line, reason or expires_date."""

    def __init__(self, troubles: Mapping[str, str]) -> None:
        super().__init__(" ".join(troubles.values()))
        self.troubles = troubles


def may_be_waived(rule: Rule) -> bool:
    """Whether a rule is one that somebody can be let off."""
    return rule.severity != "info" and rule.check not in NEVER_WAIVED


def never_waived(template: str) -> frozenset[str]:
    """The codes of a template's rules that nobody can be let off, in any of its versions."""
    versions = (definition for (name, _), definition in registry.definitions().items() if name == template)
    return frozenset(rule.code for definition in versions for rule in definition.rules if not may_be_waived(rule))


def ask_waiver(
    *, by: User, trust: Trust, template: str, rule_code: str, line: str = "", reason: str, expires_date: date
) -> Waiver:
    """Ask that a rule need not hold at a trust until a day: at one line, or at every line where none is named.

    Raises NotAllowed, CannotWaive with everything that is wrong with what was asked.
    """
    check_may(by, "ask_waiver", trust=trust)
    with transaction.atomic():
        Trust.objects.select_for_update().get(pk=trust.pk)  # so that a double click asks once
        same = Waiver.objects.filter(trust=trust, template=template, rule_code=rule_code, line=line)
        troubles = dict(
            (
                *_rule_troubles(template, rule_code, line),
                *_date_troubles(expires_date),
                *_reason_troubles(reason),
            )
        )
        if same.waiting().exists():
            troubles["rule"] = "This waiver was asked for already, and waits to be decided."
        elif same.in_force(timezone.localdate()).exists():
            troubles["rule"] = "The trust has this waiver already."
        if troubles:
            raise CannotWaive(troubles)
        waiver = Waiver.objects.create(
            trust=trust,
            template=template,
            rule_code=rule_code,
            line=line,
            reason=reason.strip(),
            asked_by=by,
            expires_date=expires_date,
        )
        _record(waiver, "waiver asked for", by)
    return waiver


def decide_waiver(*, by: User, waiver: Waiver, approve: bool, reason: str) -> None:
    """Approve or refuse a waiver that somebody else has asked for, with a reason. From then on files are judged accordingly.

    Raises NotAllowed where the person may not decide or has asked for it, CannotWaive where it waits no longer or the reason says
    too little.
    """
    check_may(by, "decide_waiver", trust=waiver.trust)
    with transaction.atomic():
        current = Waiver.objects.select_for_update().get(pk=waiver.pk)
        if current.asked_by_id == by.pk:
            raise NotAllowed("You asked for this waiver, so somebody else decides on it.")
        if not current.is_waiting:
            raise CannotWaive({"rule": "This waiver has been decided or taken back already."})
        if troubles := dict(_reason_troubles(reason)):
            raise CannotWaive(troubles)
        if approve and current.expires_date < timezone.localdate():
            raise CannotWaive(
                {"rule": "The last day that was asked for has passed. Refuse it, and let the trust ask anew."}
            )
        decision = Waiver.Decision.APPROVED if approve else Waiver.Decision.REFUSED
        Waiver.objects.filter(pk=waiver.pk).update(
            decision=decision, decided_by=by, decided_at=timezone.now(), decision_reason=reason.strip()
        )
        _record(waiver, f"waiver {decision.value}", by)


def withdraw_waiver(*, by: User, waiver: Waiver) -> None:
    """Take back a waiver, or the request for one: the rule holds again. Raises NotAllowed, CannotWaive where there is nothing to take
    back."""
    with transaction.atomic():
        current = Waiver.objects.select_for_update().get(pk=waiver.pk)
        if current.is_waiting or not may(by, "decide_waiver", trust=waiver.trust):
            check_may(by, "ask_waiver", trust=waiver.trust)
        if not (current.is_waiting or current.held_at(timezone.now())):
            raise CannotWaive({"rule": "This waiver does not hold, so there is nothing to take back."})
        Waiver.objects.filter(pk=waiver.pk).update(withdrawn_at=timezone.now())
        _record(waiver, "waiver withdrawn", by)


def _rule_troubles(template: str, rule_code: str, line: str) -> Iterator[tuple[str, str]]:
    rule = rules_of(template).get(rule_code)
    if rule is None:
        yield "rule", f"There is no rule {rule_code}."
    elif not may_be_waived(rule):
        yield "rule", f"{rule_code} cannot be waived: it asks for nothing, or we could not read a file without it."
    lines = {
        item.code
        for version in versions_of(template)
        for sheet in registry.get(template, version).sheets
        for item in sheet.lines
    }
    if line and line not in lines:
        yield "line", f"{line} is no line of this template."


def _date_troubles(expires_date: date) -> Iterator[tuple[str, str]]:
    today = timezone.localdate()
    latest = today + timedelta(days=LONGEST_DAYS)
    if expires_date <= today:
        yield "expires_date", "The last day must be still to come."
    elif expires_date > latest:
        yield "expires_date", f"The last day must be {long_date(latest)} or before: a waiver holds for a year at most."


def _reason_troubles(reason: str) -> Iterator[tuple[str, str]]:
    if len(reason.strip()) < FEWEST_LETTERS:
        yield "reason", f"Say why in at least {FEWEST_LETTERS} letters."


def _record(waiver: Waiver, verb: str, by: User) -> None:
    detail = {"rule": waiver.rule_code, "line": waiver.line, "until": waiver.expires_date.isoformat()}
    record(verb=verb, by=by, subject=waiver, trust=waiver.trust, detail=detail)
