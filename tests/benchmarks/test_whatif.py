"""What would change the answer: worked out afresh it is what a run finds, and each change does what it says and no more."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.arithmetic.headline import Counted, headlines
from benchmarks.arithmetic.mix_index import Discipline, mix_index
from benchmarks.arithmetic.peers import Candidate, PeerGroups
from benchmarks.arithmetic.quantiles import distribution
from benchmarks.arithmetic.standings import CountedValue, placed
from benchmarks.arithmetic.stretch import Scope
from benchmarks.arithmetic.whatif import Changes, Known, gaps, moved, with_disputed_indices
from benchmarks.defining.registry import metrics
from benchmarks.defining.schema import Metric

METRICS: dict[str, Metric] = {metric.id: metric for name in ("back_office", "pathology") for metric in metrics(name)}
FINANCE, TOTAL, ESTATES = METRICS["M03"], METRICS["M02"], METRICS["M09"]
INCOME = Decimal(200_000)
TYPES = ("acute", "mental_health", "ambulance")
SCOPES: tuple[Scope, ...] = ("national", "non_acute", "acute", "mental_health", "ambulance")


def known(code: str, value: int, trust_type: str = "acute", *, disputed: bool = False, income: int = 200) -> Known:
    """A cost of £000 for each £100m over £200m of income; `income` in £m says how large the trust is."""
    return Known(
        code=code,
        trust_type=trust_type,
        income=Decimal(income) * 1_000_000,
        value=Decimal(value),
        numerator=Decimal(value) * INCOME / FINANCE.scale,
        denominator=INCOME,
        opportunity_volume=INCOME,
        disputed=disputed,
    )


def counted(
    code: str, metric: Metric, spend: int, gap: int | None, *, clean: bool = True, signed: bool = True
) -> Counted:
    """£000 of spend, and a gap in pounds, the same to every benchmark."""
    worth = None if gap is None else Decimal(gap)
    return Counted(
        code, metric, Decimal(spend), {"median": worth, "peer_median": worth, "stretch": worth}, clean, signed
    )


listed = st.lists(
    st.tuples(st.integers(1, 3000), st.sampled_from(TYPES), st.sampled_from([100, 200, 400, 800])),
    min_size=1,
    max_size=40,
)


def in_scope(item: Known, scope: Scope) -> bool:
    return scope in ("national", item.trust_type) or (scope == "non_acute" and item.trust_type != "acute")


@given(listed)
def test_with_nothing_changed_it_finds_what_a_run_finds(drawn: list[tuple[int, str, int]]) -> None:
    every = [known(f"T{n:02}", value, kind, income=income) for n, (value, kind, income) in enumerate(drawn)]
    items = [
        CountedValue(
            n, Candidate(item.code, item.trust_type, item.income), item.value, item.numerator, item.denominator,
            opportunity_volume=item.opportunity_volume,
        )
        for n, item in enumerate(every)
    ]  # fmt: skip
    scopes = {scope: distribution([item.value for item in every if in_scope(item, scope)]) for scope in SCOPES}
    run = placed(FINANCE, items, scopes, PeerGroups(item.candidate for item in items))
    found = gaps(FINANCE, every, [item.code for item in every], named=True)
    assert found == {
        place.of.candidate.code: {
            "median": place.to_median,
            "peer_median": place.to_peer_median,
            "stretch": place.to_stretch,
        }
        for place in run
    }


def test_a_disputed_value_moves_the_median_when_it_is_put_back() -> None:
    every = [known(f"T{n}", 100 * n) for n in range(1, 10)]
    with_it = [*every, known("T99", 3000, disputed=True)]
    before = gaps(FINANCE, every, ["T9"])["T9"]["median"]
    after = gaps(FINANCE, with_it, ["T9", "T99"])
    # £900k for each £100m against a median of 500, then of 550, over £200m
    assert (before, after["T9"]["median"], after["T99"]["median"]) == (800_000, 700_000, 4_900_000)


def test_other_peers_change_the_peer_median_alone() -> None:
    every = [known(f"T{n}", 100 * n) for n in range(1, 13)]
    cheapest = [f"T{n}" for n in range(1, 7)]
    usual, nearest = gaps(FINANCE, every, ["T12"])["T12"], gaps(FINANCE, every, ["T12"], lambda code: cheapest)["T12"]
    assert nearest["peer_median"] == (1200 - 350) * 2 * 1000
    assert {aim: worth for aim, worth in usual.items() if aim != "peer_median"} == {
        aim: worth for aim, worth in nearest.items() if aim != "peer_median"
    }
    assert gaps(FINANCE, every, ["T12"], lambda code: cheapest[:4])["T12"]["peer_median"] is None


def test_a_quarter_of_nine_is_not_told_to_who_may_not_see_the_names() -> None:
    every = [known(f"T{n}", 100 * n) for n in range(1, 10)]
    assert gaps(FINANCE, every, ["T9"])["T9"]["stretch"] is None
    assert gaps(FINANCE, every, ["T9"], named=True)["T9"]["stretch"] == 1_200_000


def test_the_index_follows_the_medians_of_its_disciplines() -> None:
    index, family = METRICS["P01"], [METRICS["P02-PBC"], METRICS["P02-PHA"]]

    def one(code: str, cost: int, tests: int) -> Known:
        return Known(code, "acute", None, Decimal(cost) * 1000 / tests, Decimal(cost), Decimal(tests))

    biochemistry = [one(f"T{n}", 100 + 10 * n, 100_000) for n in range(6)]
    blood = [one(f"T{n}", 300, 100_000 + 1000 * n) for n in range(6)]
    found = with_disputed_indices(index, [(family[0], biochemistry), (family[1], blood)])
    medians = {metric.id: distribution([item.value for item in of]).median for metric, of in zip(family, (biochemistry, blood), strict=True)}  # fmt: skip
    parts = {
        metric.id: Discipline(metric.line_label, item.denominator, item.numerator)
        for metric, item in zip(family, (biochemistry[5], blood[5]), strict=True)
    }
    assert next(item.value for item in found if item.code == "T5") == mix_index(parts, medians).result.value
    assert with_disputed_indices(index, [(family[0], [one("T1", 1, 1)])]) == [], "too few for a median"


def test_each_part_is_added_up_for_itself() -> None:
    office = [counted("A", FINANCE, 500, 200), counted("B", FINANCE, 300, 0), counted("A", METRICS["M04"], 100, 50)]
    totals = [counted("A", TOTAL, 600, 180), counted("B", TOTAL, 300, 0)]
    estates = [counted("A", ESTATES, 5000, 7, clean=False)]
    first, second = headlines([*office, *totals, *estates])
    assert (first.part, first.spend, first.codes) == ("office", 900_000, ("A", "B"))
    assert (first.spans["median"].known, second.spans["median"].known) == ((180, 250), (7, 7))
    assert (second.part, second.spend, second.clean_words, second.signed_words) == ("estates", 5_000_000, "0%", "100%")
    assert first.spans["median"].behind == "total £180 at 2 trusts, functions £250 at 2"
    assert headlines([counted("A", METRICS["M01"], 1, 1)]) == (), "Carter's line is added to nothing"


@given(
    st.lists(st.tuples(st.sampled_from("ABCDE"), st.integers(0, 9000), st.integers(0, 10**9)), min_size=1), st.randoms()
)
def test_the_footprint_is_the_sum_of_its_trusts_in_any_order(drawn, random) -> None:
    items = [Counted(code, FINANCE, Decimal(spend), {"median": Decimal(pence) / 100}) for code, spend, pence in drawn]
    mixed = random.sample(items, len(items))
    (whole,) = headlines(items)
    assert headlines(mixed) == (whole,)
    each = [headlines(items, frozenset("ABCDE") - {code}) for code in "ABCDE"]
    assert whole.spans["median"].bottom_up == sum(one[0].spans["median"].bottom_up for one in each if one)
    assert whole.spend == sum(one[0].spend for one in each if one)


def test_a_share_is_whole_only_when_all_of_it_is() -> None:
    (almost,) = headlines([counted("A", FINANCE, 99_999, 1), counted("B", FINANCE, 1, 1, clean=False)])
    assert (almost.clean_words, almost.signed_words) == ("99%", "100%")


def test_what_moved_stands_beside_what_did_not() -> None:
    items = [counted("A", FINANCE, 500, 20_000), counted("B", FINANCE, 300, 0), counted("B", ESTATES, 1, 5)]
    found = moved(headlines(items), headlines(items, frozenset("B")))
    assert (found["office"].spend.before, found["office"].spend.after) == ("£800,000", "£500,000")
    assert [found["office"].spend.is_changed, found["office"].aims["median"].is_changed] == [True, False]
    assert {found["estates"].spend.after, found["estates"].aims["stretch"].after} == {"no trust left"}


def test_changes_are_said_in_words() -> None:
    changes = Changes(frozenset({"R2", "R1"}), nearest=True, with_disputed=True)
    said = changes.sentences({"R1": "Barts Health", "R2": "Homerton"}.__getitem__)
    assert said[0] == "Barts Health and Homerton left out of this footprint’s sums"
    assert said[2] == "disputed figures counted"
    assert "nearest ten" in said[1]
    assert not Changes()


@pytest.mark.parametrize(
    ("changes", "asks"),
    [(Changes(frozenset({"R1"})), False), (Changes(nearest=True), True), (Changes(with_disputed=True), True)],
)
def test_only_other_peers_and_disputed_figures_take_the_values_of_others(changes: Changes, asks: bool) -> None:
    assert changes.of_values is asks
