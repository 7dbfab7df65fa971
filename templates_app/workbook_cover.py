"""Writes the cover of a trust's workbook, and the hidden sheet that says whose workbook it is. Pure."""

from xlsxwriter.worksheet import Worksheet

from templates_app.layout import CHECKS_SHEET, IDENTITY_ROWS, IDENTITY_SHEET, on_sheet
from templates_app.schema import Definition
from templates_app.workbook_formulas import LOOK, gate_formula, gate_name, required_formulas
from templates_app.workbook_parts import (
    Parts,
    TrustDetails,
    counted,
    lines_needed,
    protect,
    required_places,
    set_page,
    token,
    trust_words,
)

_WIDTHS = (3.0, 5.0, 25.0, 66.0)
_TEXT_WIDTH = _WIDTHS[2] + _WIDTHS[3]
FIRST_GATE_ROW = max(IDENTITY_ROWS.values()) + 1
"""The row of the hidden sheet that says whether the first gate is open."""
_FACTS = {
    "trust": "Trust",
    "type": "Type",
    "footprints": "Footprint",
    "due": "Upload it by",
    "upload": "Where to upload",
    "contact": "If you need help",
}
_COLOURS = (
    ("key_input", "", "Yours to fill. A blank is an error."),
    ("key_optional", "", "Yours to fill if you can: optional."),
    ("key_computed", "", "Worked out for you."),
    ("key_last_year", "412", "Last year's figure, where we hold one."),
    (
        "key_look",
        "",
        "A check on this cell says Look: red for an error, amber for a warning. The Checks sheet says what to do.",
    ),
)
_SHUT = ("key_shut", "", "Not needed, because of what you answered elsewhere. Leave it blank.")
_MARKS = (
    ("0", "Truly nought. We use it as a figure."),
    ("NA", "Not applicable: your trust has no such function."),
    ("IE:{line}", "Included elsewhere: the figure is part of the line you name, here {line}."),
    ("NC", "Not calculable: it exists but you cannot state it. Say why in the comment column."),
    ("blank", "Not answered yet. Different from 0."),
)


def write_cover(worksheet: Worksheet, parts: Parts) -> tuple[str, ...]:
    """Write the cover: whose, by when, how it stands, what to do, what the colours and marks mean.

    Gives the addresses of the two live sentences, `filled_words` and `looks_words` in this order.
    """
    for number, width in enumerate(_WIDTHS):
        worksheet.set_column(number, number, width)
    for number in range(len(_WIDTHS)):
        worksheet.write_blank(0, number, None, parts.styles["title"])
    title = f"{parts.definition.title} return, {parts.year}"
    worksheet.write_string(0, 1, title, parts.styles["title"])
    worksheet.set_row(0, 34)
    cover = _Cover(worksheet, parts)
    cover.paragraph(parts.definition.purpose, "lead")
    cover.trust()
    cover.progress()
    cover.steps()
    cover.key()
    cover.own_record()
    protect(worksheet)
    set_page(worksheet, parts, landscape=False)
    worksheet.print_area(0, 0, cover.row - 1, len(_WIDTHS) - 1)
    worksheet.set_print_scale(94)
    return tuple(cover.live)


def filled_words(filled: int, of: int) -> str:
    """How many of the required cells are filled."""
    return f"Required cells filled: {filled} of {of}"


def looks_words(errors: int, warnings: int) -> str:
    """How many checks say Look."""
    return f"Checks to look at: {counted(errors, 'error')}, {counted(warnings, 'warning')}"


def write_identity(worksheet: Worksheet, parts: Parts) -> None:
    """Write the hidden sheet, by which the portal knows an uploaded workbook again."""
    identity = {
        "portal_template": parts.definition.template,
        "portal_version": parts.definition.version,
        "portal_trust": token("code"),
        "portal_checksum": token("checksum"),
    }
    for name, row in IDENTITY_ROWS.items():
        worksheet.write_string(row - 1, 0, name)
        worksheet.write_string(row - 1, 1, identity[name])
        parts.workbook.define_name(name, "=" + on_sheet(IDENTITY_SHEET, f"B{row}"))
    for row, gate in enumerate(parts.definition.gates, FIRST_GATE_ROW):
        name = gate_name(gate.name)
        worksheet.write_string(row - 1, 0, name)
        worksheet.write_formula(row - 1, 1, "=" + gate_formula(gate.name, parts.definition), parts.styles["plain"], 1)
        parts.workbook.define_name(name, "=" + on_sheet(IDENTITY_SHEET, f"B{row}"))
    worksheet.protect("")
    worksheet.very_hidden()


def facts_of(trust: TrustDetails) -> tuple[tuple[str, int], ...]:
    """What the cover says of a trust, and how many lines each fact takes; what is not known is left out."""
    words = trust_words(trust)
    return tuple((fact, lines_needed(words[fact], _WIDTHS[3] * 0.9)) for fact in _FACTS if words[fact])


def _included_in(definition: Definition) -> str:
    """A line that may hold what belongs to others, as an example: the last of the first group, such as "other finance"."""
    return next(iter(definition.groups.values()), (definition.sheets[0].lines[0].code,))[-1]


