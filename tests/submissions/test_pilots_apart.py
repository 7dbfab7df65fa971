"""What is sent to a pilot changes nothing in a round: every query that gathers figures or returns of several trusts or years."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.http import QueryDict
from django.utils import timezone

from benchmarks.actions import refresh_live
from benchmarks.models import RunValue, Standing
from benchmarks.queries.footprint_page import footprint_page
from benchmarks.queries.runs import live_runs
from footprints.models import RoleKind
from submissions.models import Collection, Figure, Return
from submissions.queries.home import home
from submissions.queries.judging import context_for, files_of_last_year, last_year_figures
from submissions.queries.judging_many import Contexts
from submissions.queries.national import NationalFilters, national_page
from submissions.queries.other_returns import other_returns
from submissions.queries.own_files import latest_own
from submissions.queries.progress import progress, return_rows
from submissions.queries.rule_pages import rule_use
from submissions.queries.rulesets import rules_in_force
from submissions.queries.trying import try_rule
from submissions.queries.usual import usual_of_type
from submissions.states import State
from templates_app import registry
from templates_app.schema import NUMBER_UNITS, unit_of
from tests.factories import (
    CollectionFactory,
    FindingFactory,
    FootprintFactory,
    MembershipFactory,
    MetricValueFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    TrustFactory,
)
from tests.submissions.rule_scenes import checked, rule_text

pytestmark = pytest.mark.django_db

AMONG_ROUNDS = {
    "last year",
    "last year for many",
    "other return",
    "tried rule",
    "rules in use",
    "footprint",
    "national",
}
"""These look beyond one collection, so another *round* does change them."""


def filed(collection, trust, number, template="back_office", version="2016.1"):
    """An accepted file with one figure everywhere, measured and found fault with."""
    return_record = ReturnFactory(collection=collection, trust=trust)
    file = SubmissionFactory(
        return_record=return_record,
        state=State.ACCEPTED,
        template=template,
        version=version,
        loaded_at=timezone.now(),
        measured_at=timezone.now(),
        checked_at=timezone.now(),
        reading={
            "template": template,
            "version": version,
            "trust": trust.ods_code,
            "cells": [],
            "not_found": [],
            "conflicts": [],
            "date_1904": False,
        },
    )
    definition = registry.get(template, version)
    places = [
        (line.code, column.code)
        for _, line, column in definition.cells()
        if column.code in ("value", "pay", "wte") and unit_of(line, column) in NUMBER_UNITS
    ]
    Figure.objects.bulk_create(
        Figure(submission=file, line=line, column=column, kind="number", number=number, sheet="Costs", cell="D9")
        for line, column in places
    )
    MetricValueFactory(submission=file, numerator=number, denominator=Decimal(200_000))
    FindingFactory(submission=file, code="B-W2", severity="warning", waiver=None)
    return file


@pytest.fixture
def scene():
    """A round with three trusts on record, and next year's with nothing yet."""
    footprint = FootprintFactory(region="North")
    trusts = [TrustFactory(region="North") for _ in range(3)]
    for trust in trusts:
        MembershipFactory(trust=trust, footprint=footprint)
    collection = CollectionFactory(name="Round")
    for number, trust in enumerate(trusts):
        filed(collection, trust, Decimal(400 + number))
    next_year = CollectionFactory(
        name="Next year", year="2016/17", opens_date=timezone.localdate() - timedelta(days=40)
    )
    waiting = ReturnFactory(collection=next_year, trust=trusts[0])
    people = {
        "analyst": RoleFactory(kind=RoleKind.ANALYST, trust=None).user,
        "preparer": RoleFactory(trust=trusts[0]).user,
        "lead": RoleFactory(kind=RoleKind.STP_LEAD, footprint=footprint, trust=None).user,
    }
    return {"footprint": footprint, "trusts": trusts, "round": collection, "waiting": waiting, **people}


