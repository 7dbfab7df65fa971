"""How a trust's workbook looks: NHS colours, one format per purpose, number formats by unit. Pure."""

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

NHS_BLUE, DARK_BLUE = "#005EB8", "#003087"
TEXT, GREY_TEXT, LINE = "#212B32", "#4C6272", "#AEB7BD"
PALE_BLUE, PALE_GREY, INPUT_YELLOW, WHITE = "#E3EEF8", "#F0F4F5", "#FFF9D9", "#FFFFFF"
RED, AMBER, GREEN = "#D5281B", "#8F5700", "#00663A"
SHUT_GREY = "#B8C0C5"
PALE_RED, PALE_AMBER, PALE_GREEN = "#FBE3E0", "#FFEFCF", "#DFF1E7"

NUMBER_FORMATS = {
    "thousand_pounds": "#,##0",
    "wte": "#,##0.00",
    "count": "#,##0",
    "square_metres": "#,##0",
    "days": "#,##0",
    "percent": "0.0#",
    "date": "dd/mm/yyyy",
    "text": "@",
    "choice": "@",
    "yes_no": "@",
}
"""What a cell shows; a fraction of £000 or m² shows its decimals only where there is one (`FRACTION_FORMATS`)."""

FRACTION_FORMATS = {"thousand_pounds": "#,##0.0##", "square_metres": "#,##0.0#"}

_PROPERTIES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "font_color": WHITE, "bg_color": NHS_BLUE, "valign": "vcenter", "indent": 1},
    "lead": {"font_size": 10, "text_wrap": True, "valign": "vcenter"},
    "sheet_lead": {"text_wrap": True, "valign": "vcenter", "indent": 1},
    "sheet_aside": {"font_color": GREY_TEXT, "text_wrap": True, "valign": "vcenter", "indent": 1},
    "aside": {"font_color": GREY_TEXT, "text_wrap": True, "valign": "vcenter"},
    "plain": {"text_wrap": True, "valign": "vcenter"},
    "strong": {"bold": True, "text_wrap": True, "valign": "vcenter"},
    "key_text": {"text_wrap": True, "valign": "vcenter", "indent": 1},
    "heading": {"bold": True, "font_size": 12, "font_color": NHS_BLUE, "valign": "bottom", "bottom": 1, "bottom_color": NHS_BLUE},
    "link": {"font_color": NHS_BLUE, "underline": 1, "valign": "vcenter", "text_wrap": True},
    "step": {"bold": True, "font_color": NHS_BLUE, "align": "right", "valign": "vcenter"},
    "count": {"bold": True, "font_size": 12, "valign": "vcenter", "text_wrap": True},
    "count_here": {"bold": True, "font_size": 12, "valign": "vcenter", "indent": 1},
    "band": {"bold": True, "font_color": WHITE, "bg_color": DARK_BLUE, "align": "left", "valign": "vcenter", "indent": 1},
    "band_grey": {"bold": True, "font_color": WHITE, "bg_color": GREY_TEXT, "align": "left", "valign": "vcenter", "indent": 1},
    "head": {"indent": 1, "bold": True, "bg_color": PALE_BLUE, "border": 1, "border_color": LINE, "text_wrap": True, "valign": "vcenter"},
    "head_number": {
        "indent": 1, "bold": True, "bg_color": PALE_BLUE, "border": 1, "border_color": LINE, "text_wrap": True, "valign": "vcenter", "align": "right",
    },
    "head_grey": {
        "indent": 1, "bold": True, "font_color": GREY_TEXT, "bg_color": PALE_GREY, "border": 1, "border_color": LINE, "text_wrap": True,
        "valign": "vcenter", "align": "right",
    },
    "unit": {"indent": 1, "font_color": GREY_TEXT, "font_size": 9, "bg_color": PALE_BLUE, "border": 1, "border_color": LINE},
    "unit_number": {"indent": 1, "font_color": GREY_TEXT, "font_size": 9, "bg_color": PALE_BLUE, "border": 1, "border_color": LINE, "align": "right"},
    "unit_grey": {"indent": 1, "font_color": GREY_TEXT, "font_size": 9, "bg_color": PALE_GREY, "border": 1, "border_color": LINE, "align": "right"},
    "unit_beside": {"indent": 1, "font_color": GREY_TEXT, "font_size": 9, "border": 1, "border_color": LINE, "valign": "vcenter"},
    "code": {"indent": 1, "font_color": GREY_TEXT, "font_size": 9, "border": 1, "border_color": LINE, "valign": "vcenter"},
    "label": {"indent": 1, "border": 1, "border_color": LINE, "text_wrap": True, "valign": "vcenter"},
    "note": {"indent": 1, "font_color": GREY_TEXT, "font_size": 9, "border": 1, "border_color": LINE, "text_wrap": True, "valign": "vcenter"},
    "total_label": {"indent": 1, "bold": True, "bg_color": PALE_GREY, "top": 2, "bottom": 1, "border_color": LINE, "valign": "vcenter"},
    "row": {"indent": 1, "border": 1, "border_color": LINE, "text_wrap": True, "valign": "vcenter", "font_size": 9},
    "row_link": {
        "indent": 1, "border": 1, "border_color": LINE, "text_wrap": True, "valign": "vcenter", "font_size": 9, "font_color": NHS_BLUE, "underline": 1,
    },
    "state": {"border": 1, "border_color": LINE, "bold": True, "valign": "vcenter", "align": "center", "font_size": 9},
    "problem_error": {"indent": 1, "border": 1, "border_color": LINE, "bold": True, "valign": "vcenter", "font_size": 9, "bg_color": PALE_RED, "font_color": RED},
    "problem_warning": {"indent": 1, "border": 1, "border_color": LINE, "bold": True, "valign": "vcenter", "font_size": 9, "bg_color": PALE_AMBER, "font_color": AMBER},
    "problem_info": {"indent": 1, "border": 1, "border_color": LINE, "valign": "vcenter", "font_size": 9},
    "key_input": {"bg_color": INPUT_YELLOW, "border": 1, "border_color": LINE},
    "key_optional": {"bg_color": WHITE, "border": 3, "border_color": "#8A969E"},
    "key_computed": {"bg_color": PALE_GREY, "border": 1, "border_color": LINE},
    "key_last_year": {"valign": "vcenter", "font_color": GREY_TEXT, "italic": True, "align": "center", "border": 1, "border_color": LINE},
    "key_shut": {"bg_color": SHUT_GREY, "border": 1, "border_color": LINE},
    "key_look": {"bg_color": PALE_RED, "border": 2, "border_color": RED},
    "key_mark": {"valign": "vcenter", "bold": True, "align": "center", "bg_color": INPUT_YELLOW, "border": 1, "border_color": LINE},
    "own": {"valign": "vcenter", "indent": 1, "bg_color": INPUT_YELLOW, "border": 1, "border_color": LINE, "locked": False, "text_wrap": True, "num_format": "@"},
    # Conditional formats; a thick border is not possible in one.
    "when_error": {"bg_color": PALE_RED, "font_color": RED, "border": 1, "border_color": RED},
    "when_warning": {"bg_color": PALE_AMBER, "font_color": AMBER, "border": 1, "border_color": AMBER},
    "when_shut": {"bg_color": SHUT_GREY, "font_color": GREY_TEXT},
    "when_key": {"bg_color": "#D8DDE0", "font_color": GREY_TEXT},
    "when_ok": {"bg_color": PALE_GREEN, "font_color": GREEN},
    "when_not_yet": {"bg_color": PALE_GREY, "font_color": GREY_TEXT},
}  # fmt: skip


