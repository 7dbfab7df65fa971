"""What a metric definition is: frozen types, filled from YAML by `benchmarks.defining.definition_file`. Pure.

A metric is numerator ÷ denominator × scale over the figures of one return, or a figure as given where there is no
denominator. A file may say the same for several lines (`for_each`): it is written out into a metric for each of them
(`benchmarks.defining.families`). Here a metric gets its shape; whether it means something is checked by the loader.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from benchmarks.arithmetic.quantiles import Direction
from templates_app.schema import LineCode, Name, TrustType, Words

MetricUnit = Literal[
    "percent",
    "thousand_pounds_per_100m",
    "pounds_per_square_metre",
    "pounds",
    "ratio",
    "count",
    "per_thousand",
    "days",
    "index",
]
Method = Literal["ratio", "mix_adjusted"]
"""ratio: numerator ÷ denominator of one return. mix_adjusted: what the lines of a family cost, over what they would cost at the
national medians; it needs the returns of all trusts (`benchmarks.arithmetic.mix_index`)."""
Status = Literal["in_development", "preview", "published", "archived"]
"""in_development: not calculated yet, the note says why. preview: calculated and shown, but its definition has not been
reviewed. published: reviewed by somebody other than its author. archived: no longer calculated."""

SCALES: dict[MetricUnit, Decimal] = {
    "percent": Decimal(100),
    "thousand_pounds_per_100m": Decimal(100_000),  # £000 over £000; £100m is 100,000 of the latter
    "pounds_per_square_metre": Decimal(1000),  # £000 over m²
    "pounds": Decimal(1000),  # £000 over a count
    "ratio": Decimal(1),
    "count": Decimal(1),
    "per_thousand": Decimal(1000),
    "days": Decimal(1),
    "index": Decimal(100),  # £000 over £000; 100 is what is expected
}
MONEY_UNITS: frozenset[MetricUnit] = frozenset({"thousand_pounds_per_100m", "pounds_per_square_metre", "pounds"})


def _day(value: object) -> object:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _whole(value: object) -> object:
    return int(value) if isinstance(value, Decimal) and value == int(value) else value


MetricId = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{2}(-[A-Z0-9]+)?$", max_length=12)]
Day = Annotated[date, BeforeValidator(_day)]
Whole = Annotated[int, BeforeValidator(_whole)]
YearOrMonth = Annotated[
    str, BeforeValidator(lambda value: f"{value}"), StringConstraints(pattern=r"^(19|20)\d\d(-[01]\d)?$")
]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Target(_Frozen):
    """A level that somebody set, with its date and source. A dropped target stays on the record and is never judged by."""

    value: Decimal
    """In the metric's unit."""
    by: Words
    """When it was to be reached, in words such as "April 2018"."""
    applies_to: tuple[TrustType, ...] = Field(min_length=1)
    set_in: YearOrMonth
    source: Words
    confirmed: bool
    """False until somebody has seen the source itself; a page that quotes the target then says so."""
    dropped_in: YearOrMonth | None = None
    dropped_source: Words | None = None

    @property
    def retired(self) -> bool:
        """Whether whoever set it has dropped it."""
        return self.dropped_in is not None


class Condition(_Frozen):
    """Which lines a sum counts: those whose cell in a column of answers holds one of the answers listed."""

    column: Name
    among: tuple[Words, ...] = Field(alias="in", min_length=1)


class NotBenchmarked(_Frozen):
    """Lines that are collected and shown, but not compared, and why, as part of a sentence."""

    lines: tuple[LineCode, ...] = Field(min_length=1)
    because: Words


class Metric(_Frozen):
    """One metric: what it asks, how it is calculated, and what may be said about the result."""

    id: MetricId
    """M12; a metric of a family is called by its line too, such as P02-PBC."""
    order: Decimal
    """Its place in lists, from 1. The metrics of a family follow one another: 2.01, 2.02 and so on."""
    line_label: str = ""
    """For a metric of a family, what its line is called: "Clinical biochemistry"."""
    method: Method = "ratio"
    of: MetricId | None = None
    """For mix_adjusted, the family whose costs and volumes it is worked out from."""
    name: Words
    question: Words
    why_it_matters: Words
    template: Name
    function: Name
    """The template's group that it belongs to, such as `finance`."""
    numerator: Words | None
    """An expression over one return; money in £000, as in the return."""
    numerator_where: Condition | None = None
    """Only these lines count in the numerator; the denominator counts all."""
    numerator_words: Words
    denominator: Words | None
    """None for a figure taken as given, and then value = numerator."""
    denominator_words: Words | None
    blank_lines: Literal["missing", "left_out"] = "missing"
    """left_out: a line that any trust may leave blank, and that is blank, is in neither sum."""
    scale: Decimal
    """Turns numerator ÷ denominator into the unit; fixed by the unit (`SCALES`)."""
    unit: MetricUnit
    decimals: Annotated[Whole, Field(ge=0, le=2)]
    """How many are shown. Nothing is rounded before it is shown."""
    direction: Direction
    """Which way is better."""
    opportunity: Literal["A", "B", "none"]
    """A: money over volume. B: output per WTE. See `benchmarks.arithmetic.savings`."""
    counted: Literal["additive", "driver", "top_down", "target_only", "none"]
    """additive: summed over functions. driver: shown inside its function, never added. top_down: the other end of the range.
    target_only: in pounds only against a target in force, never against other trusts, never added."""
    relevant_pay: Words | None = None
    """For formula B: the pay of the WTEs in the denominator, an expression in £000."""
    opportunity_volume: Words | None = None
    """For formula A: the volume that pounds are counted for, where that is only a part of the denominator."""
    population: tuple[TrustType, ...] = Field(min_length=1)
    """The types of trust whose values make up the distribution."""
    targets: tuple[Target, ...] = ()
    not_benchmarked: tuple[NotBenchmarked, ...] = ()
    author: Words
    reviewer: Words | None
    review_date: Day
    """The day by which the definition is to be looked at again."""
    status: Status
    note: str = ""
    """What a reader of the result has to know; for in_development and archived, why."""

    @property
    def family(self) -> str:
        """The id of the file that it stands in: P02 of P02-PBC; a metric of its own is its own family."""
        return self.id.partition("-")[0]

    @property
    def line(self) -> str | None:
        """The line that a metric of a family is about: PBC of P02-PBC."""
        return self.id.partition("-")[2] or None

    @property
    def calculated(self) -> bool:
        """Whether values of it are worked out and shown."""
        return self.status in ("preview", "published")

    def targets_for(self, trust_type: str) -> tuple[Target, ...]:
        """The targets that were set for a type of trust, retired ones among them."""
        return tuple(target for target in self.targets if trust_type in target.applies_to)
