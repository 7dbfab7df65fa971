"""Which version of a template may stand for which, and what a newer one asks besides. Pure.

A return may be made on an earlier version of the same year: people who began before the newer one came out need not begin again.
It is judged by its own rules. A version of another year asks for other figures, and a newer one than the return's asks for more.
"""

from templates_app.registry import in_order
from templates_app.schema import Definition
from ui.formats import sentence_list


def may_stand_for(definition: Definition, asked: Definition) -> bool:
    """Whether a workbook of this version is taken where another (or the same) is asked for."""
    same = (definition.template, definition.year) == (asked.template, asked.year)
    return same and in_order(definition.version) <= in_order(asked.version)


def asked_besides(newer: Definition, older: Definition) -> str:
    """What a newer version asks that an older one does not, by sheet: "ORG13 on Organisation and all of Bands"; empty for nothing."""
    known = {line.code for sheet in older.sheets for line in sheet.lines}
    said = []
    for sheet in newer.sheets:
        codes = [line.code for line in sheet.lines if line.code not in known]
        if len(codes) == len(sheet.lines):
            said.append(f"all of {sheet.title}")
        elif codes:
            said.append(f"{sentence_list(codes)} on {sheet.title}")
    return sentence_list(said)
