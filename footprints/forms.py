"""Forms of this room."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from footprints.models import FOOTPRINT_KINDS, REGION_KINDS, TRUST_KINDS, RoleKind
from ui.fields import CharField, ChoiceField, DateField, EmailField, PasswordField, TextareaField, offer

ADDRESS_HINT = "Their work address. We write to it"


class SignInForm(forms.Form):
    """Who are you, and how do we know."""

    email = EmailField(label="E-mail address", max_length=254, autocomplete="username")
    password = PasswordField(label="Password", max_length=200)


class PeriodForm(forms.Form):
    """From which day to which, both included."""

    from_date = DateField(label="First day", help_text="For example, 30 9 2016")
    last_date = DateField(label="Last day", help_text="For example, 7 10 2016")

    def to_date(self) -> date | None:
        """The day after the last, as the database counts; None where no last day was given."""
        last: date | None = self.cleaned_data["last_date"]
        return last + timedelta(days=1) if last else None


class GrantForm(PeriodForm):
    """What somebody is to be, where, and for how long."""

    kind = ChoiceField(
        label="Role",
        select=True,
        choices=[("", "Choose a role"), *RoleKind.choices],
        error_messages={"required": "Choose a role"},
    )
    place = ChoiceField(
        label="Place",
        select=True,
        help_text="A trust for preparers, signatories and chief executives, a footprint for STP leads and teams, "
        "a region or England for support managers and regional directors, England for everybody else",
        error_messages={"required": "Choose a place"},
    )
    from_date = DateField(label="First day", help_text="Leave empty for today", required=False)
    last_date = DateField(label="Last day", help_text="Leave empty if no end is known", required=False)
    second_email = EmailField(label="Second administrator’s e-mail address", required=False, max_length=254)
    second_password = PasswordField(label="Second administrator’s password", required=False, max_length=200)

    field_order = ("email", "name", "kind", "place", "from_date", "last_date", "second_email", "second_password")

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "place", [("", "Choose a place"), *places])

    def clean(self) -> dict[str, Any]:
        """The role must go with the place, and a new administrator needs a second one who agrees."""
        given: dict[str, Any] = super().clean() or {}
        kind, place = given.get("kind"), given.get("place")
        if kind and place:
            wanted = places_of(RoleKind(kind))
            if place.partition(":")[0] not in wanted:
                label = RoleKind(kind).label
                words = " or ".join(wanted.values())
                self.add_error("place", f"{label[0].upper()}{label[1:]} is a role for {words}. Choose one.")
        if kind == RoleKind.ADMINISTRATOR:
            for name in ("second_email", "second_password"):
                if not given.get(name):
                    self.add_error(name, "A second administrator must agree: let them enter this themselves.")
        return given


class InviteForm(GrantForm):
    """Whom to invite, and to what."""

    email = EmailField(label="E-mail address", help_text=ADDRESS_HINT, max_length=254, autocomplete="off")
    name = CharField(label="Full name", max_length=120, autocomplete="off")


class PreparerForm(forms.Form):
    """Whom a signatory invites to prepare their trust's returns."""

    email = EmailField(label="E-mail address", help_text=ADDRESS_HINT, max_length=254, autocomplete="off")
    name = CharField(label="Full name", max_length=120, autocomplete="off")


class CoverForm(PeriodForm):
    """Who stands in, for how long, and why."""

    email = EmailField(label="Deputy’s e-mail address", help_text=ADDRESS_HINT, max_length=254, autocomplete="off")
    name = CharField(label="Deputy’s full name", max_length=120, autocomplete="off")
    reason = TextareaField(label="Reason", help_text="Both people are told it", max_length=500, rows=3)

    field_order = ("email", "name", "from_date", "last_date", "reason")


class LeaveForm(forms.Form):
    """From when on somebody is gone."""

    from_date = DateField(label="First day away", help_text="Today or a day still to come")


class AcceptForm(forms.Form):
    """The password of somebody new."""

    password = PasswordField(
        label="Password",
        help_text="At least 12 characters. Three words that nobody else would put together are easy to keep in mind",
        max_length=200,
        autocomplete="new-password",
    )


def places_of(kind: RoleKind) -> dict[str, str]:
    """Where a role of this kind can be held, by the first part of a place's value, with its words."""
    if kind in TRUST_KINDS:
        return {"trust": "a trust"}
    if kind in FOOTPRINT_KINDS:
        return {"footprint": "a footprint"}
    return {"region": "a region", "england": "England"} if kind in REGION_KINDS else {"england": "England"}
