"""What was read from a workbook before anybody judges it: flat cells, each with the place it truly stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Place = tuple[str, str]
"""(line code, column code), such as ("FIN3", "pay")."""

CellKind = Literal["number", "text", "boolean", "error", "blank"]
ValueKind = Literal["number", "not_applicable", "included_elsewhere", "not_calculable", "text", "blank"]


@dataclass(frozen=True, slots=True)
class ReadCell:
    """One input cell as found. `raw` is the exact text in the file; nothing has been converted."""

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
    last_year: Mapping[Place, Decimal] = field(default_factory=dict)
    type_rates: Mapping[Place, tuple[Decimal, ...]] = field(default_factory=dict)
    """For each cost cell, the amounts per £100m of patient-care income of the accepted returns of the same type."""
