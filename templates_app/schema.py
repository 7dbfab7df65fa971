"""What a template definition is: frozen types, filled from YAML by `templates_app.definition_file`.

A definition says which sheets a workbook has, which lines and columns stand on them, in what unit, for whom each is required,
and by which rules a return is judged. A policy officer can read the YAML and say whether it is right. Nothing here knows Django.
"""

from collections.abc import Container, Iterator
from decimal import Decimal
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

TrustType = Literal["acute", "specialist", "mental_health", "community", "ambulance"]
Severity = Literal["error", "warning", "info"]
SEVERITY_WORDS: dict[str, str] = {"error": "Error", "warning": "Warning", "info": "Note"}
Unit = Literal[
    "thousand_pounds", "wte", "count", "square_metres", "days", "percent", "yes_no", "choice", "text", "date"
]
Key = Literal["NA", "IE", "NC"]
"""What may stand in place of a number: not applicable, included elsewhere (`IE:<line>`), cannot be stated."""

NUMBER_UNITS: frozenset[str] = frozenset({"thousand_pounds", "wte", "count", "square_metres", "days", "percent"})
DECIMAL_PLACES: dict[str, int] = {
    "thousand_pounds": 3,
    "wte": 2,
    "count": 0,
    "square_metres": 2,
    "days": 0,
    "percent": 2,
}
UNIT_WORDS: dict[str, str] = {
    "thousand_pounds": "£000",
    "wte": "WTE",
    "count": "number",
    "square_metres": "m²",
    "days": "days",
    "percent": "%",
    "yes_no": "Y or N",
    "choice": "choose",
    "text": "text",
    "date": "date",
}

COMMENT = "comment"
"""The code of the column in which people comment on a line."""

LineCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,5}[0-9]{0,3}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=30)]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
RuleCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+-[HWI][0-9]+[a-z]?$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Column(_Frozen):
    """One column of a sheet. `unit` is None where each line states its own."""

    code: Name
    title: Words
    unit: Unit | None = None
    choices: tuple[Words, ...] = ()
    counted: bool = True
    """Counts among the template's data points (118 for the back office)."""
    required: bool = True
    """A blank is an error wherever the line is required for the trust's type."""
    keys: tuple[Key, ...] = ()
    formula: str | None = None
    """Computed by us from the line's other cells (`line.pay + line.non_pay - line.income`); never typed."""
    prompt: str = ""
    """What Excel shows when the cell is chosen."""


class Line(_Frozen):
    """One line: an organisation item, a cost line or a volume."""

    code: LineCode
    label: Words
    note: str = ""
    """What to put in and what to leave out."""
    unit: Unit | None = None
    choices: tuple[Words, ...] = ()
    keys: tuple[Key, ...] | None = None
    """Replaces the columns' keys for this line; an empty list allows none."""
    optional_for: tuple[TrustType, ...] = ()
    alternate_for: tuple[LineCode, ...] = ()
    """Lines of the same sheet in whose place this one may be filled, while they say `IE:` and its code. Nobody must fill such a
    line, and its figures are not counted again."""
    gate: Name | None = None
    """The gate that the line stands behind; the sheet's where it names none."""
    prefill: Name | None = None
    """The published measure of the trust that is written into the `value` cell to be confirmed."""


class Sheet(_Frozen):
    """One sheet: its lines down, its columns across."""

    code: Name
    title: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9 ]{0,30}$")]
    purpose: Words
    columns: tuple[Column, ...] = Field(min_length=1)
    lines: tuple[Line, ...] = Field(min_length=1)
    gate: Name | None = None
    """The gate that all lines of the sheet stand behind, but for those that name their own."""
    totals: tuple[Name, ...] = ()
    """Columns that get a total row beneath the lines."""

    def column(self, code: str) -> Column:
        """The column of that code; KeyError when there is none."""
        return _by_code(self.columns, code)

    def line(self, code: str) -> Line:
        """The line of that code; KeyError when there is none."""
        return _by_code(self.lines, code)


