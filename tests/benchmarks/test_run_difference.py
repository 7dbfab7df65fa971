"""What differs between two runs: worked out from what each holds, and as different readers see it."""

from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from benchmarks.actions import freeze, refresh_live
from benchmarks.arithmetic.quantiles import Distribution
from benchmarks.arithmetic.run_difference import Contents, Held, Inside, difference
from benchmarks.models import BenchmarkRun, RunTrust
from footprints.models import Event, RoleKind, User
from submissions.models import Collection, Submission
from submissions.states import State
from tests.benchmarks.scenes import on_record
from tests.factories import (
    CollectionFactory,
    DisputeFactory,
    FootprintFactory,
    MembershipFactory,
    RoleFactory,
    TrustFactory,
)


def contents(
    trusts: dict[str, Inside] | None = None,
    values: dict[tuple[str, str], Held] | None = None,
    median: int = 5,
    definitions: dict[str, str] | None = None,
) -> Contents:
    return Contents(
        trusts=trusts if trusts is not None else {"R1": Inside("A"), "R2": Inside("B")},
        values=values or {},
        distributions={"M03": Distribution(9, median=Decimal(median))},
        definitions=definitions or {"M03": "abc"},
    )


def test_two_runs_that_hold_the_same_do_not_differ() -> None:
    same = contents(values={("R1", "M03"): Held(Decimal(1))})
    assert difference(same, same).is_empty


def test_trusts_that_came_and_went_are_named_and_their_values_are_not_listed() -> None:
    old = contents(
        {"R1": Inside("A"), "R2": Inside("", "No return"), "R3": Inside("C")}, {("R3", "M03"): Held(Decimal(4))}
    )
    new = contents({"R1": Inside("A"), "R2": Inside("B")}, {("R2", "M03"): Held(Decimal(6))})
    found = difference(old, new)
    assert (found.came, found.went, found.values) == (("R2",), ("R3",), ())


@pytest.mark.parametrize(
    ("new", "file", "definition", "cause"),
    [
        (Held(Decimal(2)), "A2", "abc", "file"),
        (Held(Decimal(1), counted=False, because="Disputed: counted twice"), "A", "abc", "counted"),
        (Held(Decimal(2)), "A", "xyz", "definition"),
        (Held(Decimal(2)), "A", "abc", "others"),
        (None, "A2", "abc", "file"),
        (Held(None, counted=False, because="Not given: pay"), "A2", "abc", "file"),
    ],
)
def test_from_what_a_change_comes(new: Held | None, file: str, definition: str, cause: str) -> None:
    old = contents({"R1": Inside("A")}, {("R1", "M03"): Held(Decimal(1))})
    after = contents({"R1": Inside(file)}, {("R1", "M03"): new} if new else {}, definitions={"M03": definition})
    found = difference(old, after)
    (change,) = found.values
    assert (change.cause, change.old_file, change.new_file) == (cause, "A", file)
    assert found.refiled == (("R1",) if file != "A" else ())
    assert found.defined_otherwise == (("M03",) if definition != "abc" else ())


def test_the_largest_change_in_pounds_stands_first() -> None:
    held = {("R1", "M03"): (10, 20), ("R1", "M04"): (90, 10), ("R2", "M03"): (None, None)}
    old = contents(values={key: Held(Decimal(1), to_median=gap and Decimal(gap)) for key, (gap, _) in held.items()})
    new = contents(values={key: Held(Decimal(2), to_median=gap and Decimal(gap)) for key, (_, gap) in held.items()})
    changes = difference(old, new).values
    assert [(change.code, change.metric, change.pounds) for change in changes] == [
        ("R1", "M04", -80),
        ("R1", "M03", 10),
        ("R2", "M03", None),
    ]


def test_a_gap_that_moved_with_the_median_alone_is_no_change_of_the_trust() -> None:
    old = contents(values={("R1", "M03"): Held(Decimal(1), to_median=Decimal(5))})
    new = contents(values={("R1", "M03"): Held(Decimal(1), to_median=Decimal(7))}, median=6)
    found = difference(old, new)
    assert found.values == ()
    assert [(moved.metric, moved.old.median, moved.new.median) for moved in found.moved] == [("M03", 5, 6)]


def test_a_footprint_moves_with_all_its_trusts() -> None:
    def inside(*pounds: int) -> dict[str, Inside]:
        return {
            f"R{number}": Inside("A", footprints=("E1", "E2") if number else ("E1",), opportunity=Decimal(amount))
            for number, amount in enumerate(pounds)
        }

    moved = difference(contents(inside(10, 20)), contents(inside(15, 20))).footprints
    assert [(item.ons_code, item.old, item.new) for item in moved] == [("E1", 30, 35)]


