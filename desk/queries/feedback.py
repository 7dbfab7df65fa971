"""What a pilot trust may say of a template: every line and rule of the version it tried, part by part, and what it said so far."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from desk.models import Feedback
from submissions.models import Return
from templates_app import registry
from templates_app.schema import SEVERITY_WORDS, Definition
from templates_app.words import placeholders, static_words

Subject = tuple[str, str]
"""What it is about: line, rule or whole, and the code of the line or rule."""

WHOLE: Subject = (Feedback.Subject.WHOLE.value, "")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to say something of."""

    subject: Subject
    title: str
    text: str

    @property
    def key(self) -> str:
        """How the fields of a form name it."""
        return "_".join(part for part in self.subject if part)

    @property
    def is_line(self) -> bool:
        """Whether it asks for a figure, which can be got or not."""
        return self.subject[0] == Feedback.Subject.LINE


@dataclass(frozen=True, slots=True)
class Part:
    """A sheet, the rules or the whole: what stands on one page of the form."""

    code: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """The form of one part, and how far each part is."""

    return_record: Return
    definition: Definition
    parts: tuple[Part, ...]
    part: Part
    said: Mapping[Subject, Feedback]

    def answered(self, part: Part) -> int:
        """Of how many things of a part something was said."""
        return sum(item.subject in self.said for item in part.items)

    @property
    def following(self) -> Part | None:
        """The part after this one; None after the last."""
        at = self.parts.index(self.part) + 1
        return self.parts[at] if at < len(self.parts) else None


def feedback_page(return_record: Return, wanted: str) -> FeedbackPage:
    """The form of one part (the first where there is none of that code) for one return. One query."""
    collection = return_record.collection
    definition = registry.get(collection.template, collection.version)
    parts = parts_of(definition)
    part = next((part for part in parts if part.code == wanted), parts[0])
    said = {(row.subject, row.code): row for row in Feedback.objects.filter(return_record=return_record)}
    return FeedbackPage(return_record, definition, parts, part, said)


def parts_of(definition: Definition) -> tuple[Part, ...]:
    """Every sheet with its lines, then the rules, then the whole."""
    return (
        *(
            Part(
                sheet.code,
                sheet.title,
                tuple(
                    Item((Feedback.Subject.LINE.value, line.code), f"{line.code} {line.label}", line.note)
                    for line in sheet.lines
                ),
            )
            for sheet in definition.sheets
        ),
        Part("rules", "Rules", tuple(_rules(definition))),
        Part("whole", "The whole template", (Item(WHOLE, definition.title, definition.purpose),)),
    )


def subjects_of(definition: Definition) -> frozenset[Subject]:
    """Everything of which something can be said."""
    return frozenset(item.subject for part in parts_of(definition) for item in part.items)


def _rules(definition: Definition) -> Iterator[Item]:
    for rule in definition.rules:
        said = f"{SEVERITY_WORDS[rule.severity]}. {rule_words(rule.message)}"
        yield Item((Feedback.Subject.RULE.value, rule.code), f"{rule.code} {rule.title}", said)


def rule_words(text: str) -> str:
    """The words of a rule as they can be read before any figure is known."""
    names = {"label": "the figure", "cell": "its cell", "found": "what stands there"}
    for name in placeholders(text):
        what, _, place = name.partition(":")
        if place:
            names |= {f"cell:{place}": place, f"label:{place}": place}
        elif name not in names:
            names[name] = "the limit" if what not in ("shown", "places") else "the figure"
    return static_words(text, names)