BuiltInCheck = Literal[
    "right_template",  # template code and version are those of the return, and every line's cell was found
    "right_trust",  # the workbook names the trust that uploads it
    "typed_right",  # the cell holds what its unit asks for, or an allowed key
    "not_negative",  # parameters: columns
    "required_given",  # no blank where the line is required
    "required_not_applicable",  # NA in a required cell: a warning to be explained
    "words_given",  # parameters: columns, words (of which one is not blank where one of the columns is above nought)
    "choice_explained",  # parameters: line, choice (of its value), words (columns of which one is not blank where it is chosen)
    "gate_leaves_blank",  # something is entered behind a shut gate
    "included_elsewhere_holds",  # the line named by IE holds a value and does not itself point elsewhere
    "not_calculable_explained",  # NC has a comment on its line
    "differs_from_published",  # parameters: measure, percent
    "cost_differs_from_published",  # parameters: line, columns (£000, summed), measure (pounds), percent
    "agrees_with_published",  # parameters: ours, at, measure, year; low and high (per cent of the published figure)
    "agrees_with_return",  # parameters: template, ours, at, theirs; low and high (per cent of theirs)
    "year_on_year",  # parameters: percent, thousand_pounds; prefilled_percent
    "units_slip",  # parameters: low, high (times the type's median); least, per, of, lines, at, whole…, published…
    "unusual_for_type",  # parameters: limit (modified z on the logarithm), least (how many values it needs); per, of, lines, at, alike
    "not_compared",  # amounts that the two above hold against nothing: one note a file
    "same_value_repeated",  # parameters: lines
    "all_rounded",  # parameters: multiple
    "formula_in_input",
    "computed_agrees",  # parameters: within (in the unit of the cell)
    "computed_calculated",  # a sheet's own sums were never calculated: one note a sheet
    "earlier_version",  # the workbook is of an earlier version than the return's: judged by the newer version's own rule
    "text_read_as_number",
    "rounded",  # finer than the template's decimal places
    "moved",  # the cell was found by its label or name somewhere else than we put it
    "altered",  # sheets renamed, hidden, put in another order or no longer protected, and read all the same
    "same_as_last_year",
]


class Rule(_Frozen):
    """One rule in words and as a test. Either `holds` (an expression that must be true) or `check` (one of the engine's own)."""

    code: RuleCode
    severity: Severity
    title: Words
    holds: str | None = None
    when: str | None = None
    """Judged only where this is true."""
    check: BuiltInCheck | None = None
    for_each: Name | None = None
    """A sheet or group: the rule is judged for each of its lines, written `line` in expressions and places."""
    at: str | None = None
    """The cell that the finding names, such as `ORG02` or `line.pay`. Built-in checks find their own cells."""
    missing: Literal["skip", "zero"] = "skip"
    """Where a needed cell holds no number: do not judge, or count it as nought."""
    parameters: dict[str, Decimal | str | tuple[str, ...]] = {}
    shows: str | None = None
    """An expression whose value the words may quote as `{shown}`, such as pay per WTE."""
    message: Words
    expected: Words
    remedy: Words
    source: str = ""


class PublishedRate(_Frozen):
    """What a line costs for each unit of something, in figures that are published of every trust."""

    line: LineCode
    columns: tuple[Name, ...] = Field(min_length=1)
    """The columns, £000, that together are the published cost."""
    per: str
    """An expression over our own cells: what the line's cost is divided by."""
    measure: Name
    """The published cost, pounds."""
    per_measure: Name
    """The published figure that the published cost is divided by, in the unit of `per`."""


class Gate(_Frozen):
    """An answer that switches lines off: while `open` is false, nobody must fill them, and no rule about them is judged."""

    name: Name
    open: str
    """An expression over cells that are chosen from a list, such as `ORG11 = "Y"`. While they are blank it should be true where
    everybody must answer, and false where the answer is optional."""
    words: Words
    """What people are told while it is shut: a sentence that says which answer shut it and what is left blank."""