@pytest.mark.django_db
class TestPage:
    """A run frozen, then one trust sends another file, one comes, one value is disputed."""

    @pytest.fixture
    def scene(self) -> tuple[Collection, list[Submission], BenchmarkRun]:
        collection = CollectionFactory()
        files = [
            on_record(collection, {"M03": 900 + 10 * number}, trust=TrustFactory(trust_type="acute", name=f"Trust {number}"))
            for number in range(12)
        ]  # fmt: skip
        manager = RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user
        run = freeze(by=manager, collection=collection, purpose="the boards of January")
        Submission.objects.filter(pk=files[0].pk).update(state=State.REPLACED)
        _again(files[0], 2000)
        on_record(collection, {"M03": 100}, trust=TrustFactory(trust_type="acute", name="Newcomer"))
        DisputeFactory(return_record=files[1].return_record, metric="M03", reason="Counts the hub twice.")
        refresh_live(collection, anyway=True)
        return collection, files, run

    def page(self, person: User, run: BenchmarkRun, other: str = "live") -> str:
        client = Client()
        client.force_login(person)
        response = client.get(f"/runs/{run.number}/against/{other}/")
        assert response.status_code == 200
        return response.content.decode()

    def test_an_analyst_reads_every_change_with_its_cause(self, scene) -> None:
        _, files, run = scene
        text = self.page(RoleFactory(kind=RoleKind.ANALYST, trust=None).user, run)
        assert "Newcomer" in text
        assert "Trust 0" in text
        assert "Trust 1" in text
        assert "£900k per £100m" in text
        assert "£2,000k per £100m" in text
        assert f"{files[0].reference}, then" in text
        assert "Disputed: Counts the hub twice." in text
        assert "left out or taken back" in text
        seen = Event.objects.get(verb="run difference seen")
        assert (seen.subject, seen.detail) == (f"benchmarkrun:{run.pk}", {"from": run.number, "to": "live"})
        assert "Finance" in text
        assert "£955k per £100m" in text
        code = files[0].return_record.trust.ods_code
        for key in (run.number, f"live-back_office-{run.collection_id}"):
            assert f'href="/numbers/{key}/M03/{code}/"' in text

    def test_a_stranger_reads_the_national_medians_and_no_name(self, scene) -> None:
        _, _, run = scene
        text = self.page(RoleFactory(kind=RoleKind.PREPARER, trust=TrustFactory()).user, run)
        assert "Newcomer" not in text
        assert "Trust 0" not in text
        assert "Counts the hub twice" not in text
        assert "£2,000k per £100m" not in text
        assert "1 trust" in text
        assert "£955k per £100m" in text

    def test_an_stp_lead_reads_own_trusts_and_own_footprint(self, scene) -> None:
        _, files, run = scene
        footprint, other = FootprintFactory(name="Ours"), FootprintFactory(name="Theirs")
        for file, place in ((files[0], footprint), (files[1], other)):
            RunTrust.objects.filter(run__number=None, trust=file.return_record.trust).update(
                footprints=[place.ons_code]
            )
            MembershipFactory(trust=file.return_record.trust, footprint=place)
        lead = RoleFactory(kind=RoleKind.STP_LEAD, trust=None, footprint=footprint).user
        text = self.page(lead, run)
        assert "Trust 0" in text
        assert "Trust 1" not in text
        assert "Ours" in text
        assert "Theirs" not in text

    def test_a_run_is_held_only_against_runs_of_its_round(self, scene) -> None:
        collection, _, run = scene
        manager = RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user
        second = freeze(by=manager, collection=collection, purpose="later")
        assert "From run 1 to run 2" in self.page(manager, second, "1")
        elsewhere = CollectionFactory()
        on_record(elsewhere, {"M03": 1})
        third = freeze(by=manager, collection=elsewhere, purpose="other round")
        client = Client()
        client.force_login(manager)
        for other in (str(third.number), "1", "99", "dead"):
            assert client.get(f"/runs/{run.number}/against/{other}/").status_code == 404


def _again(file: Submission, value: int) -> None:
    """The trust sends a later file, with another cost."""
    now = timezone.now()
    later = on_record(CollectionFactory(), {"M03": value})
    Submission.objects.filter(pk=later.pk).update(return_record=file.return_record, loaded_at=now)
