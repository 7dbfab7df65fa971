"""A template in words, with what the trusts of its pilots said beside each line and rule, and what was answered."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.db.models import Q

from desk.models import Feedback, FeedbackAnswer
from desk.queries.feedback import WHOLE, Subject, rule_words
from footprints.access import may, trusts_visible_to
from footprints.models import TrustType, User
from templates_app import registry
from templates_app.schema import SEVERITY_WORDS, UNIT_WORDS, Definition, Line, Sheet


@dataclass(frozen=True, slots=True)
class Remark:
    """What one trust said, for somebody who may read it with its name."""

    trust: str
    clear: str
    obtainable: str
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """What all pilot trusts said of one line or rule: how many found it clear and could get the figure, and what was answered."""

    clear: Mapping[str, int]
    obtainable: Mapping[str, int]
    remarks: tuple[Remark, ...]
    """Those that the reader may see."""
    answer: FeedbackAnswer | None

    @property
    def is_empty(self) -> bool:
        """Whether nobody said or answered anything."""
        return not (self.clear or self.answer)

    @property
    def clear_words(self) -> str:
        """How many found it clear: "4 yes, 1 partly, 2 no"."""
        return _counted(self.clear)

    @property
    def obtainable_words(self) -> str:
        """How many could get the figure; empty where nobody said."""
        return _counted(self.obtainable)


@dataclass(frozen=True, slots=True)
class LineInWords:
    """One line with its unit, and what was said of it."""

    line: Line
    unit: str
    said: Said


@dataclass(frozen=True, slots=True)
class SheetInWords:
    """One sheet with its lines; `columns` are those that have a unit of their own."""

    sheet: Sheet
    columns: tuple[tuple[str, str], ...]
    lines: tuple[LineInWords, ...]


@dataclass(frozen=True, slots=True)
class RuleInWords:
    """One rule in words, and what was said of it."""

    code: str
    title: str
    severity: str
    message: str
    said: Said


@dataclass(frozen=True, slots=True)
class Answers:
    """How much of what was said of an earlier version this one answers."""

    version: str
    remarks: int


@dataclass(frozen=True, slots=True)
class DefinitionPage:
    """Everything that the page of one version shows."""

    definition: Definition
    versions: tuple[str, ...]
    """All versions of the template, the oldest first."""
    whole: Said
    sheets: tuple[SheetInWords, ...]
    rules: tuple[RuleInWords, ...]
    answers: tuple[Answers, ...]
    trusts: int
    """Pilot trusts that said something of this version."""
    may_answer: bool


def definition_page(person: User, definition: Definition) -> DefinitionPage:
    """The page of one version for a person, in a fixed number of queries."""
    said = _said(person, definition)
    nothing = Said({}, {}, (), None)
    known = [version for template, version in registry.definitions() if template == definition.template]
    return DefinitionPage(
        definition=definition,
        versions=tuple(known),
        whole=said.get(WHOLE, nothing),
        sheets=tuple(_sheet(sheet, said, nothing) for sheet in definition.sheets),
        rules=tuple(
            RuleInWords(
                rule.code,
                rule.title,
                SEVERITY_WORDS[rule.severity],
                rule_words(rule.message),
                said.get((Feedback.Subject.RULE.value, rule.code), nothing),
            )
            for rule in definition.rules
        ),
        answers=tuple(_answers(definition)),
        trusts=_feedback(definition.template, definition.version).values("return_record__trust").distinct().count(),
        may_answer=may(person, "manage_collections"),
    )


def said_of(person: User, definition: Definition, subject: Subject) -> Said:
    """What was said of one line or rule, as a person may see it."""
    return _said(person, definition).get(subject, Said({}, {}, (), None))


def later_versions(definition: Definition) -> list[str]:
    """The versions of a template that came after this one."""
    order = registry.in_order
    known = (version for template, version in registry.definitions() if template == definition.template)
    return [version for version in known if order(version) > order(definition.version)]


def unit_words(line: Line) -> str:
    """The unit of a line that has one of its own, with its choices."""
    if line.unit is None:
        return ""
    return f"one of: {', '.join(line.choices)}" if line.choices else UNIT_WORDS[line.unit]


def asked_words(line: Line) -> str:
    """Of which trusts a line is not asked; empty where it is asked of all."""
    if line.alternate_for:
        return f"In place of {' and '.join(line.alternate_for)}"
    kinds = [TrustType(kind).label for kind in line.optional_for]
    return f"Not asked of {' and '.join(kinds)} trusts" if kinds else ""


def _sheet(sheet: Sheet, said: Mapping[Subject, Said], nothing: Said) -> SheetInWords:
    columns = tuple((column.title, UNIT_WORDS[column.unit]) for column in sheet.columns if column.unit)
    lines = (
        LineInWords(line, unit_words(line), said.get((Feedback.Subject.LINE.value, line.code), nothing))
        for line in sheet.lines
    )
    return SheetInWords(sheet, columns, tuple(lines))


def _said(person: User, definition: Definition) -> Mapping[Subject, Said]:
    rows = _feedback(definition.template, definition.version).select_related("return_record__trust")
    readable = _readable(person, definition)
    clear: dict[Subject, Counter[str]] = defaultdict(Counter)
    obtainable: dict[Subject, Counter[str]] = defaultdict(Counter)
    remarks: dict[Subject, list[Remark]] = defaultdict(list)
    for row in rows.order_by("return_record__trust__name", "pk"):
        subject = (row.subject, row.code)
        clear[subject][row.clear] += 1
        if row.obtainable:
            obtainable[subject][row.obtainable] += 1
        if row.pk in readable:
            name = row.return_record.trust.name
            remarks[subject].append(
                Remark(name, row.get_clear_display(), row.get_obtainable_display() if row.obtainable else "", row.text)
            )
    given = FeedbackAnswer.objects.filter(template=definition.template, version=definition.version).select_related("by")
    answers = {(answer.subject, answer.code): answer for answer in given}
    return {
        subject: Said(clear[subject], obtainable[subject], tuple(remarks[subject]), answers.get(subject))
        for subject in {*clear, *answers}
    }


def _readable(person: User, definition: Definition) -> frozenset[int]:
    """The feedback that a person may read with its words and its trust: on the desk of its trust, or as its trust's own."""
    desk, own = trusts_visible_to(person, "see_desk"), trusts_visible_to(person, "give_feedback")
    mine = Q(return_record__trust__in=desk) | Q(return_record__trust__in=own)
    return frozenset(_feedback(definition.template, definition.version).filter(mine).values_list("pk", flat=True))


def _feedback(template: str, version: str) -> models.QuerySet[Feedback]:
    return Feedback.objects.filter(return_record__collection__template=template, version=version).order_by()


def _answers(definition: Definition) -> list[Answers]:
    """How many remarks on earlier versions were answered by this one."""
    answered = FeedbackAnswer.objects.filter(template=definition.template, answered_in=definition.version)
    subjects = {(answer.version, answer.subject, answer.code) for answer in answered}
    if not subjects:
        return []
    versions = {version for version, _, _ in subjects}
    said = Feedback.objects.filter(return_record__collection__template=definition.template, version__in=versions)
    counts = Counter(
        version
        for version, subject, code in said.values_list("version", "subject", "code")
        if (version, subject, code) in subjects
    )
    return [Answers(version, counts[version]) for version in sorted(versions, key=registry.in_order)]


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{counts[answer]} {answer}" for answer in Feedback.Answer.values if counts.get(answer))
