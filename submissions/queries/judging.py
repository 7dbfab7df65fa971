"""What a return is judged against, gathered from the database."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils import timezone

from footprints.models import PublishedFigure
from submissions.checks.case import year_before as year_before
from submissions.models import Figure, Return, Waiver
from submissions.queries.other_returns import other_returns, templates_held_against
from submissions.queries.rulesets import RulesInForce
from submissions.queries.usual import usual_of_type, usual_published
from submissions.states import State
from templates_app.reading import Context, Place, Published, Waived


def context_for(return_record: Return, rules: RulesInForce) -> Context:
    """What a return is judged against: the trust, its published figures, last year's, its other returns, and trusts of its type."""
    trust, collection = return_record.trust, return_record.collection
    published = published_by_year(trust.pk)
    others = other_returns([return_record], templates_held_against(rules.definition))
    return Context(
        trust_code=trust.ods_code,
        trust_name=trust.name,
        trust_type=trust.trust_type,
        template=collection.template,
        version=collection.version,
        published={measure: known.value for (year, measure), known in published.items() if year == collection.year},
        published_by_year=published,
        last_year=last_year_figures(return_record),
        usual=usual_of_type(collection, trust.trust_type, rules.definition),
        usual_published=usual_published(collection.year, trust.trust_type, rules.definition),
        other_returns=others.get(return_record.pk, {}),
        on_trial=rules.on_trial,
        waived=waived(trust.pk, collection.template),
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
