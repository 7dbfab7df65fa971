"""What every part of a trust's workbook is written from. Pure."""

from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from templates_app.kept import kept
from templates_app.layout import Layout
from templates_app.marking import MarkUp
from templates_app.operands import Cells
from templates_app.reading import Place
from templates_app.schema import Column, Definition, Line, TrustType, is_required
from templates_app.workbook_styles import Styles

TRUST_TYPE_WORDS: dict[str, str] = {
    "acute": "Acute",
    "specialist": "Specialist",
    "mental_health": "Mental health",
    "community": "Community",
    "ambulance": "Ambulance",
}

OPTIONAL_WORDS = "Optional for your type of trust"


@dataclass(frozen=True, slots=True)
class TrustDetails:
    """The trust that a workbook is for, as its cover says."""

    code: str
    """ODS code, such as RXH."""
    name: str
    trust_type: TrustType
    footprint_names: tuple[str, ...]
    year: str
    """The financial year of the figures, such as 2015/16."""
    due_date: date | None = None
    contact: str = ""
    """Whom to ask: the collection team's name and e-mail address or telephone number."""
    upload_address: str = ""
    """Where the filled workbook is uploaded."""
    finance_director: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """A workbook being written that is yet for any trust of one type: tokens stand where a trust's own words will."""

    workbook: Workbook
    styles: Styles
    definition: Definition
    layout: Layout
    cells: Cells
    trust_type: TrustType
    year: str
    has_last_year: bool
    """Whether any of last year's values is known."""
    facts: tuple[tuple[str, int], ...]
    """What the cover says of the trust: the fact, and how many lines it takes."""
    mark_up: MarkUp | None = None
    """The problems to be shown, in a marked-up copy."""

    def required(self, line: Line, column: Column) -> bool:
        """Whether a trust of this type must fill the cell."""
        return is_required(line, column, self.trust_type)

    def mark(self, line: Line, column: Column) -> str:
        """How the cell is marked: error, warning, or empty for not at all."""
        return self.mark_up.severity((line.code, column.code)) if self.mark_up else ""


def required_places(definition: Definition, trust_type: str, sheet_code: str = "") -> tuple[Place, ...]:
    """The cells, of one sheet or of all, that a trust of this type must fill while every gate is open."""
    return _required(definition)[trust_type, sheet_code]


@kept
def _required(definition: Definition) -> dict[tuple[str, str], tuple[Place, ...]]:
    return {
        (trust_type, sheet_code): tuple(
            (line.code, column.code)
            for sheet, line, column in definition.cells()
            if sheet_code in ("", sheet.code) and is_required(line, column, trust_type)
        )
        for trust_type in TRUST_TYPE_WORDS
        for sheet_code in ("", *(sheet.code for sheet in definition.sheets))
    }


def token(name: str) -> str:
    """What stands for one of the trust's own words until they are written in; no text of a definition holds it."""
    return f"\ue000{name}\ue001"


def trust_words(trust: TrustDetails) -> dict[str, str]:
    """The trust's own words by the names of their tokens."""
    return {
        "name": trust.name,
        "code": trust.code,
        "trust": f"{trust.name} ({trust.code})",
        "type": TRUST_TYPE_WORDS[trust.trust_type],
        "footprints": "\n".join(trust.footprint_names),
        "due": day_in_words(trust.due_date) if trust.due_date else "",
        "upload": trust.upload_address,
        "contact": trust.contact,
        "director": trust.finance_director,
    }


def day_in_words(day: date) -> str:
    """Such as 30 September 2016."""
    return f"{day.day} {day:%B %Y}"


def year_before(year: str) -> str:
    """The financial year before: 2014/15 for 2015/16."""
    first = int(year[:4]) - 1
    return f"{first}/{(first + 1) % 100:02}"


def counted(number: int, noun: str) -> str:
    """Such as "1 error", "7 errors"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def lines_needed(text: str, width: float) -> int:
    """How many lines a text takes when wrapped in a column of that width (in characters), as Arial runs."""
    return sum(max(1, ceil(len(part) * 0.85 / width)) for part in text.split("\n"))


def set_page(worksheet: Worksheet, parts: Parts, *, landscape: bool = True) -> None:
    """A4 with the trust and template above, and version, page and sheet beneath."""
    definition = parts.definition
    if landscape:
        worksheet.set_landscape()
    worksheet.set_paper(9)  # A4
    worksheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    ours = f"{definition.title}, {parts.year}".replace("&", "&&")
    # The space parts the size of the letters from a name that begins with a digit.
    worksheet.set_header(f"&L&9 {token('heading')}&R&9 {ours}", {"margin": 0.3})
    worksheet.set_footer(f"&L&9 Version {definition.version}&C&9 Page &P of &N&R&9 &A", {"margin": 0.3})
    worksheet.hide_gridlines(2)


def protect(worksheet: Worksheet, **more: Any) -> None:
    """Lock what is ours, without a password: against slips of the hand, not against people."""
    worksheet.protect("", {"format_columns": True, "format_rows": True, **more})
