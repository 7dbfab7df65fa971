"""A round of all 238 trusts from the day it opens to three weeks after it was due, in about half a minute.

What is real: the reference data; the workbooks, made, received, read in the bounded child, checked and loaded one by one; nil returns, extensions,
excuses, contacts, pauses, signatures, reopenings, each by its action; the ladder, the digests and summaries on each of 27 working mornings; every
letter, sent through SMTP to a server on this machine. What is not: the clock, which is moved; the queue, in whose place the test calls what a task
would call; and more trusts than in life declare a nil return, which takes less time than a workbook.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

from desk.models import Chase
from desk.queries.statistics import statistics_page
from desk.queries.support import support_page
from footprints.models import Letter, Membership, Trust
from submissions.models import Return
from submissions.queries.progress import return_rows
from tests.desk.month import RealMonth, moment
from tests.desk.month_script import FATES, LAST_DAY, MORNING, OPENS, Act, clock, script, working_day
from tests.post_office import Postbox
from tests.reference.desk_reference import Month, Place, month


@pytest.fixture(autouse=True)
def _quiet_post_office() -> Iterator[None]:
    """The mail server notes every word of every letter, which pytest would keep."""
    log = logging.getLogger("mail.log")
    before = log.level
    log.setLevel(logging.WARNING)
    yield
    log.setLevel(before)


@pytest.fixture
def travel() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(moment(OPENS, MORNING)) as coordinates:
        yield coordinates


def places() -> dict[str, Place]:
    """Where the trusts of the register belong, as the reference data says."""
    footprints: dict[str, list[str]] = {}
    for code, footprint in Membership.objects.values_list("trust__ods_code", "footprint__ons_code"):
        footprints.setdefault(code, []).append(footprint)
    return {
        trust.ods_code: Place(
            trust.region,
            tuple(footprints[trust.ods_code]),
            trust.closed_date,
            trust.successor.ods_code if trust.successor else "",
        )
        for trust in Trust.objects.select_related("successor").order_by("ods_code")
    }


def received(box: Postbox, names: dict[str, str]) -> Counter[tuple[str, str]]:
    """How many letters of each kind the mail server got for each person."""
    kinds = dict(Letter.objects.values_list("pk", "kind"))
    found: Counter[tuple[str, str]] = Counter()
    for message in box.taken:
        key = re.match(r"<letter\.(\d+)\.", message["Message-ID"])
        assert key is not None
        found[kinds[int(key[1])], names[message["To"]]] += 1
    return found


def chased() -> set[tuple[str, str, date]]:
    return {
        (chase.return_record.trust.ods_code, chase.rung, chase.at.date())
        for chase in Chase.objects.select_related("return_record__trust")
    }


def play(acts: dict[str, list[Act]], real: RealMonth) -> None:
    for code, act in clock(acts, real.morning):
        real.do(code, act)
    real.end(LAST_DAY)


@pytest.mark.django_db
def test_a_month_ends_as_its_script_says(travel: time_machine.Traveller, box: Postbox) -> None:
    real = RealMonth(travel)
    where = places()
    closing = next(code for code, place in where.items() if place.closed and OPENS < place.closed < LAST_DAY)
    acts = script(list(where), closing)
    expected = month(acts, where)
    assert set(real.returns) == set(where)
    assert len(where) == 238

    play(acts, real)

    assert chased() == expected.steps
    assert received(box, real.people.names) == expected.letters
    assert not Letter.objects.filter(sent_at=None).exists()
    _register(real, expected)
    _statistics(real, expected)


@pytest.mark.parametrize(
    ("fate", "steps"),
    [
        (
            "nothing at all",
            {-10: "before-10", -5: "before-5", -1: "before-1", 0: "due-today", 1: "late-1", 3: "late-3", 5: "late-5", 10: "late-10"},
        ),
        (
            "promise not kept",  # on the second day, for the sixth
            {-10: "before-10", -5: "before-5", -1: "before-1", 0: "due-today", 1: "late-1", 7: "late-5", 10: "late-10"},
        ),
        ("left in peace", {-10: "before-10", -5: "before-5", 5: "late-5", 10: "late-10"}),
        ("asked and never answered", {-10: "before-10", -5: "before-5", -1: "before-1"}),
        (
            "called before the reminder",
            {-10: "before-10", -5: "before-5", -1: "before-1", 0: "due-today", 1: "late-1", 4: "late-3", 5: "late-5", 10: "late-10"},
        ),
        ("checked two days later", {-10: "before-10", -5: "before-5", -1: "before-1", 0: "due-today", 3: "sign-late-3"}),
        ("excused", {-10: "before-10", -5: "before-5"}),
    ],
)  # fmt: skip
def test_the_reference_reminds_nobody_who_is_to_be_left_alone(fate: str, steps: dict[int, str]) -> None:
    """Its steps for one trust, by working days after the due date, as somebody with a calendar would write them down."""
    done = month({"RAA": sorted(FATES[fate], key=lambda one: (one.day, one.at))}, {"RAA": Place("North", (), None)})
    opening = ("RAA", "opens", OPENS)
    assert done.steps == {opening} | {("RAA", code, working_day(number)) for number, code in steps.items()}


def _register(real: RealMonth, expected: Month) -> None:
    rows = return_rows(Return.objects.filter(collection=real.collection))
    assert Counter(row.standing.value for row in rows) == expected.stages()
    assert {row.trust.ods_code for row in rows if row.is_overdue} == {
        code
        for code, story in expected.stories.items()
        if story.stage(LAST_DAY) not in ("excused", "gone") and story.timeliness(LAST_DAY) == "overdue"
    }


def _statistics(real: RealMonth, expected: Month) -> None:
    page = statistics_page(real.people["manager"], str(real.collection.pk), LAST_DAY)
    assert page is not None
    told = expected.timeliness()
    whole = page.whole
    assert (
        Counter(
            {
                "on time": whole.on_time,
                "on time with an extension": whole.extended,
                "late": whole.late,
                "overdue": whole.overdue,
                "not in yet": whole.not_in_yet,
                "excused": whole.excused,
                "gone": whole.closed,
            }
        )
        == told
    )
    assert all(told[kind] for kind in told)
    assert whole.signed == sum(story.signed or story.nil_signed for story in expected.stories.values())
    for region in page.regions:
        inside = [story for story in expected.stories.values() if story.place.region == region.name]
        assert region.late == sum(story.timeliness(LAST_DAY) == "late" for story in inside)
    assert support_page(real.people["manager"], "", 1, LAST_DAY).number_at("none") < len(expected.stories)
