"""What people type into cells, and what it means: the right figure, or a sentence that says what to type; never a guess."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app import registry
from templates_app.number_text import exact_decimal
from templates_app.reading import CellKind, ReadCell, Value
from templates_app.schema import DECIMAL_PLACES, Column, Line, Unit
from templates_app.values import LARGEST, Interpreted, Unreadable, as_entered, expected_in, interpret

KEYS = ("NA", "IE", "NC")
BANNED = re.compile(r"(?i:\b(please|invalid|illegal|oops|failed validation)\b)|\bNone\b|[{}]")
UNITS: tuple[Unit, ...] = (
    "thousand_pounds", "wte", "count", "square_metres", "days", "percent", "yes_no", "choice", "text", "date",
)  # fmt: skip


def read(
    raw: str,
    unit: Unit = "thousand_pounds",
    kind: CellKind = "text",
    *,
    keys: tuple[str, ...] = KEYS,
    date_1904: bool = False,
    **more: object,
) -> Interpreted | Unreadable:
    choices = ("in-house", "shared NHS") if unit == "choice" else ()
    line, column = Line(code="FIN3", label="Accounts payable"), Column(code="pay", title="Pay", unit=unit, keys=keys, choices=choices)  # fmt: skip
    cell = ReadCell("FIN3", "pay", "Costs", "D9", "Accounts payable, pay", kind, raw, **more)
    answer = interpret(cell, line, column, date_1904=date_1904)
    if isinstance(answer, Unreadable):
        for words in (answer.message, answer.expected, answer.remedy):
            assert words
            assert not BANNED.search(words), words
        assert answer.message.endswith(".")
        assert answer.remedy.endswith(".")
    return answer


def number(text: str, changed: str = "") -> Interpreted:
    return Interpreted(Value("number", number=Decimal(text)), changed)


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("412", "412"),
        ("1,234", "1234"),
        ("1,234,567.5", "1234567.5"),
        ("£1,234.50", "1234.5"),
        ("£ 412", "412"),
        ("-412", "-412"),
        ("−412", "-412"),
        ("-£412", "-412"),
        ("£-412", "-412"),
        ("(412)", "-412"),
        ("( £1,412 )", "-1412"),
        ("  412\u00a0", "412"),
        ("1\u00a0234", "1234"),
        ("1\u202f234\u202f567", "1234567"),
        ("4\u200b12", "412"),
        ("４１２．５", "412.5"),
        ("（５００）", "-500"),
        ("￡412", "412"),
        ("412.000", "412"),
        ("0.123", "0.123"),
        ("0", "0"),
        ("-0", "0"),
        ("(0)", "0"),
    ],
)
def test_text_that_is_plainly_a_number_is_read_as_it_and_said_so(typed: str, means: str) -> None:
    answer = read(typed)
    assert answer == number(means, "tidied")
    assert isinstance(answer, Interpreted)
    assert answer.value.as_text() == format(Decimal(means).normalize(), "f")


@pytest.mark.parametrize(
    "typed",
    [
        "1.234,5", "1,23", "1,2345", "0,123", "1234,567", "12 34", "1,234 567", "1.2.3", "--5", "£-£5", "-(5)", "(-5)",
        "(£-5)", "(5", "5-", "5 6", "412¹", "5²", "½", "①", "1e5", "0x10", "∞", "NaN", "inf", "1_000", "c. 400", "400 approx",
        "~400", "<5", "*", "412 000 0", "=412", "four hundred", "412 (est.)", "400-500", "1/2",
    ],
)  # fmt: skip
def test_text_that_could_mean_something_else_is_never_read_as_a_number(typed: str) -> None:
    assert isinstance(read(typed), Unreadable)


@pytest.mark.parametrize(
    ("typed", "unit", "told"),
    [
        ("1.2m", "thousand_pounds", "1200 for £1.2m"),
        ("£412k", "thousand_pounds", "412 for £412,000"),
        ("3 million", "thousand_pounds", "thousands of pounds"),
        ("1.2m", "count", "1200000 for 1.2m"),
        ("12%", "count", "not a percentage"),
        ("12%", "thousand_pounds", "not a percentage"),
        ("1.234,5", "thousand_pounds", "a point for the decimals"),
        ("12,5", "wte", "a point for the decimals"),
        ("n/a", "thousand_pounds", "NA if there is no such function"),
        ("TBC", "thousand_pounds", "NC with a comment"),
        ("-", "thousand_pounds", "Type 0 if the figure is truly nought"),
        ("Nil", "count", "Type 0"),
        ("see comment", "wte", "comment column"),
        ("IE", "thousand_pounds", "the code of the line that holds the figure"),
        ("IE FIN9", "thousand_pounds", "the code of the line that holds the figure"),
        ("IE:", "thousand_pounds", "the code of the line that holds the figure"),
        ("ie - fin9", "thousand_pounds", "the code of the line that holds the figure"),
    ],
)
def test_the_remedy_says_what_to_type_instead(typed: str, unit: Unit, told: str) -> None:
    answer = read(typed, unit)
    assert isinstance(answer, Unreadable)
    assert told in answer.remedy


def test_no_key_is_offered_where_none_may_stand() -> None:
    answer = read("n/a", keys=())
    assert isinstance(answer, Unreadable)
    assert answer.remedy == "Type 0 if the figure is truly nought."
    assert answer.expected == "an amount in £000"


@pytest.mark.parametrize("typed", ["NA", "na", " Na ", "nA\u00a0", "ＮＡ"])
def test_not_applicable_in_every_spelling(typed: str) -> None:
    assert read(typed) == Interpreted(Value("not_applicable"))


@pytest.mark.parametrize("typed", ["NC", "nc", "\tNc\n"])
def test_not_calculable_in_every_spelling(typed: str) -> None:
    assert read(typed) == Interpreted(Value("not_calculable"))


@pytest.mark.parametrize("typed", ["IE:FIN9", "ie:fin9", "IE: FIN9", " Ie :\u00a0Fin9 ", "IE：FIN9"])
def test_included_elsewhere_in_every_spelling(typed: str) -> None:
    assert read(typed) == Interpreted(Value("included_elsewhere", text="FIN9"))


@pytest.mark.parametrize("typed", ["NA", "IE:FIN9", "NC", "IE"])
def test_a_key_where_it_may_not_stand(typed: str) -> None:
    answer = read(typed, keys=())
    assert isinstance(answer, Unreadable)
    assert answer.message == f"{typed[:2]} cannot stand in this cell."


@pytest.mark.parametrize("typed", ["", " ", "\u00a0", "\u200b"])
def test_what_looks_blank_is_blank_and_not_nought(typed: str) -> None:
    assert read(typed) == Interpreted(Value("blank"))
    assert read("", kind="blank") == Interpreted(Value("blank"))


@pytest.mark.parametrize(
    ("raw", "means", "changed"),
    [
        ("412", "412", ""),
        ("4.12E+2", "412", ""),
        ("1E-3", "0.001", ""),
        ("412.12300000000005", "412.123", ""),
        ("0.30000000000000004", "0.3", ""),
        ("-0", "0", ""),
        ("412.1234", "412.123", "rounded"),
        ("412.1235", "412.124", "rounded"),
        ("-412.1235", "-412.124", "rounded"),
        ("-0.0004", "0", "rounded"),
        ("1E-300", "0", "rounded"),
        ("9999999999999", "9999999999999", ""),
    ],
)
def test_numbers_in_the_file_are_read_at_excels_own_digits(raw: str, means: str, changed: str) -> None:
    answer = read(raw, kind="number")
    assert answer == number(means, changed)
    assert isinstance(answer, Interpreted)
    assert not answer.value.as_text().startswith("-0")


@pytest.mark.parametrize("raw", ["10000000000000", "1E+300", "-1E+300", "123456789012345678"])
def test_a_number_too_large_for_any_trust(raw: str) -> None:
    answer = read(raw, kind="number")
    assert isinstance(answer, Unreadable)
    assert "too large" in answer.message


@pytest.mark.parametrize("unit", ["count", "days"])
def test_a_count_is_whole_and_is_never_rounded(unit: Unit) -> None:
    assert read("12.000000000000002", unit, "number") == number("12")
    answer = read("12.5", unit, "number")
    assert isinstance(answer, Unreadable)
    assert answer.message == "This must be a whole number."


@pytest.mark.parametrize(
    ("raw", "kind", "more", "told"),
    [
        ("1", "boolean", {}, "TRUE or FALSE"),
        ("42856", "number", {"is_date": True}, "turned this entry into a date"),
        ("", "blank", {"formula": True, "cached": False}, "never calculated"),
        ("#REF!", "error", {"formula": True}, "points at a cell that was deleted"),
        ("#DIV/0!", "error", {"formula": True}, "divides by nought"),
        ("#N/A", "error", {}, "did not find what it looked for"),
        ("#SPILL!", "error", {}, "could not be calculated"),
    ],
)
def test_what_is_no_number_at_all(raw: str, kind: CellKind, more: dict[str, bool], told: str) -> None:
    answer = read(raw, kind=kind, **more)
    assert isinstance(answer, Unreadable)
    assert told in answer.message


@pytest.mark.parametrize("unit", UNITS)
def test_an_excel_error_is_one_in_a_cell_of_any_unit(unit: Unit) -> None:
    assert isinstance(read("#REF!", unit, "error"), Unreadable)
    assert isinstance(read("", unit, "blank", formula=True, cached=False), Unreadable)


def test_a_finding_quotes_what_the_person_sees() -> None:
    def seen(raw: str, kind: CellKind, **more: object) -> str:
        return as_entered(ReadCell("FIN3", "pay", "Costs", "D9", "", kind, raw, **more))

    assert (seen("1", "boolean"), seen("false", "boolean")) == ("TRUE", "FALSE")
    assert seen("42856", "number", is_date=True) == "1 May 2017"
    assert (seen("42856", "number"), seen("1E+9", "number", is_date=True)) == ("42856", "1E+9")


@pytest.mark.parametrize(("typed", "means"), [("Y", "Y"), ("yes", "Y"), (" N ", "N"), ("NO", "N")])
def test_yes_and_no(typed: str, means: str) -> None:
    assert read(typed, "yes_no") == Interpreted(Value("text", text=means))


@pytest.mark.parametrize(
    ("typed", "kind"), [("1", "boolean"), ("maybe", "text"), ("Y/N", "text"), ("NA", "text"), ("1", "number")]
)
def test_another_answer_than_yes_or_no(typed: str, kind: CellKind) -> None:
    answer = read(typed, "yes_no", kind)
    assert isinstance(answer, Unreadable)
    assert answer.expected == "Y or N"


def test_choices_ignore_case_and_spaces() -> None:
    assert read("IN-HOUSE", "choice") == Interpreted(Value("text", text="in-house"))
    assert read(" shared \u00a0nhs", "choice") == Interpreted(Value("text", text="shared NHS"))
    assert isinstance(read("outsourced", "choice"), Unreadable)


@pytest.mark.parametrize(
    ("raw", "kind", "day"),
    [
        ("43190", "number", "2018-03-31"),
        ("43190.75", "number", "2018-03-31"),
        ("31/03/2018", "text", "2018-03-31"),
        ("1.4.2018", "text", "2018-04-01"),
        ("2018-03-31", "text", "2018-03-31"),
        ("2018-03-31T00:00:00", "text", "2018-03-31"),
    ],
)
def test_dates(raw: str, kind: CellKind, day: str) -> None:
    assert read(raw, "date", kind) == Interpreted(Value("text", text=day))


def test_dates_of_an_old_mac_begin_in_1904() -> None:
    assert read("41728", "date", "number", date_1904=True) == Interpreted(Value("text", text="2018-03-31"))


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("36", "number"), ("2018", "number"), ("0", "number"), ("-1", "number"), ("1E+9", "number"), ("2958465", "number"),
        ("31/02/2018", "text"), ("03/31/2018", "text"), ("31/3/18", "text"), ("end of March", "text"), ("1/1/0001", "text"),
        ("31/12/9999", "text"), ("rolling", "text"), ("1", "boolean"),
    ],
)  # fmt: skip
def test_what_is_no_date_of_a_contract(raw: str, kind: CellKind) -> None:
    assert isinstance(read(raw, "date", kind), Unreadable)


def test_words_are_kept_as_typed_but_for_what_cannot_be_seen() -> None:
    assert read(" 1,234 m²\nand ½ \x07", "text") == Interpreted(Value("text", text="1,234 m² and ½"))
    assert read("1", "text", "boolean") == Interpreted(Value("text", text="TRUE"))


@pytest.mark.parametrize("template", list(registry.definitions().values()))
def test_every_cell_can_say_what_it_takes(template) -> None:
    for _, line, column in template.cells():
        assert expected_in(line, column)
        assert not BANNED.search(expected_in(line, column))


ANY_CELL = st.builds(
    ReadCell,
    line=st.just("FIN3"),
    column=st.just("pay"),
    sheet=st.just("Costs"),
    cell=st.just("D9"),
    label=st.just("Pay"),
    kind=st.sampled_from(["number", "text", "boolean", "error", "blank"]),
    raw=st.one_of(
        st.text(max_size=20),
        st.text("0123456789.,-+£$%()eEkmNAIC: /'\u00a0", max_size=12),
        st.decimals(allow_nan=False, allow_infinity=False).map(str),
    ),
    formula=st.booleans(),
    cached=st.booleans(),
    is_date=st.booleans(),
)


@given(cell=ANY_CELL, unit=st.sampled_from(UNITS), keys=st.sampled_from([KEYS, ()]), date_1904=st.booleans())
def test_any_cell_is_read_or_refused_in_words(
    cell: ReadCell, unit: Unit, keys: tuple[str, ...], date_1904: bool
) -> None:
    more = {"formula": cell.formula, "cached": cell.cached, "is_date": cell.is_date}
    answer = read(cell.raw, unit, cell.kind, keys=keys, date_1904=date_1904, **more)
    if isinstance(answer, Interpreted) and answer.value.number is not None:
        assert answer.value.number.is_finite()
        assert abs(answer.value.number) <= LARGEST
        assert answer.value.number == round(answer.value.number, DECIMAL_PLACES[unit])


@st.composite
def plain_numbers(draw: st.DrawFn) -> tuple[Unit, Decimal]:
    unit: Unit = draw(st.sampled_from(sorted(DECIMAL_PLACES)))
    digits = draw(st.integers(-(10**12) + 1, 10**12 - 1))
    return unit, Decimal(digits).scaleb(-DECIMAL_PLACES[unit])


@given(plain_numbers())
def test_a_number_within_the_places_of_its_unit_is_read_exactly(given_number: tuple[Unit, Decimal]) -> None:
    unit, wanted = given_number
    in_cell, as_text, grouped = (
        read(f"{wanted:f}", unit, "number"),
        read(f"{wanted:f}", unit),
        read(f"£{wanted:,f}", unit),
    )
    assert in_cell == Interpreted(Value("number", number=wanted))
    assert as_text == grouped == Interpreted(Value("number", number=wanted), "tidied")
    assert isinstance(in_cell, Interpreted)
    assert Decimal(in_cell.value.as_text()) == wanted


@given(st.floats(-1e12, 1e12).map(lambda number: round(number, 2)))
def test_the_noise_of_a_binary_double_never_shows(wanted: float) -> None:
    """Seventeen digits, as Excel stores them, of a number with two decimals come back as those two decimals."""
    assert exact_decimal(f"{wanted:.17g}") == Decimal(repr(wanted))
