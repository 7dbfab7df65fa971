"""The pathology workbook as it comes back: the same troubles, where the template has shapes of its own (a gate, choices)."""

import io
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from templates_app import registry
from templates_app.example_figures import example_values
from templates_app.layout import layout_of
from templates_app.reading import Place, Value
from templates_app.schema import is_required
from templates_app.workbook_write import TrustDetails, write_workbook
from tests.submissions.example_returns import TRUST, trust
from tests.workbooks.case_makers import identity
from tests.workbooks.corpus import Accept, Book, Case, Findings, Marks, Refuse
from tests.workbooks.hostile import DOCTYPE
from tests.workbooks.variants import (
    BOOK,
    SHEETS,
    Change,
    Parts,
    PartsChange,
    all_inline,
    cell,
    edited,
    google_shaped,
    names_follow,
    packed,
    percentage,
    prefixed,
    protection,
    raw,
    replaced,
    retitled,
    rich_texts,
    strict_names,
    text,
    without_names,
    without_protection,
)

PATHOLOGY = registry.get("pathology", "2016.1")
UNCALCULATED = "P-I1f"
"""Sums that the saving program did not calculate: what `edited` gives."""
GATE: Place = ("PSV1", "value")
RESULTS_AT = "Quality!C6"
"""The share of potassium results that were there in time."""
TESTS_AT = "Disciplines!C7"
NONE: Mapping[Place, Value] = {
    ("PSV1", "value"): Value("text", text="none"),
    ("PSV2", "value"): Value("text", text="none"),
    ("PSV3", "value"): Value("number", number=Decimal(0)),
    ("PSV17", "value"): Value("number", number=Decimal(0)),
}
"""What a trust without pathology answers: four cells, and nothing else."""


@cache
def values() -> Mapping[Place, Value]:
    return example_values(PATHOLOGY, trust().published.get(PATHOLOGY.year, {}), seed=1, trust_code=TRUST)


def sent(given: Mapping[Place, Value] | None = None) -> bytes:
    details = TrustDetails(TRUST, trust().name, trust().trust_type, (), PATHOLOGY.year)
    checksum = registry.checksum(PATHOLOGY.template, PATHOLOGY.version)
    return write_workbook(PATHOLOGY, details, values=values() if given is None else given, checksum=checksum)


@cache
def _good_parts() -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(sent())) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def ours(*changes: PartsChange) -> bytes:
    """The good workbook with its parts changed."""
    parts: Parts = dict(_good_parts())
    for change in changes:
        change(parts)
    return packed(parts)


BOOK_OF_PATHOLOGY = Book(PATHOLOGY, values)


def case(*changes: PartsChange, expected: Accept | Findings | Refuse | None = None) -> Case:
    return Case(lambda: ours(*changes), expected or Accept(), book=BOOK_OF_PATHOLOGY)


def changed(*changes: Change, expected: Accept | Findings | Refuse) -> Case:
    return Case(lambda: edited(*changes, of=sent()), expected, book=BOOK_OF_PATHOLOGY)


def marks(*found: tuple[str, str]) -> Marks:
    return frozenset(found)


def astray(place: str, code: str = "P-H3") -> Findings:
    return Findings(marks((code, place)))


def at(line: str, column: str = "value") -> str:
    spot = layout_of(PATHOLOGY).cells[line, column]
    return f"{spot.sheet}!{spot.address}"


def blanks() -> Marks:
    """What a trust with a laboratory must still fill that has answered the four items asked of all."""
    return marks(
        *(
            ("P-H5", at(line.code, column.code))
            for _, line, column in PATHOLOGY.cells()
            if is_required(line, column, "acute") and (line.code, column.code) not in NONE
        )
    )


def without_an_answer(answer: Value | None, code: str) -> Case:
    """Nothing but the items asked of all, and no answer that says whether the others are needed: one trouble, not one for each."""
    given = {place: value for place, value in {**NONE, GATE: answer}.items() if value is not None}
    return Case(lambda: sent(given), Findings(marks((code, at(*GATE)))), book=Book(PATHOLOGY, lambda: NONE))


def percent_read(change: PartsChange, means: str) -> Case:
    return case(change, expected=Accept({"PQU1.value": means}, marks(("P-I1d", RESULTS_AT))))


LINES = frozenset(line.code for sheet in PATHOLOGY.sheets for line in sheet.lines)
NOTED = Accept(notes=marks(("P-I1g", "")))
"""The figures are read; what was done to the sheets is said."""