class _Cover:
    """The cover while it is written, from the top down."""

    def __init__(self, worksheet: Worksheet, parts: Parts) -> None:
        self.worksheet, self.parts, self.styles, self.row = worksheet, parts, parts.styles, 1
        self.live: list[str] = []
        """Addresses of the two live sentences: cells filled, and checks to look at."""

    def heading(self, text: str) -> None:
        self.worksheet.set_row(self.row, 26)
        for number in range(1, len(_WIDTHS)):
            self.worksheet.write_blank(self.row, number, None, self.styles["heading"])
        self.worksheet.write_string(self.row, 1, text, self.styles["heading"])
        self.row += 1

    def paragraph(self, text: str, style: str = "plain") -> None:
        width = _TEXT_WIDTH + _WIDTHS[1]
        self.worksheet.merge_range(self.row, 1, self.row, 3, text, self.styles[style])
        self.worksheet.set_row(self.row, 7 + 13 * lines_needed(text, width))
        self.row += 1

    def trust(self) -> None:
        """Whose workbook this is, by when it is due, and where it goes."""
        self.heading("Your trust")
        for fact, lines in self.parts.facts:
            self.fact(_FACTS[fact], token(fact), lines)
        self.fact("Figures for", f"The financial year {self.parts.year}, 1 April to 31 March")
        self.fact("Template", f"{self.parts.definition.title}, version {self.parts.definition.version}")

    def fact(self, name: str, text: str, lines: int = 1) -> None:
        self.worksheet.merge_range(self.row, 1, self.row, 2, name, self.styles["plain"])
        self.worksheet.write_string(self.row, 3, text, self.styles["strong"])
        self.worksheet.set_row(self.row, 5 + 13 * lines)
        self.row += 1

    def progress(self) -> None:
        """Live counts: cells filled, and checks to look at."""
        parts = self.parts
        self.heading("How it stands")
        places = required_places(parts.definition, parts.trust_type)
        filled, asked = required_formulas(places, parts.definition)
        self._live(f'="Required cells filled: "&{filled}&" of "&{asked}')
        looks = [f'COUNTIFS(check_states,"{LOOK}",check_severities,"{word}")' for word in ("Error", "Warning")]
        counts = [
            f'{look}&IF({look}=1," {noun}"," {noun}s")' for look, noun in zip(looks, ("error", "warning"), strict=True)
        ]
        self._live('="Checks to look at: "&' + '&", "&'.join(counts))
        self.worksheet.merge_range(self.row, 1, self.row, 3, "", self.styles["link"])
        self.worksheet.write_url(
            self.row, 1, f"internal:{CHECKS_SHEET}!A1", self.styles["link"], "See every check on the Checks sheet"
        )
        self.row += 1

    def _live(self, formula: str) -> None:
        self.worksheet.merge_range(self.row, 1, self.row, 3, "", self.styles["count"])
        self.worksheet.write_formula(self.row, 1, formula, self.styles["count"], "")
        self.live.append(f"B{self.row + 1}")
        self.worksheet.set_row(self.row, 21)
        self.row += 1

    def steps(self) -> None:
        """How to fill it in, and what is on which sheet."""
        self.heading("How to fill it in")
        for number, step in enumerate(self.parts.definition.instructions, 1):
            self.worksheet.write_string(self.row, 1, f"{number}.", self.styles["step"])
            self.worksheet.merge_range(self.row, 2, self.row, 3, step, self.styles["plain"])
            self.worksheet.set_row(self.row, 4 + 13 * lines_needed(step, _TEXT_WIDTH))
            self.row += 1
        self.heading("Sheets")
        for sheet in self.parts.definition.sheets:
            self.linked(sheet.title, sheet.purpose)
        self.linked(
            CHECKS_SHEET, "Every rule that your return is checked by, and how your figures stand against it now."
        )

    def linked(self, sheet_title: str, words: str) -> None:
        quoted = on_sheet(sheet_title, "A1").replace("$", "")
        self.worksheet.merge_range(self.row, 1, self.row, 2, "", self.styles["link"])
        self.worksheet.write_url(self.row, 1, f"internal:{quoted}", self.styles["link"], sheet_title)
        self.worksheet.write_string(self.row, 3, words, self.styles["plain"])
        self.worksheet.set_row(self.row, 4 + 13 * lines_needed(words, _WIDTHS[3]))
        self.row += 1

    def key(self) -> None:
        """What the colours mean, and what may stand in a cell in place of a number."""
        self.worksheet.set_h_pagebreaks([self.row])
        self.heading("Colours")
        for style, sample, words in (*_COLOURS, *([_SHUT] if self.parts.definition.gates else [])):
            self._key_row(style, sample, words)
        self.heading("What you may type in place of a figure")
        line = _included_in(self.parts.definition)
        for mark, words in _MARKS:
            self._key_row("key_mark", mark.format(line=line), words.format(line=line))

    def _key_row(self, style: str, sample: str, words: str) -> None:
        self.worksheet.merge_range(self.row, 1, self.row, 2, sample, self.styles[style])
        self.worksheet.write_string(self.row, 3, words, self.styles["key_text"])
        self.worksheet.set_row(self.row, 5 + 13 * lines_needed(words, _WIDTHS[3]))
        self.row += 1

    def own_record(self) -> None:
        """Who filled it in, for the trust's own record; the finance director signs in the portal."""
        self.heading("Who filled it in")
        for name, text in (
            ("Filled in by", ""),
            ("Telephone or e-mail", ""),
            ("Finance director", token("director")),
            ("Date", ""),
        ):
            self.worksheet.merge_range(self.row, 1, self.row, 2, name, self.styles["plain"])
            self.worksheet.write_string(self.row, 3, text, self.styles["own"])
            self.worksheet.set_row(self.row, 18)
            self.row += 1
        self.paragraph(
            "For your own record. Your finance director signs off the figures in the portal, after the upload.", "aside"
        )
