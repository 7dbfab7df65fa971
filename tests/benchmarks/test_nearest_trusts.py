"""The nearest ten trusts on the page that explains a number: with their distances, and by name only for who may see the names."""

import re

import pytest

from benchmarks.actions import freeze, refresh_live
from benchmarks.models import BenchmarkRun, RunTrust
from benchmarks.queries.nearest_trusts import nearest_trusts
from footprints.models import RoleKind, User
from submissions.models import Collection, Submission
from tests.benchmarks.pages import read
from tests.benchmarks.scenes import on_record
from tests.factories import CollectionFactory, RoleFactory, TrustFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def files() -> list[Submission]:
    """Twelve acute trusts and a community one, whose incomes grow by a tenth."""
    collection, income = CollectionFactory(), 100_000
    made = []
    for number in range(13):
        trust = TrustFactory(name=f"Place {number:02} NHS Trust", trust_type="community" if number == 12 else "acute")
        made.append(on_record(collection, {"M03": 500 + number}, trust=trust, income=income))
        income = income * 11 // 10
    refresh_live(collection, anyway=True)
    return made


def analyst() -> User:
    return RoleFactory(kind=RoleKind.ANALYST, trust=None).user


def address(file: Submission) -> str:
    return f"/numbers/live-back_office-{file.return_record.collection_id}/M03/{file.return_record.trust.ods_code}/"


def test_the_distances_grow_and_the_own_type_comes_first(files: list[Submission]) -> None:
    words = read(analyst(), address(files[0])).split("The nearest ten trusts", 1)[1]
    rows = re.findall(r"Place (\d\d) NHS Trust acute (\d\.\d\d)", words)
    assert [name for name, _ in rows] == [f"{number:02}" for number in range(1, 11)]
    distances = [float(distance) for _, distance in rows]
    assert distances == sorted(distances)
    assert 0 < distances[0] < distances[-1] < 1
    assert "are of other types" not in words


def test_trusts_of_other_types_that_stand_in_are_counted(files: list[Submission]) -> None:
    words = read(analyst(), address(files[12])).split("The nearest ten trusts", 1)[1]
    assert "Its own type has too few: 10 of the ten are of other types." in words


def test_a_reader_without_names_sees_distances_and_no_name(files: list[Submission]) -> None:
    own = RoleFactory(kind=RoleKind.PREPARER, trust=files[0].return_record.trust).user
    words = read(own, address(files[0])).split("The nearest ten trusts", 1)[1]
    assert words.count("a trust that you may not see by name acute 0.") == 10
    assert not re.search(r"Place (0[1-9]|1\d)", words)


def test_a_frozen_run_keeps_its_own(files: list[Submission]) -> None:
    manager = RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user
    collection = Collection.objects.get()
    run = freeze(by=manager, collection=collection, purpose="the boards")
    on_record(collection, {"M03": 1}, trust=TrustFactory(name="Newcomer", trust_type="acute"), income=100_001)
    live = refresh_live(collection, anyway=True)
    assert live is not None
    trust = files[0].return_record.trust
    then = nearest_trusts(manager, run, trust, named=True)
    now = nearest_trusts(manager, live, trust, named=True)
    assert (then.trusts[0].name, now.trusts[0].name) == ("Place 01 NHS Trust", "Newcomer")
    assert now.trusts[0].distance == "0.00"


def test_a_trust_of_which_nothing_is_known_has_none(files: list[Submission]) -> None:
    run, trust = BenchmarkRun.objects.live().get(), files[0].return_record.trust
    RunTrust.objects.filter(run=run, trust=trust).update(income=None)
    assert nearest_trusts(analyst(), run, trust, named=True).trusts == ()