CASES: dict[str, Case] = {
    f"pathology: {name}": made
    for name, made in {
        "as filled": case(),
        "none": Case(lambda: sent(NONE), Accept(), book=Book(PATHOLOGY, lambda: NONE)),
        "empty": Case(lambda: sent({}), Findings(marks(("P-H5", "")), LINES), book=BOOK_OF_PATHOLOGY),
        "gate not answered": without_an_answer(None, "P-H5"),
        "gate answered in other words": without_an_answer(Value("text", text="we buy it in"), "P-H3"),
        "gate open and nothing behind it": Case(lambda: sent({**NONE, GATE: Value("text", text="own laboratory")}), Findings(blanks(), LINES), book=BOOK_OF_PATHOLOGY),
        "95% in a percentage": percent_read(percentage(RESULTS_AT, "0.95"), "95"),
        "12.3456% in a percentage": case(percentage(RESULTS_AT, "0.123456", "10"), expected=Accept({"PQU1.value": "12.35"}, marks(("P-I1e", RESULTS_AT)))),
        "29% with the noise of a double": percent_read(percentage(RESULTS_AT, "0.28999999999999998"), "29"),
        "9500% in a percentage": case(percentage(RESULTS_AT, "95"), expected=Findings(marks(("PQU1-H1", RESULTS_AT), ("P-I1d", RESULTS_AT)))),
        "text of 95%": percent_read(text(RESULTS_AT, "95%"), "95"),
        "text of 92.5 %, wide": percent_read(text(RESULTS_AT, "92.5 ％"), "92.5"),
        "text of 92,5%": case(text(RESULTS_AT, "92,5%"), expected=astray(RESULTS_AT)),
        "tests as a percentage": case(percentage(TESTS_AT, "0.5"), expected=astray(TESTS_AT)),
        "inline strings": case(all_inline),
        "rich strings": case(rich_texts),
        "prefixed": case(prefixed),
        "strict": case(strict_names),
        "google-shaped": case(google_shaped, expected=NOTED),
        "names and protection removed": case(without_names, without_protection, expected=NOTED),
        "protection removed": case(without_protection, expected=NOTED),
        "protection removed, strict": case(without_protection, strict_names, expected=NOTED),
        "protection removed, inline strings": case(without_protection, all_inline, expected=NOTED),
        "protection removed, prefixed": case(without_protection, prefixed, expected=NOTED),
        "protection removed from one sheet": case(protection("Quality", ""), expected=NOTED),
        "protection removed from a hidden sheet": case(
            protection("Quality", ""), replaced(BOOK, 'name="Quality"', 'name="Quality" state="hidden"'), expected=NOTED
        ),
        "protection switched off": case(protection("Quality", '<sheetProtection sheet="0" objects="1"/>'), expected=NOTED),
        "protection that names no sheet": case(protection("Quality", '<sheetProtection objects="1"/>'), expected=NOTED),
        "protection commented out": case(protection("Quality", '<!--<sheetProtection sheet="1"/>-->'), expected=NOTED),
        "protection of another namespace": case(protection("Quality", '<x:sheetProtection xmlns:x="urn:x" sheet="1"/>'), expected=NOTED),
        "protection in other words": case(protection("Quality", "<sheetProtection password='CC1A' sheet='true'></sheetProtection>")),
        "protection with a password": case(protection("Quality", '<sheetProtection password="CC1A" sheet="true"/>')),
        "checks no longer protected": case(protection("Checks", "")),
        "rows inserted": changed(
            lambda book: book["Disciplines"].insert_rows(3, 2),
            names_follow("Disciplines", lambda row, column: (row + 2 * (row >= 3), column)),
            expected=Accept(notes=marks(("P-I1c", "Disciplines!C9"), (UNCALCULATED, "Disciplines!F20"))),
        ),
        "sheet renamed": changed(retitled("Quality", "Our quality"), expected=Accept(notes=marks(("P-I1g", ""), ("P-I1c", "Our quality!C6"), (UNCALCULATED, "Disciplines!F18")))),
        "disciplines renamed checks": changed(
            lambda book: setattr(book["Checks"], "title", "Old checks"),
            retitled("Disciplines", "Checks"),
            expected=Accept(notes=marks(("P-I1g", ""), ("P-I1c", "Checks!C7"), (UNCALCULATED, "Checks!F18"))),
        ),
        "sheets hidden": case(
            replaced(BOOK, 'name="Quality"', 'name="Quality" state="hidden"'), expected=Accept(notes=marks(("P-I1g", "")))
        ),
        "number as text": case(text(TESTS_AT, "1,841,163"), expected=Accept(notes=marks(("P-I1d", TESTS_AT)))),
        "estimate in words": case(text(TESTS_AT, "about 1.8m"), expected=astray(TESTS_AT)),
        "a fraction of a test": case(raw(TESTS_AT, "0.5"), expected=astray(TESTS_AT)),
        "beyond 100 per cent": case(raw("Quality!C6", "8944"), expected=astray("Quality!C6", "PQU1-H1")),
        "another answer to the gate": case(text("Service!C6", "we buy it in"), expected=astray("Service!C6")),
        "gate in capitals": case(text("Service!C6", " OWN  laboratory ")),
        "not a number": case(raw(TESTS_AT, "NaN"), expected=astray(TESTS_AT)),
        "excel error": case(cell(TESTS_AT, ' t="e"><v>#REF!</v>'), expected=astray(TESTS_AT)),
        "formula never calculated": case(cell(TESTS_AT, "><f>1+1</f>"), expected=astray(TESTS_AT)),
        "another trust": case(identity(3, "R1H"), expected=Findings(marks(("P-H2", "")))),
        "another version": case(identity(2, "2015.1"), expected=Refuse("unknown_version")),
        "lying dimension": case(lambda parts: parts.update({SHEETS["Disciplines"]: parts[SHEETS["Disciplines"]].replace('<dimension ref="', '<dimension ref="A1:A1" x="')})),
        "doctype": case(replaced(SHEETS["Service"], "<worksheet ", f"{DOCTYPE}<worksheet "), expected=Refuse("doctype")),
        "two values in a cell": case(raw(TESTS_AT, "1</v><v>2"), expected=Refuse("damaged")),
    }.items()
}  # fmt: skip
