"""Agreements and services of a footprint's trusts, from the files behind the page's runs: all their figures in one query."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, cast

from django.db.models import Q
from django.utils import timezone

from benchmarks.queries.contracts import agreements_in, figures_of_agreements
from benchmarks.queries.footprint_page.basis import Basis
from benchmarks.queries.footprint_page.returns import WhoIsIn
from benchmarks.queries.runs import Reading
from benchmarks.queries.service_map import ServicePage, service_of
from benchmarks.queries.shared_work import OnRecord
from benchmarks.shared_work.arrangements import Arrangements, arrangements
from benchmarks.shared_work.contracts import calendar_day, near_by_function
from submissions.models import Figure, Return, Submission
from templates_app import registry
from templates_app.reading import Place, Value

if TYPE_CHECKING:
    from benchmarks.queries.shared_work import SignedFile


@dataclass(frozen=True, slots=True)
class SharedWork:
    """Who does whose work, as far as the footprint's page shows it."""

    on: date
    """The day from which ends are seen."""
    ends: Mapping[str, int]
    """How many agreements end within 24 months of it, by the title of the function."""
    services: tuple[ServicePage, ...]
    """The map of each template that has one."""


@dataclass(frozen=True, slots=True)
class _AtHand(OnRecord):
    """Returns whose figures have been read already."""

    held: Mapping[int, Mapping[Place, Value]] = field(default_factory=dict)

    def figures(self, wanted: Q) -> Mapping[int, Mapping[Place, Value]]:
        return self.held


def shared_work(basis: Basis, returns: WhoIsIn) -> SharedWork:
    """From the files behind the runs of a page. One query; two for frozen runs."""
    today = timezone.localdate()
    days = [calendar_day(reading.run.year, today) for reading in basis.readings]
    on = max(days) if days else today
    both = list(_found(basis, _files(basis, returns)))
    if not both:
        return SharedWork(on, {}, ())
    wanted = Q()
    for known, found in both:
        keys = [file.pk for file in found.files]
        wanted |= Q(submission__in=keys) & (Q() if known.map else figures_of_agreements(found, known))
    held = Figure.objects.filter(wanted).by_submission()
    at_hand = [(known, _AtHand(found.collection, found.definition, found.files, held)) for known, found in both]
    agreements = [agreement for known, found in at_hand for agreement in agreements_in(found, known)]
    maps = (
        service_of(basis.footprint, known.map, found, basis.trusts, on) for known, found in at_hand if known.map
    )  # fmt: skip
    return SharedWork(on, near_by_function(agreements, on), tuple(maps))


def _found(basis: Basis, files: Mapping[int, Submission]) -> Iterable[tuple[Arrangements, OnRecord]]:
    known = {one.template: one for one in arrangements()}
    for reading in basis.readings:
        collection = reading.run.collection
        if collection is not None and collection.template in known:
            definition = registry.get(collection.template, collection.version)
            yield known[collection.template], OnRecord(collection, definition, tuple(_of(reading, files)))


def _of(reading: Reading, files: Mapping[int, Submission]) -> "Iterable[SignedFile]":
    """The files of one run with what it found of them."""
    for trust in reading.trusts:
        file = files.get(trust.submission_id or 0)
        if file is not None:
            file.return_record = Return(pk=file.return_record_id, trust=trust.trust, collection=reading.run.collection)
            signed = cast("SignedFile", file)
            signed.is_signed = trust.is_signed
            yield signed


def _files(basis: Basis, returns: WhoIsIn) -> Mapping[int, Submission]:
    """The files of the runs by their key: of live runs those that are at hand."""
    rows = [one.row for made in returns.rounds for one in made.returns.values() if one.row]
    if rows:
        return {row.on_record.pk: row.on_record for row in rows if row.on_record is not None}
    keys = [trust.submission_id for reading in basis.readings for trust in reading.trusts if trust.submission_id]
    return Submission.objects.defer("reading").in_bulk(keys) if keys else {}
