"""Shared services from both sides, over all returns on record: for a footprint, or for everybody whom a reader may see by name."""

from collections.abc import Collection as Some
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Q

from benchmarks.queries.shared_work import OnRecord, function_of, on_record, pounds_at, text_at
from benchmarks.shared_work.arrangements import Arrangements, EachLine, arrangements
from benchmarks.shared_work.counterparties import (
    TO_ASK,
    Earning,
    Payment,
    Reconciliation,
    reconcile,
    unmatched,
)
from benchmarks.shared_work.named_trusts import TrustNames, directory, names_nobody
from benchmarks.words import short_name
from footprints.access import trusts_visible_to
from footprints.models import Footprint, Trust, User
from submissions.models import Collection
from templates_app.reading import Place, Value


@dataclass(frozen=True, slots=True)
class LineWords:
    """What a line of the reconciliation is about, and where its figures stand in a return."""

    label: str
    function: str
    income: Place
    paid: Place


@dataclass(frozen=True, slots=True)
class ReconciledLine:
    """A line of one host as one reader may see it."""

    made: Reconciliation
    words: LineWords
    collection: Collection
    clients: tuple[Payment, ...]
    """Those that the reader may see by name."""
    hidden: int
    """How many others name the host: their names and amounts are not this reader's to see."""
    is_host_seen: bool

    @property
    def is_to_ask(self) -> bool:
        """Whether somebody has to be asked about it."""
        return self.made.state in TO_ASK

    @property
    def is_compared(self) -> bool:
        """Whether this reader is told how the two sides lie to each other."""
        return self.is_host_seen and self.made.state not in ("not_in", "not_stated")

    @property
    def is_whole(self) -> bool:
        """Whether the reader sees both sides in full."""
        return self.is_host_seen and not self.hidden


@dataclass(frozen=True, slots=True)
class CounterpartyPage:
    """Shared services as one reader may see them."""

    collections: tuple[Collection, ...]
    lines: tuple[ReconciledLine, ...]
    """Lines on which somebody is named; first what has to be asked about."""
    unnamed: tuple[ReconciledLine, ...]
    """Income from others of hosts whom nobody names."""
    unmatched: tuple[tuple[Payment, LineWords], ...]
    """Payments to somebody who is not exactly one trust."""
    names: Mapping[str, str]
    """Names of the trusts that the reader may see, without legal form, by ODS code."""
    files: Mapping[tuple[str, str], str]
    """The reference of the file on record, by template and ODS code, of trusts whose figures the reader may query."""

    @property
    def is_illustrative(self) -> bool:
        """Whether any of the figures are made up."""
        return any(collection.illustrative for collection in self.collections)


def footprint_counterparties(person: User, footprint: Footprint) -> CounterpartyPage:
    """What concerns the trusts of a footprint, as hosts or as clients. A fixed number of queries."""
    members = frozenset(Trust.objects.in_footprint(footprint).values_list("ods_code", flat=True))
    return _page(person, members)


def visible_counterparties(person: User) -> CounterpartyPage:
    """What concerns every trust that the person may see by name: a region's or all of England's. A fixed number of queries."""
    return _page(person, None)


def _page(person: User, about: Some[str] | None) -> CounterpartyPage:
    names = directory(Trust.objects.values_list("ods_code", "name", "later_name"))
    seen = frozenset(trusts_visible_to(person, "see_benchmarks").values_list("ods_code", flat=True))
    asked = frozenset(trusts_visible_to(person, "query_figure").values_list("ods_code", flat=True))
    about = seen if about is None else about
    collections, lines, others = list[Collection](), list[ReconciledLine](), list[tuple[Payment, LineWords]]()
    files: dict[tuple[str, str], str] = {}
    for known in arrangements():
        found = on_record(known.template)
        if found is None:
            continue
        collections.append(found.collection)
        earnings, payments, words = _both_sides(found, known, names)
        for made in reconcile(earnings, payments, found.returned):
            if made.trusts & frozenset(about):
                lines.append(_as_seen(made, words[made.line], found.collection, seen))
        mine = [payment for payment in payments if payment.trust in about and payment.trust in seen]
        others += [(payment, words[payment.line]) for payment in unmatched(mine)]
        files |= _references(known.template, found, asked)
    lines.sort(key=lambda line: line.made.order)
    return CounterpartyPage(
        collections=tuple(collections),
        lines=tuple(line for line in lines if line.made.clients),
        unnamed=tuple(line for line in lines if not line.made.clients),
        unmatched=tuple(others),
        names={code: short_name(given[0]) for code, given in names.names.items() if code in seen},
        files=files,
    )


