"""Django form fields that render as NHS components: write `{{ form.field.as_field_group() }}` in a page.

Each field is Django's own with a template and with messages that say what to do. A label becomes part of its messages,
so write labels as nouns: "E-mail address" gives "Enter e-mail address". A field that may be left empty says
"(optional)" after its label by itself.
"""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, Literal, cast

from django import forms
from django.core.exceptions import ValidationError

from ui.formats import sentence_list

Size = Literal["s", "m", "l", "xl"]


class NhsField(forms.Field):
    """What all fields share: the file of their component, the size of the label, and whether it is the page's heading."""

    asks_to = "Enter"
    component: str

    def __init__(self, *, label: str, label_size: Size = "s", page_heading: bool = False, **options: Any) -> None:
        self.label_size = label_size
        self.page_heading = page_heading
        super().__init__(label=label, template_name=f"ui/fields/{self.component}.jinja", **options)
        written = options.get("error_messages") or {}
        self.error_messages = {**self.error_messages, **self.messages(_in_sentence(label)), **written}

    def messages(self, name: str) -> dict[str, str]:
        """The field's messages by Django's codes; `name` is its label as it reads inside a sentence."""
        return {"required": f"{self.asks_to} {name}"}

    @property
    def label_text(self) -> str:
        """The label as shown."""
        return f"{self.label}" if self.required else f"{self.label} (optional)"


class CharField(NhsField, forms.CharField):
    """One line of text. `width` is the NHS width in characters: 2, 3, 4, 5, 10, 20 or 30."""

    component = "text"
    input_type = "text"

    def __init__(
        self, *, width: int | None = None, suffix: str = "", inputmode: str = "", autocomplete: str = "", **options: Any
    ) -> None:
        self.width = width
        self.suffix = suffix
        self.inputmode = inputmode
        self.autocomplete = autocomplete
        super().__init__(**options)

    def messages(self, name: str) -> dict[str, str]:
        """Adds how long the text may be."""
        too_long = f"{self.label} must be %(limit_value)d characters or fewer. You entered %(show_value)d."
        too_short = f"{self.label} must be %(limit_value)d characters or more. You entered %(show_value)d."
        return super().messages(name) | {"max_length": too_long, "min_length": too_short}


class EmailField(CharField, forms.EmailField):
    """An e-mail address."""

    input_type = "email"

    def __init__(self, *, autocomplete: str = "email", **options: Any) -> None:
        super().__init__(autocomplete=autocomplete, **options)

    def messages(self, name: str) -> dict[str, str]:
        """Adds what an address looks like."""
        return super().messages(name) | {"invalid": f"Enter {name} in the form name@nhs.net"}


class PasswordField(CharField):
    """A password, with a button that shows it. What was typed is never sent back to the page."""

    component = "password"
    widget = forms.PasswordInput

    def __init__(self, *, autocomplete: str = "current-password", **options: Any) -> None:
        super().__init__(autocomplete=autocomplete, strip=False, **options)


class TextareaField(CharField):
    """Several lines of text; with `max_length`, the page counts the characters that are left."""

    component = "textarea"
    widget = forms.Textarea

    def __init__(self, *, rows: int = 5, **options: Any) -> None:
        self.rows = rows
        super().__init__(**options)


class ChoiceField(NhsField, forms.ChoiceField):
    """One of several choices, as radios; as a select box with `select=True`, for more than about ten.

    `hints` explains choices one by one, by their values.
    """

    asks_to = "Choose"

    def __init__(self, *, select: bool = False, hints: Mapping[str, str] | None = None, **options: Any) -> None:
        self.component = "select" if select else "radios"
        self.hints = hints or {}
        super().__init__(**options)

    def messages(self, name: str) -> dict[str, str]:
        """Adds what to do about an answer that is not on the list."""
        return super().messages(name) | {"invalid_choice": f"Choose {name} from the list"}

    def items(self, chosen: object) -> list[dict[str, object]]:
        """The choices as the NHS macros take them."""
        given = "" if chosen is None else str(chosen)
        listed = cast(Iterable[tuple[object, object]], self.choices)
        choices = [(str(value), str(text)) for value, text in listed]
        return [
            {"value": value, "text": text, "checked": value == given, "selected": value == given}
            | ({"hint": self.hints[value]} if value in self.hints else {})
            for value, text in choices
        ]


