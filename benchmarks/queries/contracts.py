"""The contract calendar of a footprint: the agreements in the returns on record of its trusts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from markupsafe import Markup

from benchmarks.charts.calendar import Ending, calendar
from benchmarks.queries.shared_work import OnRecord, function_of, on_record, pounds_at, text_at
from benchmarks.shared_work.arrangements import Arrangements, EachLine, OneAgreement, arrangements
from benchmarks.shared_work.contracts import (
    AHEAD_MONTHS,
    Agreement,
    Cluster,
    calendar_day,
    clusters,
    in_order,
    months_after,
)
from benchmarks.shared_work.dated_text import day_in
from benchmarks.shared_work.named_trusts import names_nobody
from benchmarks.words import short_name
from footprints.models import Footprint, Trust
from submissions.models import Collection
from templates_app.reading import BLANK, Place, Value
from templates_app.schema import Line

if TYPE_CHECKING:
    from benchmarks.queries.shared_work import SignedFile


@dataclass(frozen=True)
class ContractCalendar:
    """The agreements of a footprint as they look from one day."""

    footprint: Footprint
    on: date
    today: date
    collections: tuple[Collection, ...]
    agreements: tuple[Agreement, ...]
    """In the order in which the templates ask for them."""
    trusts: int
    """How many trusts the footprint has."""
    missing: Mapping[str, tuple[str, ...]]
    """By the name of a round, the trusts that have no return on record there."""

    @property
    def is_illustrative(self) -> bool:
        """Whether any of the figures are made up."""
        return any(collection.illustrative for collection in self.collections)

    @property
    def until(self) -> date:
        """The last day that is near enough to plan for."""
        return months_after(self.on, AHEAD_MONTHS)

    @cached_property
    def clusters(self) -> tuple[Cluster, ...]:
        """What could be tendered together."""
        return clusters(self.agreements, self.on)

    @property
    def near(self) -> tuple[Agreement, ...]:
        """Agreements that end within the months ahead."""
        return tuple(agreement for agreement in self.agreements if agreement.is_near(self.on))

    @property
    def without_end(self) -> tuple[Agreement, ...]:
        """Agreements of which nobody gave an end that we can read."""
        return tuple(agreement for agreement in self.agreements if agreement.end is None)

    @property
    def by_function(self) -> list[tuple[str, list[Agreement]]]:
        """All agreements that have an end, by function and line, the earliest end first."""
        dated = in_order(agreement for agreement in self.agreements if agreement.end is not None)
        return [(function, list(group)) for function, group in groupby(dated, key=lambda item: item.function)]

    @property
    def provisional(self) -> tuple[str, ...]:
        """The trusts whose return is accepted and not signed off."""
        return tuple(dict.fromkeys(item.trust_name for item in self.agreements if not item.signed))

    @cached_property
    def chart(self) -> Markup | None:
        """The same as a picture; None without a single end to show."""
        endings = [
            Ending(agreement.line_label, agreement.trust, agreement.end)
            for agreement in in_order(self.agreements)
            if agreement.end is not None
        ]
        return (
            calendar(name="contracts", title="When agreements end", endings=endings, today=self.on) if endings else None
        )


def contract_calendar(footprint: Footprint, on: date | None = None) -> ContractCalendar:
    """The calendar of a footprint from a day on; without one from today, or from the end of the returns' year where that is long past.
    A fixed number of queries."""
    members = list(Trust.objects.in_footprint(footprint))
    known = _on_record(footprint)
    agreements = tuple(agreement for found, what in known for agreement in agreements_in(found, what))
    collections = tuple(found.collection for found, _ in known)
    today = timezone.localdate()
    years = [collection.year for collection in collections]
    return ContractCalendar(
        footprint=footprint,
        on=on or (calendar_day(max(years), today) if years else today),
        today=today,
        collections=collections,
        agreements=agreements,
        trusts=len(members),
        missing={
            found.collection.name: tuple(
                short_name(trust.name) for trust in members if trust.ods_code not in found.returned
            )
            for found, _ in known
        },
    )


def _on_record(footprint: Footprint) -> list[tuple[OnRecord, Arrangements]]:
    members = Trust.objects.in_footprint(footprint)
    both = [(on_record(known.template, members), known) for known in arrangements()]
    return [(found, known) for found, known in both if found is not None]


def agreements_in(found: OnRecord, known: Arrangements) -> list[Agreement]:
    """The agreements in some returns on record, in the order in which the template asks for them. One query, of the figures."""
    figures = found.figures(figures_of_agreements(found, known))
    listed: list[Agreement] = []
    for file in found.files:
        values = figures.get(file.pk, {})
        if known.each_line:
            listed += _each_line(found, known.each_line, file, values)
        for one in known.agreements:
            listed += _one(found, one, file, values)
    lines = [line.code for sheet in found.definition.sheets for line in sheet.lines]
    return sorted(listed, key=lambda agreement: lines.index(agreement.line))


def figures_of_agreements(found: OnRecord, known: Arrangements) -> Q:
    """The figures that agreements are read from."""
    wanted = Q(line__in=sorted(known.lines()), column="value")
    if each := known.each_line:
        lines = [line.code for line in _lines(found, each)]
        wanted |= Q(line__in=lines, column__in=[each.delivery, each.provider, each.end, each.notice, each.cost])
    return wanted


def _lines(found: OnRecord, each: EachLine) -> tuple[Line, ...]:
    return next(sheet.lines for sheet in found.definition.sheets if sheet.code == each.sheet)


def _each_line(
    found: OnRecord, each: EachLine, file: "SignedFile", values: Mapping[Place, Value]
) -> Iterator[Agreement]:
    """The agreements of a file whose template asks the same of every line: those that others do, or of which an end is given."""
    trust = file.return_record.trust
    for line in _lines(found, each):
        delivery, provider, end = (
            text_at(values, line.code, column) for column in (each.delivery, each.provider, each.end)
        )
        by_others = delivery not in each.own and (delivery or not names_nobody(provider))
        if not (by_others or end):
            continue
        notice = values.get((line.code, each.notice), BLANK).number
        yield Agreement(
            trust=trust.ods_code,
            trust_name=short_name(trust.name),
            line=line.code,
            line_label=line.label,
            function=function_of(found.definition, line.code),
            provider=provider,
            delivery=delivery,
            end=date.fromisoformat(end) if end else None,
            notice_months=None if notice is None else int(notice),
            cost=pounds_at(values, line.code, each.cost),
            signed=file.is_signed,
            reference=file.reference,
        )


def _one(found: OnRecord, one: OneAgreement, file: "SignedFile", values: Mapping[Place, Value]) -> Iterator[Agreement]:
    """The agreement that one text of a file names, with the day that stands in it."""
    text, trust = text_at(values, one.at), file.return_record.trust
    if names_nobody(text):
        return
    named = day_in(text)
    yield Agreement(
        trust=trust.ods_code,
        trust_name=short_name(trust.name),
        line=one.at,
        line_label=one.label,
        function=function_of(found.definition, one.at),
        provider=text,
        end=named.day if named else None,
        end_exactness=named.exactness if named else "day",
        end_given=text,
        cost=pounds_at(values, one.cost),
        exit_cost=pounds_at(values, one.exit_cost),
        signed=file.is_signed,
        reference=file.reference,
    )
