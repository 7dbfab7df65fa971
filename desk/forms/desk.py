"""Forms of the desk: what was said, who looks after a trust, when it is left in peace, and what is done to many returns at once."""

from collections.abc import Iterable
from typing import Any

from django import forms

from desk.models import Contact
from footprints.models import Footprint, User
from ui.fields import CharField, ChoiceField, DateField, TextareaField, offer


class ContactForm(forms.Form):
    """One call, e-mail or meeting."""

    kind = ChoiceField(label="How you spoke", choices=Contact.Kind.choices, initial=Contact.Kind.CALL)
    with_whom = CharField(label="With whom", help_text="Their name, and what they are", max_length=120)
    reached = ChoiceField(
        label="Did you reach them", choices=[("yes", "Yes"), ("no", "No, nobody answered")], initial="yes"
    )
    said = TextareaField(label="What was said", max_length=2000, rows=3, required=False)
    on = DateField(label="Day you spoke", help_text="If it was not today. For example, 30 9 2016", required=False)
    promised_date = DateField(
        label="Day they promised the return for", help_text="If they named one. For example, 30 9 2016", required=False
    )

    def given(self) -> dict[str, Any]:
        """What was filled in, as `log_contact` takes it."""
        return {**self.cleaned_data, "reached": self.cleaned_data["reached"] == "yes"}


class AssignForm(forms.Form):
    """Who looks after a trust, or, where its footprints are offered, after all trusts of one of them that have no owner of their own."""

    place = ChoiceField(label="Of", required=False)
    manager = ChoiceField(label="Owner in the support team", select=True, required=False)

    def __init__(
        self, *args: Any, managers: Iterable[User], footprints: Iterable[Footprint] = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.footprints = {str(one.pk): one for one in footprints}
        places = ((key, f"The footprint {one.name}") for key, one in self.footprints.items())
        offer(self, "place", [("", "This trust"), *places])
        if not self.footprints:
            del self.fields["place"]
        self.managers = {str(one.pk): one for one in managers}
        offer(self, "manager", [("", "Nobody"), *((key, one.name) for key, one in self.managers.items())])

    @property
    def footprint(self) -> Footprint | None:
        """The footprint that was chosen; None for the trust itself."""
        return self.footprints.get(self.cleaned_data.get("place", ""))

    @property
    def chosen(self) -> User | None:
        """The person who was chosen; None for nobody."""
        return self.managers.get(self.cleaned_data["manager"])


class PauseForm(forms.Form):
    """Why a trust is sent no reminders, and until when."""

    reason = TextareaField(label="Reason", help_text="Only NHS Improvement sees it", max_length=1000, rows=3)
    until_date = DateField(label="Last day without reminders", help_text="For example, 30 9 2016")


class SaveViewForm(forms.Form):
    """A name for the filters and the order."""

    name = CharField(label="Name of the view", max_length=60, width=20)
