"""What the pages about waivers show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from footprints.access import trusts_visible_to
from footprints.models import User
from submissions.models import Finding, Submission, Waiver
from submissions.queries.rulesets import rules_of
from templates_app.schema import Rule


@dataclass(frozen=True, slots=True)
class WaiverRow:
    """One waiver, how it stands today, and what the reader may do about it."""

    waiver: Waiver
    rule: Rule | None
    """None where the rule is in force no longer."""
    standing: str
    """waiting, in_force, expired, refused or withdrawn."""
    may_decide: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class WaiversPage:
    """The waivers that a person may see: those to be decided, those in force, and the rest."""

    waiting: tuple[WaiverRow, ...]
    in_force: tuple[WaiverRow, ...]
    past: tuple[WaiverRow, ...]

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.waiting) + len(self.in_force) + len(self.past)


@dataclass(frozen=True, slots=True)
class ToAskFor:
    """A rule that something was found by in a file, at one line or about the whole file."""

    code: str
    line: str
    label: str
    message: str


def waivers_page(person: User, today: date | None = None) -> WaiversPage:
    """The waivers of the trusts whose findings a person may see, the newest first."""
    today = today or timezone.localdate()
    decides = set(trusts_visible_to(person, "decide_waiver").values_list("pk", flat=True))
    asks = set(trusts_visible_to(person, "ask_waiver").values_list("pk", flat=True))
    waivers = list(Waiver.objects.visible_to(person).select_related("trust", "asked_by", "decided_by"))
    rules = {template: rules_of(template) for template in {waiver.template for waiver in waivers}}
    withdraws = {"waiting": asks, "in_force": asks | decides}  # whoever decides on a request refuses it
    rows = []
    for waiver in waivers:
        standing = standing_of(waiver, today)
        rows.append(
            WaiverRow(
                waiver=waiver,
                rule=rules[waiver.template].get(waiver.rule_code),
                standing=standing,
                may_decide=standing == "waiting" and waiver.trust_id in decides and waiver.asked_by_id != person.pk,
                may_withdraw=waiver.trust_id in withdraws.get(standing, ()),
            )
        )
    return WaiversPage(
        waiting=tuple(row for row in rows if row.standing == "waiting"),
        in_force=tuple(row for row in rows if row.standing == "in_force"),
        past=tuple(row for row in rows if row.standing not in ("waiting", "in_force")),
    )


def standing_of(waiver: Waiver, today: date) -> str:
    """How a waiver stands on a day: waiting, in_force, expired, refused or withdrawn."""
    if waiver.withdrawn_at is not None:
        return "withdrawn"
    if not waiver.decision:
        return "waiting"
    if waiver.decision == Waiver.Decision.REFUSED:
        return "refused"
    return "in_force" if waiver.expires_date >= today else "expired"


def to_ask_for(file: Submission, known: Mapping[str, Rule]) -> tuple[ToAskFor, ...]:
    """What a waiver could be asked for after what was found in a file: each rule once a line. `known` are rules by code."""
    found: dict[tuple[str, str], Finding] = {}
    for finding in file.findings.filter(severity__in=("error", "warning"), trial_until=None):
        if finding.code in known:
            found.setdefault((finding.code, finding.line), finding)
    return tuple(ToAskFor(code, line, item.label, item.message) for (code, line), item in found.items())