def offer(form: forms.BaseForm, name: str, choices: Iterable[tuple[str, str]]) -> None:
    """Give a field of a form, which chooses one of several, the choices of this moment: value and text."""
    cast(ChoiceField, form.fields[name]).choices = list(choices)


class ChoicesField(NhsField, forms.MultipleChoiceField):
    """Any number of several choices, as checkboxes."""

    component = "checkboxes"
    asks_to = "Choose"

    def messages(self, name: str) -> dict[str, str]:
        """Adds what to do about an answer that is not on the list."""
        return super().messages(name) | {"invalid_choice": f"Choose {name} from the list"}

    def items(self, chosen: object) -> list[dict[str, object]]:
        """The choices as the NHS macros take them."""
        given = {str(value) for value in chosen} if isinstance(chosen, Iterable) else set()
        listed = cast(Iterable[tuple[object, object]], self.choices)
        return [{"value": str(value), "text": str(text), "checked": str(value) in given} for value, text in listed]


class FileField(NhsField, forms.FileField):
    """A file, chosen or dropped. `accept` limits what the chooser offers, such as ".xlsx"; the server judges anyway."""

    component = "file"
    asks_to = "Choose"
    widget = forms.FileInput

    def __init__(self, *, accept: str = "", **options: Any) -> None:
        self.accept = accept
        super().__init__(**options)

    def messages(self, name: str) -> dict[str, str]:
        """Adds what to do when no file came, an empty one came, or its name is too long."""
        choose = f"Choose {name}"
        return {
            "required": choose,
            "missing": choose,
            "invalid": choose,
            "empty": "The file you chose is empty. Open it, check that your figures are in it, save it and choose it again.",
            "max_length": "The name of the file has %(length)d characters. Rename it to %(max)d or fewer.",
        }


class DateInput(forms.Widget):
    """Three inputs, `name_day`, `name_month` and `name_year`, read as one value: the three texts, or None for no text."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Mapping[str, Any], name: str) -> list[str] | None:
        """What was typed into the three inputs."""
        typed = [str(data.get(f"{name}_{part}") or "").strip() for part in DateField.PARTS]
        return typed if any(typed) else None

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Mapping[str, Any], name: str) -> bool:
        """Whether the form that was sent has no such inputs."""
        return all(f"{name}_{part}" not in data for part in DateField.PARTS)


class DateField(NhsField):
    """A day, in three inputs. The value is a `datetime.date`; the month may be typed as a number or a name."""

    PARTS = ("day", "month", "year")
    YEARS = range(1900, 2101)
    """A day of any other year is a slip of the keyboard, and nothing should have to reckon with it."""
    component = "date"
    widget = DateInput

    def to_python(self, value: Any) -> datetime.date | None:
        """The day that was typed, or a `ValidationError` that says which part is missing or that there is no such day."""
        if value is None or isinstance(value, datetime.date):
            return value
        absent = [part for part, typed in zip(self.PARTS, value, strict=True) if not typed]
        if absent:
            raise ValidationError(f"{self.label} must include a {sentence_list(absent)}", code="incomplete")
        day, month, year = value
        for form in ("%d %m %Y", "%d %b %Y", "%d %B %Y"):
            try:
                found = datetime.datetime.strptime(f"{day} {month} {year}", form).date()  # noqa: DTZ007 - a day, no zone
            except ValueError:
                continue
            if found.year not in self.YEARS:
                break
            return found
        raise ValidationError(f"{self.label} must be a real date, such as 30 9 2016", code="unreal")

    def parts(self, value: object, name: str) -> list[dict[str, object]]:
        """The three inputs as the NHS macro takes them, for a date, for what was typed, or for nothing."""
        if isinstance(value, datetime.date):
            shown = [str(value.day), str(value.month), str(value.year)]
        else:
            shown = list(value) if isinstance(value, list) else ["", "", ""]
        return [
            {"name": f"{name}_{part}", "label": part.capitalize(), "value": text, "width": 4 if part == "year" else 2}
            for part, text in zip(self.PARTS, shown, strict=True)
        ]


def _in_sentence(label: str) -> str:
    """A label as it reads inside a sentence: "Full name" gives "full name", "STP" stays."""
    return label if label[:2].isalpha() and label[:2].isupper() else label[:1].lower() + label[1:]
