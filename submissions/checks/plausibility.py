"""Checks of whether figures are likely: against published figures, other trusts of the type, last year, and each other."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from statistics import median

from submissions.checks.case import Case, Hit, is_table, parameter, word_parameter, words_parameter, written
from templates_app.reading import Place
from templates_app.schema import Rule

FEWEST_ROUNDED = 5
"""So many round amounts before we say that they look like estimates."""

INCOME = ("ORG02", "value")
"""Patient-care income, £000: what costs are set against when trusts of different size are compared."""


def differs_from_published(rule: Rule, case: Case) -> Iterator[Hit]:
    """A figure differs from what the trust itself published by more than so many per cent."""
    measure, percent = word_parameter(rule, "measure"), parameter(rule, "percent")
    published = case.context.published.get(measure)
    for sheet, line, column, _ in case.found_cells:
        place = (line.code, column.code)
        number = case.number(place) if line.prefill == measure and column is sheet.columns[0] else None
        if published and number is not None and abs(number - published) * 100 > percent * published:
            yield Hit(place, names={"shown": written(published)})


def cost_differs_from_published(rule: Rule, case: Case) -> Iterator[Hit]:
    """The cost of a line, £000, differs from what the trust itself published, pounds, by more than so many per cent."""
    published = case.context.published.get(word_parameter(rule, "measure"))
    places = [(word_parameter(rule, "line"), column) for column in words_parameter(rule, "columns")]
    amounts = [case.number(place) for place in places]
    if not published or None in amounts:
        return
    thousands = published / 1000
    cost = sum((amount for amount in amounts if amount is not None), Decimal(0))
    if abs(cost - thousands) * 100 > parameter(rule, "percent") * thousands:
        yield Hit(places[-1], names={"shown": written(thousands.quantize(Decimal(1)))})


def year_on_year(rule: Rule, case: Case) -> Iterator[Hit]:
    """An amount changed since last year by more than so many per cent and so many thousand pounds."""
    percent, least = parameter(rule, "percent"), parameter(rule, "thousand_pounds")
    for place, number in case.amounts.items():
        before = case.context.last_year.get(place)
        if before is not None and abs(number - before) > least and abs(number - before) * 100 > percent * abs(before):
            yield Hit(place, names={"shown": written(before)})


def same_as_last_year(rule: Rule, case: Case) -> Iterator[Hit]:
    """A figure is exactly last year's: a note, since it may have been left standing."""
    for place, before in case.context.last_year.items():
        if before != 0 and case.number(place) == before:
            yield Hit(place)


def units_slip(rule: Rule, case: Case) -> Iterator[Hit]:
    """An amount some thousand times that of other trusts of the type: pounds typed where thousands were asked for."""
    low, high = parameter(rule, "low"), parameter(rule, "high")
    for place, rate in _rates(case):
        others = [other for other in case.context.type_rates.get(place, ()) if other > 0]
        if others and low <= rate / median(others) <= high:
            yield Hit(place, names={"shown": _usual(case, others)})


def unusual_for_type(rule: Rule, case: Case) -> Iterator[Hit]:
    """A modified z-score on the logarithm of the rate beyond the limit, within the trust's type.

    0.6745 × (x − median) / MAD (Iglewicz and Hoaglin 1993). Not judged with fewer values than `least`, or where all are alike.
    """
    limit, least = parameter(rule, "limit"), parameter(rule, "least")
    slipped = {
        hit.place for other in case.definition.rules if other.check == "units_slip" for hit in units_slip(other, case)
    }
    for place, rate in _rates(case):
        others = [other for other in case.context.type_rates.get(place, ()) if other > 0]
        if rate <= 0 or len(others) < least or place in slipped:
            continue
        logs = [other.ln() for other in others]
        middle = median(logs)
        spread = median([abs(log - middle) for log in logs])
        if spread > 0 and abs(Decimal("0.6745") * (rate.ln() - middle) / spread) > limit:
            yield Hit(place, names={"shown": _usual(case, others)})


def same_value_repeated(rule: Rule, case: Case) -> Iterator[Hit]:
    """The same amount, not nought, in so many lines one after another: an apportioned guess."""
    least = int(parameter(rule, "lines"))
    for sheet in filter(is_table, case.definition.sheets):
        for column in (column for column in sheet.columns if column.counted and column.formula is None):
            places = [(line.code, column.code) for line in sheet.lines]
            for number, run in groupby(places, key=case.number):
                alike = list(run)
                if number and len(alike) >= least:
                    yield Hit(alike[0], names={"shown": f"{len(alike)}"})


def all_rounded(rule: Rule, case: Case) -> Iterator[Hit]:
    """Every amount of a sheet is a multiple of a round number: an estimate."""
    multiple = parameter(rule, "multiple")
    amounts = [(place, number) for place, number in case.amounts.items() if number != 0]
    if len(amounts) >= FEWEST_ROUNDED and all(number % multiple == 0 for _, number in amounts):
        yield Hit(amounts[0][0], names={"shown": str(len(amounts))})


def _usual(case: Case, rates: list[Decimal]) -> str:
    """The median of the type's rates, brought to this trust's own income, £000."""
    income = case.number(INCOME) or Decimal(0)
    return written((median(rates) * income / 100_000).quantize(Decimal(1)))


def _rates(case: Case) -> Iterator[tuple[Place, Decimal]]:
    """Every amount per £100m of patient-care income, in £000."""
    income = case.number(INCOME)
    if income is None or income <= 0 or not case.context.type_rates:
        return
    for place, number in case.amounts.items():
        yield place, number * 100_000 / income
