"""What amounts usually are for a type of trust: over the accepted returns, and in figures that are published of every trust."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from hashlib import sha256

from django.core.cache import cache
from django.db.models import Q

from footprints.models import PublishedFigure, TrustType
from submissions.models import Collection, Figure
from submissions.states import State
from templates_app.expressions import Operand
from templates_app.operands import cells_of
from templates_app.rates import rates_in, usual_rates
from templates_app.rates import usual_published as usual_of_published
from templates_app.reading import Place, RateKey, Usual
from templates_app.schema import Definition, PublishedRate

_RETURNS_SECONDS = 60
_PUBLISHED_SECONDS = 600


def usual_of_type(collection: Collection, trust_type: str, definition: Definition) -> Mapping[RateKey, Usual]:
    """What each rate of a definition is over the accepted returns of a type; kept for a minute."""
    if not rates_in(definition):
        return {}
    key = f"usual-{collection.pk}-{trust_type}-{definition.version}-{_digest(rates_in(definition))}"
    kept: Mapping[RateKey, Usual] | None = cache.get(key)
    if kept is None:
        words = f"{{count}} accepted returns of {TrustType(trust_type).label} trusts"
        kept = usual_rates(_accepted(collection, trust_type, definition), definition, words)
        cache.set(key, kept, _RETURNS_SECONDS)
    return kept


def _digest(of: object) -> str:
    """Short, and the same for the same."""
    return sha256(repr(of).encode()).hexdigest()[:16]


def _accepted(collection: Collection, trust_type: str, definition: Definition) -> Iterator[Mapping[Place, Operand]]:
    """What each accepted return of a type holds for an expression."""
    words = {rate.alike for rate in rates_in(definition) if rate.alike}
    rows = Figure.objects.filter(
        Q(number__isnull=False) | Q(column__in=words),
        submission__state=State.ACCEPTED,
        submission__return_record__collection=collection,
        submission__return_record__trust__trust_type=trust_type,
    )
    cells = cells_of(definition)
    return (cells.operands(values) for values in rows.by_submission().values())


def usual_published(year: str, trust_type: str, definition: Definition) -> Mapping[str, Usual]:
    """What each published rate of a definition is over the trusts of a type, by line; kept for ten minutes."""
    rates = definition.published_rates
    if not rates:
        return {}
    key = f"usual-published-{year}-{trust_type}-{_digest(rates)}"
    kept: Mapping[str, Usual] | None = cache.get(key)
    if kept is None:
        kept = _published(rates, year, trust_type)
        cache.set(key, kept, _PUBLISHED_SECONDS)
    return kept


def _published(rates: tuple[PublishedRate, ...], year: str, trust_type: str) -> Mapping[str, Usual]:
    measures = {measure for rate in rates for measure in (rate.measure, rate.per_measure)}
    rows = PublishedFigure.objects.filter(
        year=year, measure__in=measures, trust__trust_type=trust_type, is_partial=False
    )
    figures: dict[int, dict[str, Decimal]] = defaultdict(dict)
    sources: dict[str, str] = {}
    for trust_id, measure, value, source in rows.values_list("trust_id", "measure", "value", "source"):
        figures[trust_id][measure], sources[measure] = value, source
    label = TrustType(trust_type).label
    usual = {
        rate.line: usual_of_published(rate, figures.values(), sources.get(rate.measure, ""), label) for rate in rates
    }
    return {line: known for line, known in usual.items() if known is not None}
