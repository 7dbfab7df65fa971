"""Whose best quarter is the stretch: its own type's, and the next wider where that is too few."""

import pytest

from benchmarks.arithmetic.stretch import stretch_scope


@pytest.mark.parametrize(
    ("trust_type", "n", "scope", "words"),
    [
        ("acute", {"acute": 8}, "acute", "best quarter of acute trusts"),
        ("mental_health", {"mental_health": 50}, "mental_health", "best quarter of mental health trusts"),
        (
            "ambulance",
            {"ambulance": 6, "non_acute": 60, "national": 200},
            "non_acute",
            "best quarter of all trusts that are not acute, because there are only 6 ambulance trusts",
        ),
        (
            "community",
            {"community": 1, "non_acute": 7, "national": 200},
            "national",
            "best quarter of all trusts, because there is only 1 community trust and only 7 that are not acute",
        ),
        (
            "specialist",
            {"national": 9},
            "national",
            "best quarter of all trusts, because there are no specialist trusts and none that are not acute",
        ),
        (
            "acute",
            {"acute": 7, "non_acute": 60, "national": 67},
            "national",
            "best quarter of all trusts, because there are only 7 acute trusts",
        ),
    ],
)
def test_the_scope_and_why(trust_type: str, n: dict[str, int], scope: str, words: str) -> None:
    assert stretch_scope(trust_type, n) == (scope, words)