def snapshot(scene):
    """Everything that is gathered from several trusts or years for the round."""
    cache.clear()
    collection, waiting = scene["round"], scene["waiting"]
    definition = registry.get("back_office", "2016.1")
    own = Return.objects.select_related("trust", "collection").get(collection=collection, trust=scene["trusts"][0])
    for each in Collection.objects.all():
        refresh_live(each, anyway=True)
    live = collection.benchmark_runs.get(is_live=True)
    page = footprint_page(scene["footprint"], scene["lead"])
    national = national_page(scene["analyst"], "", NationalFilters.from_query(QueryDict()))
    run = try_rule("back_office", rule_text())
    mine = home(scene["preparer"]).trusts[0].returns
    context = context_for(own, rules_in_force("back_office", "2016.1"))
    many = Contexts(Collection.objects.filter(pk=waiting.collection_id)).of(waiting, definition, {})
    return {
        "usual": usual_of_type(collection, "acute", definition),
        "context": (context.usual, context.last_year, context.waived),
        "last year": (last_year_figures(waiting), files_of_last_year([waiting.collection]).count()),
        "last year for many": many.last_year,
        "other return": other_returns([own], {"pathology"}),
        "tried rule": (run.judged, run.hit, run.left_out),
        "rules in use": [(use.title, use.on_record, use.rules[0].returns) for use in rule_use()],
        "quantiles": sorted(live.quantiles.values_list("metric", "scope", "n", "median", "maximum")),
        "standings": sorted(Standing.objects.filter(run=live).values_list("value__metric", "rank", "n", "peer_median")),
        "footprint": ([run.collection for run in page.basis.runs], page.headlines),
        "national": (national.collection, national.whole),
        "progress": progress("England", return_rows(Return.objects.filter(collection=collection))),
        "home": [item.row.standing for item in mine if item.row.collection == collection],
        "carried into the workbook": latest_own(waiting),
    }


def absurd(scene, purpose):
    """The same trusts send absurd figures: for this year, for the year before the next, and to the other template."""
    today = timezone.localdate()
    later = {"purpose": purpose, "opens_date": today, "due_date": today + timedelta(days=60)}
    for template in ("back_office", "pathology"):
        collection = CollectionFactory(template=template, version="2016.1", name=f"Absurd {template}", **later)
        for trust in scene["trusts"]:
            filed(collection, trust, Decimal(99_999_999), template)


def test_absurd_figures_of_a_pilot_change_nothing_in_a_round(scene):
    before = snapshot(scene)
    absurd(scene, Collection.Purpose.PILOT)
    after = snapshot(scene)
    assert [name for name in before if before[name] != after[name]] == []


def test_the_same_in_a_round_would_have_been_seen(scene):
    before = snapshot(scene)
    absurd(scene, Collection.Purpose.ROUND)
    after = snapshot(scene)
    assert {name for name in before if before[name] != after[name]} == AMONG_ROUNDS


def test_a_pilot_is_compared_with_itself_alone(scene):
    absurd(scene, Collection.Purpose.PILOT)
    pilot = Collection.objects.get(name="Absurd back_office")
    own = Return.objects.get(collection=pilot, trust=scene["trusts"][0])
    values = RunValue.objects.counted().filter(run=refresh_live(pilot, anyway=True))
    assert {(value.metric, value.value) for value in values} == {("M03", Decimal(99_999_999) * 100_000 / 200_000)}
    assert pilot.pk not in {run.collection_id for run in live_runs()}
    beside = other_returns([own], {"pathology", "back_office"})[own.pk]
    assert {other.values["FIN3", "pay"].number for code, other in beside.items() if code == "back_office"} == {
        Decimal(99_999_999)
    }


def test_a_file_of_the_round_is_judged_as_if_there_were_no_pilot(scene):
    fresh, second = (TrustFactory(region="North") for _ in range(2))

    def found(trust):
        cache.clear()
        file = checked(ReturnFactory(collection=scene["round"], trust=trust))
        return file.state, sorted(file.findings.values_list("code", "line", "found"))

    before = found(fresh)
    absurd(scene, Collection.Purpose.PILOT)
    Return.objects.filter(trust=fresh, collection=scene["round"]).first().submissions.update(state=State.REPLACED)
    assert found(second) == before
