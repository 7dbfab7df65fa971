"""The nearest ten: alike in what they are, their own type first, whatever is missing said, and the same on every machine."""

from dataclasses import fields
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.arithmetic.nearest import Described, NearestPeers
from tests.reference import peers as reference


def acute(number: int, **more: object) -> Described:
    """The higher the number, the larger in every way."""
    size = Decimal(100 + 10 * number)
    known = {
        "income_pounds": size * 1_000_000, "wte": size * 20, "sites": number, "floor_area": size * 1000, "london": number > 15,
        "pfi": number % 2 == 0,
    }  # fmt: skip
    return Described(**{"code": f"A{number:02}", "trust_type": "acute", **known, **more})  # type: ignore[arg-type]


TWENTY = [acute(number) for number in range(20)]


def test_the_nearest_come_first_and_the_farthest_of_all_is_one() -> None:
    found = NearestPeers(TWENTY).of("A00")
    assert len(found.neighbours) == 10
    assert found.neighbours[0].code == "A02"  # A01 is nearer in size, and has no PFI
    distances = [neighbour.distance for neighbour in found.neighbours]
    assert distances == sorted(distances)
    nine = [TWENTY[0], *TWENTY[-8:]]
    assert NearestPeers(nine).of("A00").neighbours[-1].distance == 1
    assert found.words == ("the 10 nearest acute trusts, by income, staff, sites, floor area, London weighting and PFI")


def test_no_descriptor_is_a_cost() -> None:
    assert {field.name for field in fields(Described)} == {
        "code", "trust_type", "income_pounds", "wte", "sites", "floor_area", "london", "pfi",
    }  # fmt: skip


def test_the_same_type_comes_first_and_the_words_say_when_it_is_not_enough() -> None:
    ambulance = [acute(number, code=f"V{number}", trust_type="ambulance") for number in (0, 18, 19)]
    found = NearestPeers([*ambulance, *TWENTY]).of("V0")
    assert [neighbour.code for neighbour in found.neighbours[:3]] == ["V18", "V19", "A00"]
    assert found.neighbours[2].distance == 0
    assert found.words.startswith(
        "the 10 nearest trusts, of which 8 are of other types, because there are only 2 other ambulance trusts, by income"
    )
    alone = NearestPeers([ambulance[0], *TWENTY]).of("V0")
    assert "of which 10 are of other types, because there are no other ambulance trusts" in alone.words


def test_what_is_missing_is_left_out_on_both_sides_and_said() -> None:
    trusts = [acute(0, floor_area=None), acute(1, sites=None, floor_area=None), *TWENTY[2:]]
    found = NearestPeers(trusts).of("A00")
    without = {neighbour.code: neighbour.without for neighbour in found.neighbours}
    assert without["A01"] == ("sites", "floor area")
    assert without["A02"] == ("floor area",)
    assert found.words == (
        "the 10 nearest acute trusts, by income, staff, sites, London weighting and PFI; its own floor area is not known; "
        "A01 is compared without sites"
    )


def test_a_missing_descriptor_makes_nobody_nearer() -> None:
    """With the others scaled up, a trust equally far in everything is as far with one of them missing."""
    names = ("income_pounds", "wte", "sites", "floor_area")
    low, high = dict.fromkeys(names, Decimal(1)), dict.fromkeys(names, Decimal(3))
    near, far = Described("L0", "acute", **low), [Described(f"H{n}", "acute", **high) for n in range(7)]  # type: ignore[arg-type]
    blind = Described("HX", "acute", **{**high, "sites": None})  # type: ignore[arg-type]
    distances = {other.code: other.distance for other in NearestPeers([near, *far, blind]).of("L0").neighbours}
    assert distances["HX"] == pytest.approx(distances["H0"], abs=0.1)


def test_what_is_the_same_everywhere_counts_for_nothing() -> None:
    in_london = [acute(number, london=True) for number in range(20)]
    assert "London" not in NearestPeers(in_london).of("A00").words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (8, "no nearest trusts: only 7 other trusts can be compared, and 8 are needed"),
        (1, "no nearest trusts: 0 other trusts can be compared, and 8 are needed"),
    ],
)
def test_too_few_have_no_nearest(count: int, words: str) -> None:
    found = NearestPeers(TWENTY[:count]).of("A00")
    assert (found.neighbours, found.words) == ((), words)
    assert len(NearestPeers(TWENTY[:9]).of("A00").neighbours) == 8


def test_equal_distances_are_told_apart_by_code() -> None:
    twins = [acute(1, code=code) for code in ("RB2", "RA1", "RC3")]
    found = NearestPeers([*TWENTY[2:], *twins]).of("RB2")
    assert [neighbour.code for neighbour in found.neighbours[:2]] == ["RA1", "RC3"]


sizes = st.none() | st.decimals(min_value=0, max_value=2_000_000, places=1)
described = st.lists(
    st.tuples(
        st.sampled_from(["acute", "ambulance"]), sizes, sizes, st.none() | st.integers(0, 40), sizes, st.none() | st.booleans(),
        st.none() | st.booleans(),
    ),
    min_size=1,
    max_size=25,
).map(lambda drawn: [Described(f"R{number:02}", *trust) for number, trust in enumerate(drawn)])  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(described, st.data())
def test_they_are_those_of_the_slow_reference_in_any_order(trusts: list[Described], data: st.DataObject) -> None:
    own = data.draw(st.sampled_from(trusts))
    ours = NearestPeers(data.draw(st.permutations(trusts))).of(own.code)
    assert ours == NearestPeers(trusts).of(own.code)
    expected = reference.nearest(own, trusts)
    assert [near.distance for near in ours.neighbours] == pytest.approx([share for _, share in expected], abs=2e-6)
    assert len({near.code for near in ours.neighbours} - {own.code}) == len(expected)
