"""What was read from a workbook before anybody judges it: flat cells, each with the place it truly stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Place = tuple[str, str]
"""(line code, column code), such as ("FIN3", "pay")."""

CellKind = Literal["number", "text", "boolean", "error", "blank"]
ValueKind = Literal["number", "not_applicable", "included_elsewhere", "not_calculable", "text", "blank"]


@dataclass(frozen=True, slots=True)
class ReadCell:
    """One cell as found. `raw` is the exact text in the file; nothing has been converted."""

    line: str
    column: str
    sheet: str
    cell: str
    label: str
    """Line and column in words, such as "Accounts payable, pay"."""
    kind: CellKind
    raw: str = ""
    formula: bool = False
    cached: bool = True
    """False for a formula whose value was never calculated."""
    is_date: bool = False
    found_by: Literal["name", "label", "position"] = "name"
    moved: bool = False
    """It stands elsewhere than in the workbook we sent out."""
    is_percent: bool = False
    """Its number format shows a percentage: a person sees 12% where the file holds 0.12. Last, for readings kept before have none."""

    @property
    def place(self) -> Place:
        """Line and column, the key of readings and values."""
        return self.line, self.column


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole workbook. Places that could not be found are in `not_found`."""

    template: str
    """Empty when the workbook does not say which template it is; so with version and trust."""
    version: str
    trust: str
    cells: Mapping[Place, ReadCell]
    not_found: tuple[Place, ...] = ()
    conflicts: Mapping[Place, str] = field(default_factory=dict)
    """Places whose row carries another line's code, or none where ours stands elsewhere, and what it carries in words: nobody
    can say which of the two is meant."""
    date_1904: bool = False
    altered: tuple[str, ...] = ()
    """What was done to our sheets and changes nothing of what was read, a sentence each: renamed, hidden, put in another order,
    no longer protected."""
    computed: Mapping[Place, ReadCell] = field(default_factory=dict)
    """What the workbook worked out by itself, as it stands in the file: net cost by line and column, and a sheet's totals by sheet and
    column, such as ("costs", "pay"). Only ever held against our own sums. A cell that is empty is left out."""


@dataclass(frozen=True, slots=True)
class Value:
    """What one cell means. Nought, blank, not applicable, included elsewhere and not calculable are five different things."""

    kind: ValueKind
    number: Decimal | None = None
    text: str = ""
    """The words of a text, choice or date (ISO); for included elsewhere, the line that holds it."""

    def as_text(self) -> str:
        """The exact decimal, key or text, as shown on the command line and in exports."""
        if self.kind == "number":
            return format(self.number or Decimal(0), "f")
        if self.kind == "included_elsewhere":
            return f"IE:{self.text}"
        return {"not_applicable": "NA", "not_calculable": "NC", "blank": ""}.get(self.kind, self.text)


BLANK = Value("blank")


@dataclass(frozen=True, slots=True)
class Finding:
    """One error, warning or note about one cell (or, with `cell` empty, about the file)."""

    code: str
    severity: Literal["error", "warning", "info"]
    sheet: str
    cell: str
    label: str
    found: str
    expected: str
    message: str
    remedy: str
    line: str = ""
    column: str = ""
    basis: str = ""
    """A digest of the figures that the rule looked at: an explanation of the finding holds while it is the same."""
    trial_until: date | None = None
    """The rule is on trial until then: the finding is shown, and never stands in the way."""
    waiver: int | None = None
    """The waiver by which it asks for nothing."""

    @property
    def blocks(self) -> bool:
        """Whether it must be mended before the figures are loaded."""
        return self.severity == "error" and self.trial_until is None

    @property
    def wants_explanation(self) -> bool:
        """Whether somebody must say why the figure is right."""
        return self.severity == "warning" and self.trial_until is None


@dataclass(frozen=True, slots=True)
class Waived:
    """That a rule need not hold at the trust under judgement, and why."""

    waiver: int
    reason: str
    expires_date: date


@dataclass(frozen=True, slots=True)
class Published:
    """One figure about the trust that others published."""

    value: Decimal
    source: str
    """The publication, such as "NHS Digital ERIC 2015/16"."""


RateKey = tuple[str, str, str, str]
"""Which rate (`rates.Rate.name`), of which line and column, and among which returns: "" for all, or "delivery=in-house"."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What a rate usually is: the middle and the spread of those that are above nought."""

    count: int
    median: Decimal
    log_median: Decimal
    """The median of the logarithms, and about it their median absolute deviation."""
    log_spread: Decimal
    words: str
    """Over what it was taken, such as "23 accepted returns of acute trusts"."""


@dataclass(frozen=True, slots=True)
class OtherReturn:
    """What the same trust returned to another template for the same year."""

    template: str
    version: str
    reference: str
    values: Mapping[Place, Value]
    cells: Mapping[Place, str]
    """Where each stands in the file, such as "Organisation!C8"."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a return is judged against besides itself."""

    trust_code: str
    trust_name: str
    trust_type: str
    template: str
    version: str
    published: Mapping[str, Decimal] = field(default_factory=dict)
    """Published figures of the trust by measure, such as gross_internal_floor_area (m²)."""
    published_by_year: Mapping[tuple[str, str], Published] = field(default_factory=dict)
    """The same for every year, by (year, measure), each with the publication it stands in."""
    last_year: Mapping[Place, Decimal] = field(default_factory=dict)
    usual: Mapping[RateKey, Usual] = field(default_factory=dict)
    """What each rate is over the accepted returns of the same type."""
    usual_published: Mapping[str, Usual] = field(default_factory=dict)
    """What the published rate of each line that has one is over all trusts of the type, by line code."""
    other_returns: Mapping[str, OtherReturn] = field(default_factory=dict)
    """The trust's returns to other templates of the same year, by template."""
    on_trial: Mapping[str, date] = field(default_factory=dict)
    """The last day of the trial of each rule that is on one, by its code."""
    waived: Mapping[tuple[str, str], Waived] = field(default_factory=dict)
    """Rules that need not hold, by (rule code, line code); an empty line code stands for every line."""

    def waiver(self, code: str, line: str) -> Waived | None:
        """By which waiver a rule need not hold on a line; None where it must."""
        return self.waived.get((code, line)) or self.waived.get((code, ""))
