import datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.conftest import Render
from ui import fields

UNITS = [("a", "Acute"), ("b", "Mental health")]


class EveryForm(forms.Form):
    name = fields.CharField(label="Full name", max_length=10, width=20, initial="Ada & co")
    email = fields.EmailField(label="E-mail address", help_text="Your work address")
    password = fields.PasswordField(label="Password")
    reason = fields.TextareaField(label="Reason", max_length=200, required=False)
    notes = fields.TextareaField(label="Notes", required=False)
    kind = fields.ChoiceField(label="Type of trust", choices=UNITS, hints={"a": "With an emergency department"})
    region = fields.ChoiceField(label="Region", choices=UNITS, select=True, initial="b")
    deadline = fields.DateField(label="Deadline", initial=datetime.date(2016, 9, 30))
    workbook = fields.FileField(label="Your workbook", accept=".xlsx")


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def ids(self) -> list[str]:
        return [attributes["id"] or "" for _, attributes in self.found if "id" in attributes]

    def by_id(self, id_: str) -> dict[str, str | None]:
        return next(attributes for _, attributes in self.found if attributes.get("id") == id_)


def _page(render: Render, form: forms.Form) -> str:
    return render(
        "{% from 'ui/parts/error_summary.jinja' import error_summary %}{{ error_summary(form) }}"
        "{% for field in form %}{{ field.as_field_group() }}{% endfor %}",
        form=form,
    )


def test_a_new_form_shows_what_it_starts_with(render: Render) -> None:
    page = _page(render, EveryForm())
    elements = Elements(page)
    assert elements.by_id("id_name")["value"] == "Ada & co"
    assert elements.by_id("id_email")["type"] == "email"
    assert [elements.by_id(f"id_deadline{part}")["value"] for part in ("", "_month", "_year")] == ["30", "9", "2016"]
    assert ("option", {"value": "b", "selected": None}) in elements.found
    assert elements.by_id("id_workbook")["accept"] == ".xlsx"
    assert "Reason (optional)" in page
    assert "Your work address" in page
    assert "With an emergency department" in page
    assert "error" not in page


def test_ids_are_unique_and_every_label_has_its_input(render: Render) -> None:
    elements = Elements(_page(render, EveryForm({})))
    assert len(elements.ids()) == len(set(elements.ids()))
    labels = [attributes["for"] for tag, attributes in elements.found if tag == "label"]
    assert labels
    assert set(labels) <= set(elements.ids())


def test_each_error_leads_to_its_field(render: Render) -> None:
    form = EveryForm({})
    elements = Elements(_page(render, form))
    links = [attributes["href"] for tag, attributes in elements.found if tag == "a"]
    assert links == [f"#id_{name}" for name in form.fields if form.fields[name].required]
    assert {(link or "").removeprefix("#") for link in links} <= set(elements.ids())


def test_errors_of_the_whole_form_come_first(render: Render) -> None:
    form = EveryForm({})
    form.add_error(None, "Your session ended")
    page = _page(render, form)
    assert page.index("Your session ended") < page.index("Enter full name")


def test_a_password_is_not_sent_back(render: Render) -> None:
    assert "hunter2" not in _page(render, EveryForm({"password": "hunter2"}))


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ({}, "name", "Enter full name"),
        ({"name": "x" * 11}, "name", "Full name must be 10 characters or fewer. You entered 11."),
        ({"email": "ada"}, "email", "Enter e-mail address in the form name@nhs.net"),
        ({}, "kind", "Choose type of trust"),
        ({"kind": "z"}, "kind", "Choose type of trust from the list"),
        ({}, "deadline", "Enter deadline"),
        ({"deadline_day": "3"}, "deadline", "Deadline must include a month and year"),
        (
            {"deadline_day": "31", "deadline_month": "9", "deadline_year": "2016"},
            "deadline",
            "Deadline must be a real date, such as 30 9 2016",
        ),
        ({}, "workbook", "Choose your workbook"),
    ],
)
def test_messages_say_what_to_do(data: dict[str, str], field: str, message: str) -> None:
    assert EveryForm(data).errors[field] == [message]


def test_an_empty_file_says_what_to_do() -> None:
    form = EveryForm({}, {"workbook": SimpleUploadedFile("a.xlsx", b"")})
    assert form.errors["workbook"][0].startswith("The file you chose is empty.")


def test_a_message_may_be_written_for_one_field() -> None:
    assert (
        fields.CharField(label="Name", error_messages={"required": "Say who"}).error_messages["required"] == "Say who"
    )


def test_what_was_typed_stays(render: Render) -> None:
    typed = {"name": "Grace", "kind": "b", "deadline_day": "x", "deadline_month": "", "deadline_year": "2016"}
    elements = Elements(_page(render, EveryForm(typed)))
    assert elements.by_id("id_name")["value"] == "Grace"
    assert elements.by_id("id_deadline")["value"] == "x"
    assert "checked" in elements.by_id("id_kind-2")


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)), st.sampled_from(["%m", "%b", "%B"]))
def test_any_day_can_be_typed(day: datetime.date, month: str) -> None:
    typed: list[Any] = [str(day.day), f"{day:{month}}", f"{day.year:04}"]
    assert fields.DateField(label="Day").clean(typed) == day


@pytest.mark.parametrize("year", ["0016", "1899", "2101", "9999"])
def test_a_year_that_nobody_means_is_no_date(year: str) -> None:
    with pytest.raises(ValidationError, match="Day must be a real date, such as 30 9 2016"):
        fields.DateField(label="Day").clean(["31", "12", year])


@given(st.lists(st.text(), min_size=3, max_size=3))
def test_no_text_breaks_a_date(typed: list[str]) -> None:
    form = EveryForm(dict(zip(("deadline_day", "deadline_month", "deadline_year"), typed, strict=True)))
    assert ("deadline" in form.errors) != isinstance(form.cleaned_data.get("deadline"), datetime.date)
