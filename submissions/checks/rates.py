"""Checks of amounts against what is usual: for the trust's type and size, and for the trust itself the year before.

What is usual is taken from accepted returns of the type; while there are too few of them, from figures that are published of every
trust. Each finding says which.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from submissions.checks.case import Case, Hit, parameter, word_parameter, written, year_before
from templates_app.rates import Rate, amounts, logarithm, rate_of, typed_cells, worked_out
from templates_app.reading import Place, Usual
from templates_app.schema import UNIT_WORDS, PublishedRate, Rule, unit_of


@dataclass(frozen=True, slots=True)
class _Compared:
    """One amount, £000, and what it is held against."""

    place: Place
    number: Decimal
    rate: Decimal
    per: Decimal
    usual: Usual
    looked_at: frozenset[Place] = frozenset()
    of: str = ""
    """What makes up the amount, where it is more than one cell."""

    def hit(self) -> Hit:
        names = {
            "shown": _thousands(self.usual.median * self.per),
            "amount": f"£{_thousands(self.number)}k{self.of}",
            "reference": f"median of {self.usual.words}",
        }
        return Hit(self.place, names=names, looked_at=self.looked_at)


def units_slip(rule: Rule, case: Case) -> Iterator[Hit]:
    """An amount some thousand times the usual: pounds typed where thousands were asked for.

    A line that nothing is known of may be held against the published cost of a whole group of lines, `whole_percent` of `per`.
    """
    low, high = parameter(rule, "low"), parameter(rule, "high")
    known: set[Place] = set()
    for compared in _compared(rule, case):
        known.add(compared.place)
        if low <= compared.rate / compared.usual.median <= high:
            yield compared.hit()
    yield from _more_than_the_whole(rule, case, known)


def unusual_for_type(rule: Rule, case: Case) -> Iterator[Hit]:
    """A modified z-score on the logarithm of the rate beyond the limit, within the trust's type.

    0.6745 × (x − median) / MAD (Iglewicz and Hoaglin 1993). Not judged with fewer values than `least`, or where all are alike.
    """
    far = [compared for compared in _compared(rule, case) if _is_far(compared, parameter(rule, "limit"))]
    slips = [other for other in case.definition.rules if other.check == "units_slip"] if far else []
    slipped = {hit.place for other in slips for hit in units_slip(other, case)}
    yield from (compared.hit() for compared in far if compared.place not in slipped)


def _is_far(compared: _Compared, limit: Decimal) -> bool:
    usual = compared.usual
    if compared.rate <= 0 or usual.log_spread == 0:
        return False
    return abs(Decimal("0.6745") * (logarithm(compared.rate) - usual.log_median) / usual.log_spread) > limit


def year_on_year(rule: Rule, case: Case) -> Iterator[Hit]:
    """An amount changed since last year by more than so many per cent and so many thousand pounds.

    Without a return of last year, and where the rule says `prefilled_percent`, the figures that were published of the trust for that
    year stand in: of every line that is filled in beforehand, and of every line with a published rate.
    """
    percent, least = parameter(rule, "percent"), parameter(rule, "thousand_pounds")
    year = year_before(case.definition.year)
    for place, number in case.amounts.items():
        before = case.context.last_year.get(place)
        if before is not None and abs(number - before) > least and _changed(number, before, percent):
            yield _since(place, before, UNIT_WORDS["thousand_pounds"], f"your accepted return for {year}")
    if "prefilled_percent" in rule.parameters and not case.context.last_year:
        yield from _since_published(rule, case, year)


def _since_published(rule: Rule, case: Case, year: str) -> Iterator[Hit]:
    published = case.context.published_by_year
    for sheet, line, column, _ in case.found_cells:
        earlier = published.get((year, line.prefill or ""))
        number = case.number((line.code, column.code)) if column is sheet.columns[0] else None
        if earlier is None or number is None or earlier.value <= 0 or _is_confirmed(number, line.prefill or "", case):
            continue
        if _changed(number, earlier.value, parameter(rule, "prefilled_percent")):
            yield _since((line.code, column.code), earlier.value, UNIT_WORDS[unit_of(line, column)], earlier.source)
    for rate in case.definition.published_rates:
        earlier, cost = published.get((year, rate.measure)), _cost(rate, case)
        if earlier is None or cost is None or earlier.value <= 0:
            continue
        before = (earlier.value / 1000).quantize(Decimal(1))
        if abs(cost - before) > parameter(rule, "thousand_pounds") and _changed(
            cost, before, parameter(rule, "percent")
        ):
            hit = _since(_largest(rate, case), before, UNIT_WORDS["thousand_pounds"], earlier.source)
            yield replace(hit, looked_at=_cells(rate))


def _is_confirmed(number: Decimal, measure: str, case: Case) -> bool:
    """Whether it is what was published for the year itself: then the change is not the return's."""
    published = case.context.published.get(measure)
    return published is not None and round(published, 2) == number