def _as_seen(made: Reconciliation, words: LineWords, collection: Collection, seen: Some[str]) -> ReconciledLine:
    clients = tuple(client for client in made.clients if client.trust in seen)
    return ReconciledLine(made, words, collection, clients, len(made.clients) - len(clients), made.host in seen)


def _references(template: str, found: OnRecord, asked: Some[str]) -> dict[tuple[str, str], str]:
    by_code = ((file.return_record.trust.ods_code, file.reference) for file in found.files)
    return {(template, code): reference for code, reference in by_code if code in asked}


Sides = tuple[list[Earning], list[Payment], dict[str, LineWords]]


def _both_sides(found: OnRecord, known: Arrangements, names: TrustNames) -> Sides:
    """What each trust says it earns and pays, and what the lines are about."""
    words = dict(_words(found, known))
    named = found.figures(_who_is_named(known))
    naming = {
        key: [place for place, value in values.items() if not names_nobody(value.text)] for key, values in named.items()
    }
    amounts = found.figures(_amounts(known, {line for places in naming.values() for line, _ in places}))
    earnings, payments = list[Earning](), list[Payment]()
    for file in found.files:
        code, values = file.return_record.trust.ods_code, amounts.get(file.pk, {})
        earnings += [Earning(code, line, pounds_at(values, *about.income)) for line, about in words.items()]
        for line, provider in _providers(known, named.get(file.pk, {})):
            paid = pounds_at(values, *words[line].paid)
            payments.append(Payment(code, line, provider, names.named_in(provider), paid))
    return earnings, payments, words


def _providers(known: Arrangements, values: Mapping[Place, Value]) -> Iterator[tuple[str, str]]:
    """Each line of a file with whom it names as provider."""
    if each := known.each_line:
        for line, column in values:
            if column == each.provider and not names_nobody(provider := text_at(values, line, column)):
                yield line, provider
    for service in known.services:
        if not names_nobody(provider := text_at(values, service.providers)):
            yield service.income, provider


def _words(found: OnRecord, known: Arrangements) -> Iterable[tuple[str, LineWords]]:
    if each := known.each_line:
        for line in next(sheet.lines for sheet in found.definition.sheets if sheet.code == each.sheet):
            function = function_of(found.definition, line.code)
            yield line.code, LineWords(line.label, function, (line.code, each.income), (line.code, each.cost))
    for service in known.services:
        function = function_of(found.definition, service.income)
        yield service.income, LineWords(service.label, function, (service.income, "value"), (service.paid, "value"))


def _who_is_named(known: Arrangements) -> Q:
    wanted = Q(line__in=[service.providers for service in known.services], column="value")
    each = known.each_line
    return (wanted | Q(column=each.provider)) & ~Q(text="") if each else wanted


def _amounts(known: Arrangements, lines: Iterable[str]) -> Q:
    """Every income above nought, and on lines on which somebody is named all income and all that is paid."""
    wanted = Q(line__in=[line for service in known.services for line in (service.income, service.paid)], column="value")
    each: EachLine | None = known.each_line
    if each is None:
        return wanted
    return wanted | Q(column=each.income, number__gt=0) | Q(column__in=[each.income, each.cost], line__in=sorted(lines))
