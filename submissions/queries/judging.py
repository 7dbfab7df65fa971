"""What a return is judged against, gathered from the database."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from django.core.cache import cache

from footprints.models import PublishedFigure
from submissions.models import Collection, Figure, Return
from submissions.states import State
from templates_app.reading import Context, Place

_RATES_SECONDS = 60


def context_for(return_record: Return) -> Context:
    """What a return is judged against: the trust, its published figures, last year's, and the other trusts of its type."""
    trust, collection = return_record.trust, return_record.collection
    return Context(
        trust_code=trust.ods_code,
        trust_name=trust.name,
        trust_type=trust.trust_type,
        template=collection.template,
        version=collection.version,
        published=published_figures(trust.pk, collection.year),
        last_year=last_year_figures(return_record),
        type_rates=type_rates(collection, trust.trust_type),
    )


def published_figures(trust_id: int, year: str) -> Mapping[str, Decimal]:
    """What others have published of a trust for a year, by measure."""
    rows = PublishedFigure.objects.filter(trust_id=trust_id, year=year, is_partial=False)
    return dict(rows.values_list("measure", "value"))


def last_year_figures(return_record: Return) -> Mapping[Place, Decimal]:
    """The numbers of the trust's accepted return to the collection of the year before; none when there was none."""
    collection = return_record.collection
    rows = Figure.objects.filter(
        submission__state=State.ACCEPTED,
        submission__return_record__trust_id=return_record.trust_id,
        submission__return_record__collection__template=collection.template,
        submission__return_record__collection__year=year_before(collection.year),
        number__isnull=False,
    )
    known = rows.values_list("line", "column", "number")
    return {(line, column): number for line, column, number in known if number is not None}


def year_before(year: str) -> str:
    """2014/15 for 2015/16."""
    start = int(year[:4])
    return f"{start - 1}/{start % 100:02d}"


def type_rates(collection: Collection, trust_type: str) -> Mapping[Place, tuple[Decimal, ...]]:
    """Each cost per £100m of patient-care income, £000, over the accepted returns of a type; kept for a minute."""
    key = f"type-rates-{collection.pk}-{trust_type}"
    kept: Mapping[Place, tuple[Decimal, ...]] | None = cache.get(key)
    if kept is not None:
        return kept
    figures = Figure.objects.filter(
        submission__state=State.ACCEPTED,
        submission__return_record__collection=collection,
        submission__return_record__trust__trust_type=trust_type,
        number__isnull=False,
    )
    incomes = dict(figures.filter(line="ORG02", number__gt=0).values_list("submission_id", "number"))
    rates: dict[Place, list[Decimal]] = defaultdict(list)
    amounts = figures.filter(column__in=("pay", "non_pay", "income")).values_list(
        "line", "column", "number", "submission_id"
    )
    for line, column, number, submission_id in amounts:
        income = incomes.get(submission_id)
        if number is not None and income:
            rates[line, column].append(number * 100_000 / income)
    answer = {place: tuple(values) for place, values in rates.items()}
    cache.set(key, answer, _RATES_SECONDS)
    return answer
