"""A made-up run of one metric, as its export takes it: figures of returns, and every result worked out by the portal's own rules."""

from dataclasses import dataclass
from decimal import Context, Decimal
from random import Random

from benchmarks.arithmetic.opportunity import opportunity
from benchmarks.arithmetic.quantiles import distribution, position_in_order
from benchmarks.defining.schema import Metric
from benchmarks.exports.metric_table import (
    Gap,
    Group,
    GroupQuantile,
    MetricTable,
    OwnTrust,
    Quantile,
    RunWords,
    TrustRow,
)

OWN = ("T03", "T10", "T17")
TYPES = ("acute", "specialist", "mental health")
PLACES_KEPT = Decimal("1E-20")
"""To so many places the database keeps a value."""


def trust_rows(metric: Metric, random: Random, trusts: int = 45) -> list[TrustRow]:
    """Figures as a return has them (money to the pound, WTE to two places); some trusts are equal, some are not compared."""
    rows: list[TrustRow] = []
    for number in range(trusts):
        code, kind = f"T{number:02}", TYPES[number % 7 % 3]
        if number % 11 == 5:
            rows.append(TrustRow(code, f"Trust {number}", kind, obstacle="no return", reason="No accepted return yet."))
            continue
        numerator = Decimal(random.randint(200_000, 9_000_000)) / 1000
        denominator = Decimal(random.randint(10_000, 90_000_000)) / 100
        if number % 6 == 3 and number > 9 and rows[9].numerator and rows[9].denominator:
            numerator, denominator = rows[9].numerator * 3, rows[9].denominator * 3  # equal, but not in binary
        row = _row(metric, code, kind, numerator, denominator, random)
        rows.append(row)
    return rows


def _row(metric: Metric, code: str, kind: str, numerator: Decimal, denominator: Decimal, random: Random) -> TrustRow:
    given = metric.denominator is None and metric.method == "ratio"
    value = numerator if given else Context(prec=28).divide(numerator * metric.scale, denominator)
    disputed = code == "T21"
    return TrustRow(
        code=code,
        name=f"=cmd|'{code}'!A1",
        trust_type=kind,
        numerator=numerator,
        denominator=None if given else denominator,
        value=value.quantize(PLACES_KEPT, context=Context(prec=60)),
        counted=not disputed,
        obstacle="disputed" if disputed else "",
        reason="The trust says that its staff count is wrong." if disputed else "",
        relevant_pay=Decimal(random.randint(50_000, 900_000)) / 1000,
        volume=denominator / 4 if metric.opportunity_volume else None,
    )


def group(title: str, rows: list[TrustRow]) -> Group:
    """The counted trusts among the rows, and how the portal says they lie."""
    counted = [row for row in rows if row.counted]
    codes = frozenset(row.code for row in counted)
    values = [row.value for row in counted if row.value is not None]
    return Group(title, codes, distribution(values), f"{len(codes)} trusts")


def metric_table(
    metric: Metric,
    *,
    sees_all: bool,
    rows: list[TrustRow] | None = None,
    seed: int = 7,
    own: tuple[str, ...] = OWN,
    illustrative: bool = True,
) -> MetricTable:
    """The table of one metric for one kind of reader, with a group for each type and the peers of each own trust."""
    rows = trust_rows(metric, Random(seed)) if rows is None else rows
    by_code = {row.code: row for row in rows if row.counted}
    everyone = group("All trusts", rows)
    types = {kind: group(f"Type: {kind}", [row for row in rows if row.trust_type == kind]) for kind in TYPES}
    peers = {
        code: group(f"Peers of {code}", [row for row in rows if row.trust_type == by_code[code].trust_type and row.code != code])
        for code in own
    }  # fmt: skip
    values = sorted(row.value for row in by_code.values() if row.value is not None)
    best: Quantile = "p25" if metric.direction == "lower" else "p75"
    return MetricTable(
        metric=metric,
        run=RunWords(
            "Run 3, frozen on 30 September 2016", "Back office 2015/16", "Returns", "abc", False, illustrative
        ),
        all_rows=tuple(rows),
        groups=(everyone, *types.values(), *peers.values()),
        own=tuple(
            OwnTrust(
                code,
                position_in_order(by_code[code].value or Decimal(0), values, metric.direction),
                tuple(
                    found
                    for found in (
                        gap(metric, by_code[code], "national median", everyone, "median"),
                        gap(metric, by_code[code], "peer median", peers[code], "median"),
                        gap(metric, by_code[code], "best quartile of its type", types[by_code[code].trust_type], best),
                    )
                    if found is not None
                ),
            )
            for code in own
        ),
        expected=len(rows) + 2,
        named=None if sees_all else frozenset(own),
    )


def gap(metric: Metric, row: TrustRow, words: str, among: Group, quantile: Quantile) -> Gap | None:
    """What the portal says a benchmark is worth; None where pounds say nothing. The index is held against 100, not its median."""
    benchmark: Decimal | None = getattr(among.portal, quantile)
    at: GroupQuantile | Decimal = GroupQuantile(among, quantile)
    if metric.method == "mix_adjusted" and words == "national median":
        benchmark = at = Decimal(100)
    volume = row.denominator if row.volume is None else row.volume
    worth = opportunity(metric, _Measured(row, volume), benchmark)
    return None if worth is None else Gap(words, at, worth)


@dataclass(frozen=True)
class _Measured:
    row: TrustRow
    opportunity_volume: Decimal | None

    @property
    def value(self) -> Decimal | None:
        return self.row.value

    @property
    def numerator(self) -> Decimal | None:
        return self.row.numerator

    @property
    def denominator(self) -> Decimal | None:
        return self.row.denominator

    @property
    def relevant_pay(self) -> Decimal | None:
        return self.row.relevant_pay


def spread(figures: list[int], own: tuple[int, ...] = ()) -> list[TrustRow]:
    """Trusts with these values, each over 1; those at the places `own` are T03, T10 and T17, in that order."""
    codes = dict(zip(own, OWN, strict=False))
    return [
        TrustRow(codes.get(place, f"X{place:02}"), f"Trust {place}", "acute", Decimal(figure), Decimal(1), Decimal(figure), True)
        for place, figure in enumerate(figures)
    ]  # fmt: skip
