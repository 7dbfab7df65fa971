"""What a run is worked out from: who is expected, what trusts are like, and what makes a live run out of date."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from benchmarks.actions import freeze, refresh_live
from benchmarks.models import BenchmarkRun, RunQuantiles, RunTrust
from benchmarks.queries.run_sources import run_trusts
from benchmarks.queries.runs import live_run_of
from footprints.models import Region, RoleKind, Trust
from submissions.models import Collection, NilReturn, Return
from submissions.states import State
from tests.benchmarks.scenes import on_record
from tests.factories import (
    CollectionFactory,
    ExcuseFactory,
    MembershipFactory,
    NilReturnFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    TrustFactory,
)

pytestmark = pytest.mark.django_db

NEAR_LONDON = {"trust_type": "acute", "region": Region.SOUTH}


@pytest.fixture
def round_of_ten() -> Collection:
    """Ten acute trusts on record, one of them in London."""
    collection = CollectionFactory()
    for number in range(9):
        on_record(collection, {"M03": 900 + 10 * number}, trust=TrustFactory(**NEAR_LONDON))
    on_record(collection, {"M03": 990}, trust=TrustFactory(trust_type="acute", region=Region.LONDON))
    return collection


def of(trust: Trust, **changed: object) -> None:
    Trust.objects.filter(pk=trust.pk).update(**changed)


def yesterday() -> object:
    return timezone.localdate() - timedelta(days=1)


@pytest.mark.parametrize(
    "change",
    [
        lambda trust, waiting: of(trust, trust_type="specialist"),
        lambda trust, waiting: of(trust, region=Region.NORTH),
        lambda trust, waiting: of(trust, closed_date=yesterday()),
        lambda trust, waiting: MembershipFactory(trust=trust),
        lambda trust, waiting: SubmissionFactory(return_record=waiting, state=State.BLOCKED),
        lambda trust, waiting: Return.objects.filter(pk=waiting.pk).update(opened_at=timezone.now()),
        lambda trust, waiting: NilReturnFactory(return_record=waiting),
        lambda trust, waiting: ExcuseFactory(return_record=waiting),
    ],
    ids=["type", "region", "closed", "footprint", "errors", "opened", "nil", "excused"],
)
def test_a_live_run_is_made_anew_when_what_it_says_of_a_trust_has_changed(
    round_of_ten: Collection, change: Callable[[Trust, Return], object]
) -> None:
    waiting = ReturnFactory(collection=round_of_ten, trust=TrustFactory(**NEAR_LONDON))
    refresh_live(round_of_ten)
    assert refresh_live(round_of_ten) is None
    trust = RunTrust.objects.filter(run=live_run_of(round_of_ten)).exclude(submission=None)[0].trust
    change(trust, waiting)
    assert refresh_live(round_of_ten) is not None


def test_what_becomes_of_a_later_file_does_not(round_of_ten: Collection) -> None:
    refresh_live(round_of_ten)
    SubmissionFactory(return_record=round_of_ten.returns.first(), state=State.BLOCKED)
    assert refresh_live(round_of_ten) is None


def test_a_nil_return_that_is_signed_makes_it_anew(round_of_ten: Collection) -> None:
    nil = NilReturnFactory(return_record=ReturnFactory(collection=round_of_ten))
    refresh_live(round_of_ten)
    NilReturn.objects.filter(pk=nil.pk).update(signed_at=timezone.now(), signed_by=RoleFactory().user)
    assert refresh_live(round_of_ten) is not None


def test_a_closed_trust_with_a_file_is_neither_counted_nor_expected(round_of_ten: Collection) -> None:
    of(round_of_ten.returns.first().trust, closed_date=yesterday())
    run = refresh_live(round_of_ten)
    national = RunQuantiles.objects.get(run=run, metric="M03", scope="national")
    assert (national.n, national.expected) == (9, 9)


def test_a_trust_of_which_nothing_is_known_is_nobodys_neighbour(round_of_ten: Collection) -> None:
    """Being outside London is all that two trusts would share, and they would be alike in everything."""
    unknown = [ReturnFactory(collection=round_of_ten, trust=TrustFactory(**NEAR_LONDON)).trust for _ in range(10)]
    manager = RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user
    run = freeze(by=manager, collection=round_of_ten, purpose="The boards of January")
    own = RunTrust.objects.filter(run=run, trust__region=Region.SOUTH).exclude(submission=None)[0]
    near = {code for code, _ in own.nearest}
    assert len(near) == 9
    assert near.isdisjoint(trust.ods_code for trust in unknown)
    assert RunTrust.objects.get(run=run, trust=unknown[0]).nearest == []


@pytest.mark.parametrize(("illustrative", "known"), [(True, False), (False, True)])
def test_made_up_returns_do_not_say_what_trusts_of_a_real_round_are_like(illustrative: bool, known: bool) -> None:
    costs = CollectionFactory(template="back_office", year="2015/16", illustrative=illustrative)
    pathology = CollectionFactory(template="pathology", year="2015/16")
    trust = on_record(costs, {"M03": 900}).return_record.trust
    ReturnFactory(collection=pathology, trust=trust)
    (found,) = run_trusts(BenchmarkRun(), pathology, timezone.localdate())
    assert (found.income is not None) is known
