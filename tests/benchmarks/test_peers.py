"""Default peers: type and income band, widened until there are eight others, and named in words."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.arithmetic.peers import Candidate, Group, PeerGroups, band_of, median_without
from tests.reference import peers as reference

MILLION = 1_000_000


def trusts(prefix: str, trust_type: str, *incomes_in_millions: int | None) -> list[Candidate]:
    return [
        Candidate(f"{prefix}{number:02}", trust_type, None if income is None else Decimal(income * MILLION))
        for number, income in enumerate(incomes_in_millions)
    ]


def default_peers(own: Candidate, candidates: Sequence[Candidate], least: int = 8) -> reference.Peers:
    """The others of a trust's group."""
    group = PeerGroups([own, *(other for other in candidates if other != own)], least).group_of(own.code)
    assert own.code in group.codes
    return reference.Peers(tuple(code for code in group.codes if code != own.code), group.words)


def own(trust_type: str, income_in_millions: int | None) -> Candidate:
    return trusts("OWN", trust_type, income_in_millions)[0]


@pytest.mark.parametrize(
    ("income_in_pounds", "band"),
    [
        (0, 0),
        (149_999_999, 0),
        (150_000_000, 1),
        (299_999_999, 1),
        (300_000_000, 2),
        (600_000_000, 2),
        (600_000_001, 3),
    ],
)
def test_the_bands_and_their_edges(income_in_pounds: int, band: int) -> None:
    assert band_of(Decimal(income_in_pounds)) == band


def test_same_type_and_band_are_enough_at_eight_without_oneself() -> None:
    alike = trusts("A", "acute", *range(150, 158))
    others = [*trusts("B", "acute", *[700] * 9), *trusts("C", "community", *[200] * 9)]
    me = own("acute", 200)
    peers = default_peers(me, [*others, me, *alike])
    assert peers.codes == tuple(trust.code for trust in alike)
    assert peers.words == "8 other acute trusts with income from £150m to £300m"


@pytest.mark.parametrize(
    ("income", "joined", "words"),
    [
        (160, "under", "10 other acute trusts with income under £300m"),
        (290, "over", "10 other acute trusts with income from £150m to £600m"),
    ],
)
def test_the_band_whose_edge_is_nearer_joins_first(income: int, joined: str, words: str) -> None:
    candidates = [
        *trusts("SAME", "acute", *[200] * 7),
        *trusts("UNDER", "acute", *[100] * 3),
        *trusts("OVER", "acute", *[400] * 3),
    ]
    peers = default_peers(own("acute", income), candidates)
    assert {code[:-2] for code in peers.codes} == {"SAME", joined.upper()}
    assert peers.words == f"{words}, because there are too few with income from £150m to £300m"


def test_when_all_bands_have_joined_the_type_is_named() -> None:
    candidates = trusts("A", "acute", 100, 100, 200, 400, 400, 400, 700, None)
    peers = default_peers(own("acute", 900), candidates)
    assert len(peers.codes) == 8
    assert peers.words == "8 other acute trusts of any income, because there are too few with income over £600m"


def test_an_unknown_income_is_compared_with_the_whole_type() -> None:
    peers = default_peers(own("acute", None), trusts("A", "acute", *[200] * 8))
    assert peers.words == "8 other acute trusts of any income, because its own is not known"


def test_a_type_with_too_few_falls_back_on_all_that_are_not_acute() -> None:
    candidates = [
        *trusts("V", "ambulance", *[200] * 7),
        *trusts("M", "mental_health", *[200] * 5),
        *trusts("A", "acute", 1, 2),
    ]
    peers = default_peers(own("ambulance", 200), candidates)
    assert {code[0] for code in peers.codes} == {"V", "M"}
    assert peers.words == ("12 other trusts that are not acute, because there are only 7 other ambulance trusts")


def test_at_last_all_trusts_stand_in() -> None:
    candidates = [*trusts("V", "ambulance", 200), *trusts("A", "acute", *[200] * 7)]
    to_ambulance = default_peers(own("ambulance", 200), candidates)
    assert to_ambulance.words == "8 other trusts of every type, because there is only 1 other ambulance trust"
    to_acute = default_peers(own("acute", 200), candidates)
    assert len(to_acute.codes) == 8
    assert to_acute.words == "8 other trusts of every type, because there are only 7 other acute trusts"


def test_the_only_trust_of_its_type() -> None:
    peers = default_peers(own("community", 200), trusts("M", "mental_health", *[200] * 8))
    assert peers.words == "8 other trusts that are not acute, because there are no other community trusts"


candidates_drawn = st.lists(
    st.builds(
        Candidate,
        code=st.integers(0, 400).map(str),
        trust_type=st.sampled_from(["acute", "specialist", "mental_health", "community", "ambulance"]),
        income_pounds=st.none() | st.integers(0, 1_700 * MILLION).map(Decimal),
    ),
    min_size=1,
    max_size=60,
    unique_by=lambda trust: trust.code,
)


@given(candidates_drawn, st.data())
def test_peers_are_never_oneself_and_as_many_as_can_be_had(candidates: list[Candidate], data: st.DataObject) -> None:
    me = data.draw(st.sampled_from(candidates))
    peers = default_peers(me, candidates)
    assert me.code not in peers.codes
    assert len(peers.codes) >= min(8, len(candidates) - 1)
    assert str(len(peers.codes)) in peers.words
    assert peers == default_peers(me, data.draw(st.permutations(candidates)))


crowded = st.integers(100, 330).map(lambda millions: Decimal(2 * millions * MILLION))
many_candidates = st.lists(
    st.tuples(st.sampled_from(["acute", "acute", "community", "ambulance"]), st.none() | crowded),
    min_size=1,
    max_size=60,
).map(lambda drawn: [Candidate(f"R{number:02}", *trust) for number, trust in enumerate(drawn)])


@settings(max_examples=150)
@given(candidates_drawn | many_candidates, st.integers(1, 8))
def test_what_is_told_for_each_is_what_looking_at_all_others_gives(candidates: list[Candidate], least: int) -> None:
    groups = PeerGroups(candidates, least)
    shared: dict[str, Group] = {}
    for own in candidates:
        group = groups.group_of(own.code)
        assert default_peers(own, candidates, least) == reference.default_peers(own, candidates, least)
        assert shared.setdefault(group.key, group) == group


def test_a_stranger_has_no_group() -> None:
    with pytest.raises(KeyError):
        PeerGroups(trusts("A", "acute", 200)).group_of("B00")


tied = st.sampled_from([Decimal(number) / 7 for number in range(9)])


@given(st.lists(tied | st.decimals(-50, 50, places=3), min_size=1, max_size=30), st.data())
def test_a_median_without_one_is_the_median_of_the_others(values: list[Decimal], data: st.DataObject) -> None:
    value = data.draw(st.sampled_from(values))
    ours = median_without(sorted(values), value)
    assert (None if ours is None else Fraction(ours)) == reference.median_without(values, value)


def test_a_median_without_a_stranger_is_refused() -> None:
    with pytest.raises(ValueError, match="in the group"):
        median_without([Decimal(1), Decimal(3)], Decimal(2))
