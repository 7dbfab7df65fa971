"""What can be mended on the page of a file's findings: which cells may be typed over, and what was said of its warnings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from submissions.models import FEWEST_LETTERS, Explanation, Finding, Submission
from submissions.read_file import from_json
from templates_app.reading import Place
from templates_app.schema import COMMENT


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person sent that could not all be taken, to be shown again with the trouble beside it."""

    explanations: Mapping[int, str] = field(default_factory=dict)
    corrections: Mapping[Place, str] = field(default_factory=dict)
    troubles: Mapping[int, str] = field(default_factory=dict)
    alike: bool = False
    message: str = ""
    """Trouble with all of it."""


@dataclass(frozen=True, slots=True)
class Field:
    """One box to type in: its name in the form and what stands in it."""

    name: str
    text: str
    trouble: str = ""
    was: str = ""
    """What is kept already: sent back with the form, so that who leaves it as it is does not write over what another said since."""


@dataclass(frozen=True, slots=True)
class Mending:
    """Boxes and explanations, each by finding."""

    corrections: Mapping[int, Field]
    answers: Mapping[int, Field]
    explanations: Mapping[int, Explanation]
    typed: Typed

    @property
    def is_form(self) -> bool:
        """Whether there is anything to type."""
        return bool(self.corrections or self.answers)

    @property
    def button(self) -> str:
        """What the button of the form says."""
        if self.corrections and self.answers:
            return "Send corrections and explanations"
        return "Send corrections" if self.corrections else "Send explanations"


def mending(
    file: Submission,
    findings: Iterable[Finding],
    *,
    correctable: Mapping[Place, str],
    may_explain: bool,
    typed: Typed | None = None,
) -> Mending:
    """The boxes beside the findings of a file. `correctable` gives the cells that may be typed over, with what stands there."""
    typed = typed or Typed()
    listed = [finding for finding in findings if finding.severity != "info"]
    corrections: dict[int, Field] = {}
    seen: set[Place] = set()
    for finding in listed:
        place = (finding.line, finding.column)
        if place in correctable and place not in seen:
            seen.add(place)
            text = typed.corrections.get(place, correctable[place])
            corrections[finding.pk] = Field(f"correct-{finding.line}.{finding.column}", text)
    given = (
        Explanation.objects.filter(finding__submission=file)
        .select_related("given_by", "carried_from")
        .defer("carried_from__reading")  # which is large, and comes once for each
    )
    explanations = {explanation.finding_id: explanation for explanation in given}
    comments = _comments(file) if may_explain else {}
    answers = {}
    for finding in listed if may_explain else ():
        if finding.wants_explanation:
            said = explanations.get(finding.pk)
            text = typed.explanations.get(finding.pk, said.text if said else comments.get(finding.line, ""))
            trouble = typed.troubles.get(finding.pk, "")
            answers[finding.pk] = Field(f"explain-{finding.pk}", text, trouble, said.text if said else "")
    return Mending(corrections, answers, explanations, typed)


def explained(file: Submission) -> list[Explanation]:
    """What the trust said of the warnings of a file, in the order of the workbook."""
    given = Explanation.objects.filter(finding__submission=file).select_related("finding", "given_by", "carried_from")
    return list(given.defer("carried_from__reading").order_by("finding__position"))


def _comments(file: Submission) -> Mapping[str, str]:
    """What the workbook says in the comment of each line: a person need not type it again."""
    cells = from_json(file.reading).cells.values() if file.reading else ()
    said = {cell.line: cell.raw.strip() for cell in cells if cell.column == COMMENT}
    return {line: text for line, text in said.items() if len(text) >= FEWEST_LETTERS}