def _changed(number: Decimal, before: Decimal, percent: Decimal) -> bool:
    return abs(number - before) * 100 > percent * abs(before)


def _since(place: Place, before: Decimal, unit: str, reference: str) -> Hit:
    return Hit(place, names={"shown": written(before), "unit": unit, "reference": reference})


def _compared(rule: Rule, case: Case) -> Iterator[_Compared]:
    """Every amount that enough is known of, of accepted returns or of published figures."""
    rate, least = rate_of(rule), rule.parameters.get("least", Decimal(1))
    assert isinstance(least, Decimal)  # noqa: S101 - proved by the validator
    lines: set[str] = set()
    for amount in amounts(rate, case.definition, case.operands):
        usual = case.context.usual.get((rate.name, *amount.place, amount.alike))
        if usual is not None and usual.count >= least:
            lines.add(amount.place[0])
            looked_at = _looked_at(rate, amount.place[0], case)
            yield _Compared(amount.place, amount.number, amount.rate, amount.per, usual, looked_at)
    for published in case.definition.published_rates:
        usual = case.context.usual_published.get(published.line)
        cost = _cost(published, case)
        per = worked_out(published.per, case.definition, case.operands)
        if published.line in lines or usual is None or usual.count < least or cost is None or not per or per < 0:
            continue
        yield _Compared(
            _largest(published, case), cost, cost / per, per, usual, _cells(published), _made_of(published, case)
        )


def _more_than_the_whole(rule: Rule, case: Case, known: set[Place]) -> Iterator[Hit]:
    if "whole" not in rule.parameters:
        return
    lines = {line.code for line in case.definition.lines_of(word_parameter(rule, "whole"))}
    for amount in amounts(rate_of(rule), case.definition, case.operands):
        whole = amount.per * parameter(rule, "whole_percent") / 100
        if amount.place[0] in lines and amount.place not in known and amount.number > whole:
            names = {"shown": _thousands(whole), "amount": f"£{_thousands(amount.number)}k"}
            yield Hit(amount.place, names=names | {"reference": word_parameter(rule, "whole_words")})


def _looked_at(rate: Rate, line: str, case: Case) -> frozenset[Place]:
    """The cells of an amount that is worked out from several."""
    if not rate.of:
        return frozenset()
    return typed_cells(rate.of, case.definition, line) | typed_cells(rate.per, case.definition, line)


def _cells(rate: PublishedRate) -> frozenset[Place]:
    return frozenset((rate.line, column) for column in rate.columns)


def _cost(rate: PublishedRate, case: Case) -> Decimal | None:
    """What the columns of the line come to, £000; None where one of them holds no number."""
    amounts_given = [case.number((rate.line, column)) for column in rate.columns]
    stated = [amount for amount in amounts_given if amount is not None]
    return sum(stated, Decimal(0)) if len(stated) == len(amounts_given) else None


def _made_of(rate: PublishedRate, case: Case) -> str:
    sheet = case.definition.sheet_of(rate.line)
    titles = [sheet.column(column).title.lower() for column in rate.columns]
    return f" of {' and '.join(titles)} together" if len(titles) > 1 else ""


def _largest(rate: PublishedRate, case: Case) -> Place:
    """The cell that makes up most of the cost: where a slip would be."""
    return max(((rate.line, column) for column in rate.columns), key=lambda place: case.number(place) or Decimal(0))


def _thousands(amount: Decimal) -> str:
    """An amount in £000 to the nearest thousand pounds, a small one to the nearest hundred."""
    return written(amount.quantize(Decimal(1) if abs(amount) >= 10 else Decimal("0.1")))