class Styles:
    """The formats of one workbook, each made when it is first asked for."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[str, ...], Format] = {}

    def __getitem__(self, purpose: str) -> Format:
        if (made := self._made.get((purpose,))) is None:
            made = self._made[(purpose,)] = self._workbook.add_format(_PROPERTIES[purpose])
        return made

    def figure(self, kind: str, unit: str, mark: str = "") -> Format:
        """The format of a cell for a figure or words: `kind` is input, optional, computed, total or last_year; `mark` is error or
        warning for a cell that a copy marks.
        """
        key = (kind, unit, mark)
        if (made := self._made.get(key)) is None:
            made = self._made[key] = self._workbook.add_format(_figure(kind, unit) | _MARKS.get(mark, {}))
        return made

    def changed(self, purpose: str) -> Format:
        """A conditional format that changes only how a number is written."""
        key = ("changed", purpose)
        if (made := self._made.get(key)) is None:
            made = self._made[key] = self._workbook.add_format({"num_format": purpose})
        return made


_KINDS: dict[str, dict[str, Any]] = {
    "input": {"bg_color": INPUT_YELLOW, "locked": False},
    "optional": {"bg_color": WHITE, "border": 3, "border_color": "#8A969E", "locked": False},
    "computed": {"bg_color": PALE_GREY},
    "total": {"bg_color": PALE_GREY, "bold": True, "top": 2},
    "last_year": {"font_color": GREY_TEXT, "italic": True},
}

_MARKS: dict[str, dict[str, Any]] = {
    "error": {"bg_color": PALE_RED, "border": 2, "border_color": RED},
    "warning": {"bg_color": PALE_AMBER, "border": 2, "border_color": AMBER},
}


def _figure(kind: str, unit: str) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "num_format": NUMBER_FORMATS[unit],
        "border": 1,
        "border_color": LINE,
        "valign": "vcenter",
        **_KINDS[kind],
    }
    if unit in ("text", "choice"):
        properties |= {"text_wrap": True, "font_size": 9, "indent": 1}
    if unit not in ("text", "choice", "date", "yes_no"):
        properties |= {"align": "right", "indent": 1}
    if unit in ("date", "yes_no"):
        properties["align"] = "center"
    return properties
