"""How cases of the corpus are made from the good workbook: small makers that say what a file is and what must come of it."""

import re

from tests.workbooks import hostile
from tests.workbooks.corpus import Accept, Case, Findings, Refuse
from tests.workbooks.variants import RELATIONS, SHEETS, TYPES, Parts, PartsChange, good_parts, ours, replaced

PAY, PAY_AT = "HR9.pay", "Costs!D16"
ALTERED = frozenset({("B-I1g", "")})
"""The note that sheets were renamed, hidden, put in another order or unprotected."""


def refused(maker: hostile.Maker, code: str, file_name: str = "return.xlsx") -> Case:
    return Case(maker, Refuse(code), file_name)


def same(*changes: PartsChange) -> Case:
    return Case(lambda: ours(*changes), Accept())


def in_sheet(title: str, old: str, new: str) -> PartsChange:
    return replaced(SHEETS[title], old, new)


def identity(row: int, value: str) -> PartsChange:
    def change(parts: Parts) -> None:
        part = SHEETS["_portal"]
        new = f'<c r="B{row}" t="inlineStr"><is><t>{value}</t></is></c>'
        parts[part], count = re.subn(rf'<c r="B{row}" t="s"><v>\d+</v></c>', new, parts[part])
        assert count == 1

    return change


def added(name: str, content: str, relation: str = "", kind: str = "") -> PartsChange:
    """A part more, with its relationship and type."""

    def change(parts: Parts) -> None:
        parts[name] = content
        if relation:
            parts[RELATIONS] = parts[RELATIONS].replace("</Relationships>", f"{relation}</Relationships>")
        if kind:
            override = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
            parts[TYPES] = parts[TYPES].replace("</Types>", override)

    return change


def entries(*more: hostile.Entry, **about: bytes) -> bytes:
    """The good workbook as an archive, with entries more."""
    whole = [hostile.Entry(name.encode(), text_.encode()) for name, text_ in good_parts().items()]
    return hostile.archive([*whole, *more], **about)


def unreadable(change: PartsChange, code: str = "B-H3", place: str = PAY_AT) -> Case:
    return Case(lambda: ours(change), Findings(frozenset({(code, place)})))
