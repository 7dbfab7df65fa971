"""What one input cell of a workbook allows and says: its prompt, its list or test, and the alert that still lets keys in. Pure."""

from typing import Any

from templates_app.schema import NUMBER_UNITS, Column, Key, Line, choices_of, keys_of, unit_of
from templates_app.workbook_parts import OPTIONAL_WORDS

TITLE_LENGTH, MESSAGE_LENGTH, LIST_LENGTH = 32, 255, 255
"""Excel's own limits for the title and text of a prompt, and for a list written into a cell's validation."""

_UNIT_PROMPTS = {
    "thousand_pounds": "In £000: type 412 for £412,000.",
    "wte": "Whole-time equivalents, average over the year.",
    "count": "A whole number.",
    "square_metres": "In square metres.",
    "days": "A whole number of days.",
    "percent": "A percentage: type 12.5 for 12.5%.",
    "yes_no": "Y or N.",
    "choice": "Choose from the list.",
    "date": "A date, such as 31/03/2018.",
    "text": "",
}
_KEY_PROMPTS: dict[Key, str] = {
    "NA": "NA: there is no such function here.",
    "IE": "IE: and a line's code: included there.",
    "NC": "NC: exists, cannot be stated; say why in the comment.",
}


def validation(line: Line, column: Column, address: str, *, optional: bool) -> dict[str, Any]:
    """The data validation of one cell, as XlsxWriter takes it. Alerts warn and let the person go on."""
    return {
        **_test(line, column, address),
        "input_title": _cut(line.label, TITLE_LENGTH),
        "input_message": prompt(line, column, optional=optional),
        "error_type": "warning",
    }


def prompt(line: Line, column: Column, *, optional: bool) -> str:
    """What Excel shows when the cell is chosen; what fits of it, the most needed first."""
    keys = keys_of(line, column) if unit_of(line, column) in NUMBER_UNITS else ()
    sentences = [
        column.prompt or _UNIT_PROMPTS[unit_of(line, column)],
        f"{OPTIONAL_WORDS}." if optional else "",
        line.note if column.counted else "",
        *(_KEY_PROMPTS[key] for key in keys),
    ]
    text = ""
    for sentence in sentences:
        longer = f"{text}\n{sentence}" if text else sentence
        if sentence and len(longer) <= MESSAGE_LENGTH:
            text = longer
    return text or _cut(column.title, MESSAGE_LENGTH)


def _test(line: Line, column: Column, address: str) -> dict[str, Any]:
    unit, choices = unit_of(line, column), choices_of(line, column)
    if choices:
        return {
            "validate": "list",
            "source": list(choices),
            "error_title": "Not in the list",
            "error_message": "Choose one of the answers from the list in the cell.",
        }
    if unit == "date":
        return {
            "validate": "custom",
            "value": f"=AND(ISNUMBER({address}),{address}>=32874,{address}<73051)",  # 1990 to 2099
            "error_title": "Not a date",
            "error_message": "Type the date as day/month/year, such as 31/03/2018.",
        }
    if unit in NUMBER_UNITS:
        return _number_test(line, column, address)
    return {"validate": "any"}


def _number_test(line: Line, column: Column, address: str) -> dict[str, Any]:
    unit, keys = unit_of(line, column), keys_of(line, column)
    whole = unit in ("count", "days")
    tests = {"NA": f'{address}="NA"', "NC": f'{address}="NC"', "IE": f'LEFT({address},3)="IE:"'}
    number = f"IF(ISNUMBER({address}),{address}=INT({address}),FALSE)" if whole else f"ISNUMBER({address})"
    words = "a whole number" if whole else "a number"
    written = [{"IE": "IE: and a line's code"}.get(key, key) for key in keys]
    allowed = ", ".join([words, *written[:-1]]) + f" or {written[-1]}" if written else words
    return {
        "validate": "custom",
        "value": f"=OR({','.join([number, *(tests[key] for key in keys)])})",
        "error_title": "Check this entry",
        "error_message": f"We expected {allowed}. Type digits only, without words or a £ sign.",
    }


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip(" ,;") + "…"