class Definition(_Frozen):
    """One version of one template."""

    template: Name
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}\.[0-9]{1,2}$")]
    title: Words
    year: Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}/[0-9]{2}$")]
    """The financial year that the figures are for, such as 2015/16."""
    purpose: Words
    nil_return: Words | None = None
    """In which case a trust may declare that it has nothing to report; None where it may not."""
    instructions: tuple[Words, ...]
    gates: tuple[Gate, ...] = ()
    sheets: tuple[Sheet, ...] = Field(min_length=1)
    groups: dict[Name, tuple[LineCode, ...]] = {}
    """Lines that are summed together, such as `finance`."""
    group_titles: dict[Name, Words] = {}
    published_rates: tuple[PublishedRate, ...] = ()
    """What lines are held against while too few trusts of a type have sent their returns."""
    headlines: dict[Name, str] = {}
    """Totals shown to people: a name and an expression."""
    headline_titles: dict[Name, Words] = {}
    headline_units: dict[Name, Unit] = {}
    rules: tuple[Rule, ...]

    def cells(self) -> Iterator[tuple[Sheet, Line, Column]]:
        """Every cell that a person may type in, sheet by sheet, line by line."""
        for sheet in self.sheets:
            for line in sheet.lines:
                for column in sheet.columns:
                    if column.formula is None:
                        yield sheet, line, column

    def sheet_of(self, line_code: str) -> Sheet:
        """The sheet that a line stands on; KeyError when there is none."""
        for sheet in self.sheets:
            if any(line.code == line_code for line in sheet.lines):
                return sheet
        raise KeyError(line_code)

    def gated(self) -> Iterator[tuple[Sheet, Line, str]]:
        """Every line that stands behind a gate, with the gate's name."""
        for sheet in self.sheets:
            for line in sheet.lines:
                if name := line.gate or sheet.gate:
                    yield sheet, line, name

    def lines_of(self, name: str) -> tuple[Line, ...]:
        """The lines of a sheet or group, in the template's order; KeyError when there is neither."""
        for sheet in self.sheets:
            if sheet.code == name:
                return sheet.lines
        return tuple(self.sheet_of(code).line(code) for code in self.groups[name])


_Coded = TypeVar("_Coded", Column, Line)


def unit_of(line: Line, column: Column) -> Unit:
    """The unit of one cell: the column's, or the line's where the column has none."""
    unit = column.unit or line.unit
    if unit is None:
        raise ValueError(f"{line.code}.{column.code} has no unit")
    return unit


def keys_of(line: Line, column: Column) -> tuple[Key, ...]:
    """The keys that may stand in one cell in place of its number."""
    return column.keys if line.keys is None or not column.keys else line.keys


def choices_of(line: Line, column: Column) -> tuple[str, ...]:
    """The words that a choice cell may hold."""
    if unit_of(line, column) == "yes_no":
        return ("Y", "N")
    return column.choices or line.choices


def is_optional(line: Line, trust_type: str) -> bool:
    """Whether a trust of this type may leave the line blank, whatever it answers elsewhere."""
    return bool(line.alternate_for) or trust_type in line.optional_for


def is_required(line: Line, column: Column, trust_type: str, shut: Container[str] = ()) -> bool:
    """Whether a blank in this cell is an error for a trust of this type; `shut` holds the codes of lines behind shut gates."""
    return column.required and column.formula is None and not is_optional(line, trust_type) and line.code not in shut


def is_counted(line: Line, column: Column) -> bool:
    """Whether the cell is one of the template's figures: an alternate line's stand in place of others, which are counted."""
    return column.counted and not line.alternate_for


def _by_code(items: "tuple[_Coded, ...]", code: str) -> "_Coded":
    for item in items:
        if item.code == code:
            return item
    raise KeyError(code)
