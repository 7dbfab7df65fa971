"""Checks of amounts against what is usual: for the trust's type and size, and for the trust itself the year before.

What is usual is taken from accepted returns of the type; while there are too few of them, from figures that are published of every
trust. Each finding says which.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from submissions.checks.case import Case, Hit, parameter, word_parameter, written, year_before
from templates_app.rates import RATE_CHECKS, Rate, amounts, logarithm, rate_of, typed_cells, worked_out
from templates_app.reading import Place, Usual
from templates_app.schema import UNIT_WORDS, PublishedRate, Rule, unit_of
from ui.formats import plural


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

    A line that nothing is known of may be held against a published mean, and against the published cost of a whole group of lines,
    `whole_percent` of `per`.
    """
    low, high = parameter(rule, "low"), parameter(rule, "high")
    known: set[Place] = set()
    for compared in _compared(rule, case):
        known.add(compared.place)
        if low <= compared.rate / compared.usual.median <= high:
            yield compared.hit()
    yield from _beyond_the_mean(rule, case, known)
    yield from _more_than_the_whole(rule, case, known)


def unusual_for_type(rule: Rule, case: Case) -> Iterator[Hit]:
    """A modified z-score on the logarithm of the rate beyond the limit, within the trust's type.

    0.6745 × (x − median) / MAD (Iglewicz and Hoaglin 1993). Not judged with fewer values than `least`, or where all are alike.
    """
    far = [compared for compared in _compared(rule, case) if _is_far(compared, parameter(rule, "limit"))]
    slipped = _slipped(case) if far else frozenset()
    yield from (compared.hit() for compared in far if compared.place not in slipped)


def _slipped(case: Case) -> frozenset[Place]:
    """The cells of which a units slip is said in earnest: a rule that is on trial or waived asks for nothing, so silences nothing."""
    slips = (
        rule for rule in case.definition.rules if rule.check == "units_slip" and rule.code not in case.context.on_trial
    )
    return frozenset(
        hit.place
        for rule in slips
        for hit in units_slip(rule, case)
        if hit.place is not None and not case.context.waiver(rule.code, hit.place[0])
    )


def not_compared(rule: Rule, case: Case) -> Iterator[Hit]:
    """Amounts that could be held against nothing, since too few returns are in and nothing is published: one note for the file."""
    silent = [
        (places, other.parameters.get("least", Decimal(1)))
        for other in case.definition.rules
        if other.check in RATE_CHECKS and (places := _held_against_nothing(other, case))
    ]
    if silent:
        amounts_given = frozenset[Place]().union(*(places for places, _ in silent))
        wanted = max(least for _, least in silent if isinstance(least, Decimal))
        names = {"shown": plural(sum(len(places) for places, _ in silent), "check"), "wanted": written(wanted)}
        yield Hit(None, found=plural(len(amounts_given), "amount"), names=names)


def _held_against_nothing(rule: Rule, case: Case) -> frozenset[Place]:
    known = {compared.place for compared in _compared(rule, case)}
    by_line = {rate.line for rate in case.definition.published_rates} & {line for line, _ in known}
    by_line |= _lines(rule, "whole", case) | _lines(rule, "published_lines", case)
    return frozenset(
        amount.place
        for amount in amounts(rate_of(rule), case.definition, case.operands)
        if amount.number > 0 and amount.place not in known and amount.place[0] not in by_line
    )


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
            yield replace(hit, looked_at=_cells(rate), held_against=written(earlier.value))


def _is_confirmed(number: Decimal, measure: str, case: Case) -> bool:
    """Whether it is what was published for the year itself: then the change is not the return's."""
    published = case.context.published.get(measure)
    return published is not None and round(published, 2) == number


def _changed(number: Decimal, before: Decimal, percent: Decimal) -> bool:
    return abs(number - before) * 100 > percent * abs(before)


def _since(place: Place, before: Decimal, unit: str, reference: str) -> Hit:
    names = {"shown": written(before), "unit": unit, "reference": reference}
    return Hit(place, names=names, held_against=names["shown"])


def _compared(rule: Rule, case: Case) -> Iterator[_Compared]:
    """Every amount that enough is known of, of accepted returns or of published figures."""
    rate, least = rate_of(rule), rule.parameters.get("least", Decimal(1))
    assert isinstance(least, Decimal)  # noqa: S101 - proved by the validator
    lines: set[str] = set()
    for amount in amounts(rate, case.definition, case.operands):
        usual = case.context.usual.get((rate.name, *amount.place, amount.alike))
        if usual is not None and usual.count >= least:
            lines.add(amount.place[0])
            looked_at = _looked_at(rate, amount.place, case)
            yield _Compared(amount.place, amount.number, amount.rate, amount.per, usual, looked_at)
    for published in case.definition.published_rates:
        usual = case.context.usual_published.get(published.line)
        cost = _cost(published, case)
        per = worked_out(published.per, case.definition, case.operands)
        if published.line in lines or usual is None or usual.count < least or cost is None or not per or per < 0:
            continue
        place, of = _largest(published, case), _made_of(published, case)
        looked_at = _cells(published) | typed_cells(published.per, case.definition)
        yield _Compared(place, cost, cost / per, per, usual, looked_at, of)


def _beyond_the_mean(rule: Rule, case: Case, known: set[Place]) -> Iterator[Hit]:
    """Amounts of `published_lines` that are `low` times a published mean and more. No upper end: costly lines are above the mean."""
    if "published" not in rule.parameters:
        return
    mean, lines = parameter(rule, "published"), _lines(rule, "published_lines", case)
    for amount in amounts(rate_of(rule), case.definition, case.operands):
        if amount.place[0] in lines and amount.place not in known and amount.rate >= mean * parameter(rule, "low"):
            names = {"shown": _thousands(mean * amount.per), "amount": f"£{_thousands(amount.number)}k"}
            names |= {"reference": word_parameter(rule, "published_words")}
            yield Hit(amount.place, names=names, looked_at=_looked_at(rate_of(rule), amount.place, case))


def _lines(rule: Rule, name: str, case: Case) -> frozenset[str]:
    """The lines of the group that a rule names, none where it names none."""
    if name not in rule.parameters:
        return frozenset()
    return frozenset(line.code for line in case.definition.lines_of(word_parameter(rule, name)))


def _more_than_the_whole(rule: Rule, case: Case, known: set[Place]) -> Iterator[Hit]:
    if "whole" not in rule.parameters:
        return
    lines = _lines(rule, "whole", case)
    for amount in amounts(rate_of(rule), case.definition, case.operands):
        whole = amount.per * parameter(rule, "whole_percent") / 100
        if amount.place[0] in lines and amount.place not in known and amount.number > whole:
            names = {"shown": _thousands(whole), "amount": f"£{_thousands(amount.number)}k"}
            names |= {"reference": word_parameter(rule, "whole_words")}
            yield Hit(amount.place, names=names, looked_at=_looked_at(rate_of(rule), amount.place, case))


def _looked_at(rate: Rate, place: Place, case: Case) -> frozenset[Place]:
    """The cells of an amount, of what it is divided by, and of what says with whom it is compared."""
    line = place[0]
    amount = typed_cells(rate.of, case.definition, line) if rate.of else frozenset({place})
    alike = frozenset({(line, rate.alike)} if rate.alike else ())
    return amount | alike | typed_cells(rate.per, case.definition, line if rate.of else "")


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
