"""What a return is judged against, gathered from the database."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from footprints.models import PublishedFigure
from submissions.checks.case import year_before as year_before
from submissions.models import Collection, Figure, Return, Submission, SubmissionQuerySet, Waiver
from submissions.queries.other_returns import other_returns, templates_held_against
from submissions.queries.rulesets import RulesInForce
from submissions.queries.usual import usual_of_type, usual_published
from submissions.states import State
from templates_app.reading import Context, OtherReturn, Place, Published, Waived
from templates_app.schema import Definition


def context_for(return_record: Return, rules: RulesInForce) -> Context:
    """What a return is judged against: the trust, its published figures, last year's, its other returns, and trusts of its type."""
    trust, collection = return_record.trust, return_record.collection
    others = other_returns([return_record], templates_held_against(rules.definition, collection))
    return context_of(
        return_record,
        rules.definition,
        published=published_by_year(trust.pk),
        last_year=last_year_figures(return_record),
        others=others.get(return_record.pk, {}),
        on_trial=rules.on_trial,
        waived=waived(trust.pk, collection.template),
    )


def context_of(
    return_record: Return,
    definition: Definition,
    *,
    published: Mapping[tuple[str, str], Published],
    last_year: Mapping[Place, Decimal],
    others: Mapping[str, OtherReturn],
    on_trial: Mapping[str, date],
    waived: Mapping[tuple[str, str], Waived],
) -> Context:
    """The context of a return, from what was gathered for it alone or for many at once; what is usual for the type is kept for all."""
    trust, collection = return_record.trust, return_record.collection
    return Context(
        trust_code=trust.ods_code,
        trust_name=trust.name,
        trust_type=trust.trust_type,
        template=collection.template,
        version=collection.version,
        published={measure: known.value for (year, measure), known in published.items() if year == collection.year},
        published_by_year=published,
        last_year=last_year,
        usual=usual_of_type(collection, trust.trust_type, definition),
        usual_published=usual_published(collection.year, trust.trust_type, definition),
        other_returns=others,
        on_trial=on_trial,
        waived=waived,
    )


def waived(trust_id: int, template: str) -> Mapping[tuple[str, str], Waived]:
    """The rules that need not hold at a trust today, by rule code and line code."""
    waivers = Waiver.objects.in_force(timezone.localdate()).filter(trust_id=trust_id, template=template)
    return {
        (waiver.rule_code, waiver.line): Waived(waiver.pk, waiver.reason, waiver.expires_date) for waiver in waivers
    }


def published_figures(trust_id: int, year: str) -> Mapping[str, Decimal]:
    """What others have published of a trust for a year, by measure."""
    rows = PublishedFigure.objects.filter(trust_id=trust_id, year=year, is_partial=False)
    return dict(rows.values_list("measure", "value"))


def published_by_year(trust_id: int) -> Mapping[tuple[str, str], Published]:
    """What others have published of a trust, by year and measure, and where."""
    rows = PublishedFigure.objects.filter(trust_id=trust_id, is_partial=False)
    known = rows.values_list("year", "measure", "value", "source")
    return {(year, measure): Published(value, source) for year, measure, value, source in known}


def last_year_figures(return_record: Return) -> Mapping[Place, Decimal]:
    """The numbers of the trust's accepted return of the year before; none when there was none."""
    files = files_of_last_year([return_record.collection]).filter(return_record__trust_id=return_record.trust_id)
    rows = Figure.objects.filter(submission__in=files.values("pk"), number__isnull=False)
    known = rows.values_list("line", "column", "number")
    return {(line, column): number for line, column, number in known if number is not None}


def files_of_last_year(collections: Iterable[Collection]) -> SubmissionQuerySet:
    """The accepted file of each trust for the year before each of these collections. Made-up figures are held against made-up ones
    only, and true against true; where a year had two rounds, the newest that the trust has answered counts. What was sent to a pilot
    is nobody's last year."""
    wanted = Q(pk__in=())
    for collection in collections:
        wanted |= Q(
            return_record__collection__template=collection.template,
            return_record__collection__year=year_before(collection.year),
            return_record__collection__illustrative=collection.illustrative,
            return_record__collection__purpose=Collection.Purpose.ROUND,
        )
    one_each = (
        "return_record__trust_id",
        "return_record__collection__template",
        "return_record__collection__year",
        "return_record__collection__illustrative",
    )
    newest = ("-return_record__collection__due_date", "-return_record__collection_id", "-pk")
    return Submission.objects.filter(wanted, state=State.ACCEPTED).order_by(*one_each, *newest).distinct(*one_each)
