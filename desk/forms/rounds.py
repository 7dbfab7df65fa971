"""Forms of rounds: opening one, its register and its dates."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms

from desk.ladder import ladders
from desk.queries.opening import RoundPlan
from desk.queries.plan_troubles import plan_troubles
from footprints.models import Trust, TrustType
from submissions.models import Collection
from templates_app import registry
from ui.fields import CharField, ChoiceField, ChoicesField, DateField, TextareaField, offer

NO_LADDER = "none"


def version_choices() -> list[tuple[str, str]]:
    """Every version of every template, each template's newest first."""
    known = sorted(registry.definitions().values(), key=lambda item: registry.in_order(item.version), reverse=True)
    ordered = sorted(known, key=lambda item: item.template)
    return [
        (f"{item.template} {item.version}", f"{item.title} {item.year}, version {item.version}") for item in ordered
    ]


def ladder_choices() -> list[tuple[str, str]]:
    """Every ladder, and none."""
    return [*((code, ladder.title) for code, ladder in ladders().items()), (NO_LADDER, "No reminders")]


class OpenRoundForm(forms.Form):
    """A round to be opened. What is sound becomes `plan`."""

    plan: RoundPlan

    version = ChoiceField(label="Template and version")
    name = CharField(
        label="Name of the round", help_text="As the trusts see it, such as Back office 2015/16", max_length=100
    )
    purpose = ChoiceField(
        label="Purpose",
        choices=Collection.Purpose.choices,
        hints={"pilot": "Tries a template out with some trusts. Its figures never mix with those of a round"},
    )
    owed_by = ChoiceField(
        label="Who owes a return",
        choices=Collection.OwedBy.choices,
        hints={
            "all": "All that were open at the end of the year of the figures and are still there, or were taken over"
        },
    )
    trust_types = ChoicesField(
        label="Types of trust",
        help_text="Where trusts of some types owe a return",
        choices=[(kind.value, f"{kind.label[0].upper()}{kind.label[1:]}") for kind in TrustType],
        required=False,
    )
    trusts = TextareaField(
        label="List of trusts",
        help_text="Where trusts on a list owe a return: their codes, such as R1H, with spaces, commas or lines between them",
        required=False,
        rows=4,
    )
    opens_date = DateField(label="Opens", help_text="The first day on which files are taken. For example, 5 9 2016")
    due_date = DateField(label="Due", help_text="A return that comes after this day is late")
    closes_date = DateField(
        label="Closes",
        help_text="The last day on which files are taken. Open until you close it when empty",
        required=False,
    )
    ladder = ChoiceField(label="Reminders")
    sign_off_rule = ChoiceField(label="Sign-off", choices=Collection.SignOffRule.choices)
    extension_days = CharField(
        label="Working days by which a support manager may extend a return",
        help_text="More is for a collection manager to grant",
        width=3,
        inputmode="numeric",
        max_length=3,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, choices in (("version", version_choices()), ("ladder", ladder_choices())):
            offer(self, name, choices)

    def clean_trusts(self) -> tuple[str, ...]:
        """The codes, each once, in the order in which they were typed."""
        return tuple(dict.fromkeys(re.findall(r"[A-Z0-9]+", self.cleaned_data["trusts"].upper())))

    def clean_ladder(self) -> str:
        """The code of the ladder; empty for none."""
        chosen: str = self.cleaned_data["ladder"]
        return "" if chosen == NO_LADDER else chosen

    def clean_extension_days(self) -> int:
        """The number of days."""
        typed: str = self.cleaned_data["extension_days"]
        if not typed.isdecimal():
            raise forms.ValidationError("The working days must be a whole number, such as 10")
        return int(typed)

    def clean(self) -> dict[str, Any]:
        """Judge the plan as a whole, once every field has been understood."""
        given = self.cleaned_data
        if not self.errors:
            template, _, version = given["version"].partition(" ")
            own = {**given, "template": template, "version": version, "trust_types": tuple(given["trust_types"])}
            if own["owed_by"] != Collection.OwedBy.TYPES:
                own["trust_types"] = ()
            if own["owed_by"] != Collection.OwedBy.LIST:
                own["trusts"] = ()
            self.plan = RoundPlan(**own)
            for name, sentence in plan_troubles(self.plan).items():
                self.add_error(name if name in self.fields else None, sentence)
        return given

    @staticmethod
    def filled_from(plan: RoundPlan) -> dict[str, Any]:
        """What a browser would send for a plan."""
        dates = ("opens_date", "due_date", "closes_date")
        data = {name: value for name, value in plan.as_json.items() if name not in dates}
        data |= {
            "version": f"{plan.template} {plan.version}",
            "trusts": " ".join(plan.trusts),
            "trust_types": list(plan.trust_types),
            "ladder": plan.ladder or NO_LADDER,
        }
        for name in dates:
            if day := getattr(plan, name):
                data |= {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}
        return data


def trust_choices(trusts: Iterable[Trust]) -> list[tuple[str, str]]:
    """Trusts to choose one from, by name."""
    return [("", "Choose a trust"), *((str(trust.pk), f"{trust.name} ({trust.ods_code})") for trust in trusts)]


class _WithTrusts(forms.Form):
    """A form in which trusts are chosen from lists that its view gives by the name of the field."""

    def __init__(self, *args: Any, trusts: dict[str, Iterable[Trust]], **options: Any) -> None:
        super().__init__(*args, **options)
        for name, listed in trusts.items():
            offer(self, name, trust_choices(listed))


class AddToRegisterForm(_WithTrusts):
    """One more trust that owes a return, and why."""

    trust = ChoiceField(label="Trust", select=True)
    reason = TextareaField(
        label="Reason",
        help_text="Why it owes a return though the round's rule does not ask it to",
        max_length=2000,
        rows=3,
    )


class TakeOverForm(_WithTrusts):
    """Which trust closed, which took it over if one did, and when."""

    trust = ChoiceField(label="Trust that closed", select=True)
    successor = ChoiceField(
        label="Trust that took it over",
        help_text="Leave it empty where none did: what the trust had not sent is no longer expected",
        select=True,
        required=False,
    )
    closed_date = DateField(label="Its last day", help_text="For example, 30 9 2016")


class ChangeDatesForm(forms.Form):
    """Other days for a round, and why."""

    due_date = DateField(label="Due", help_text="A return that comes after this day is late")
    closes_date = DateField(
        label="Closes",
        help_text="The last day on which files are taken. Open until you close it when empty",
        required=False,
    )
    reason = TextareaField(label="Reason", help_text="It is kept with the change", max_length=2000, rows=3)
