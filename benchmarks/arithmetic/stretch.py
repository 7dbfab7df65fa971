"""Whose best quarter a trust is asked to reach: the stretch benchmark. Pure.

Community and mental health trusts carry little procurement and no laboratories, so a trust is held against its own type. Some types
are too few for a quartile: there are about ten ambulance trusts. Then all that are not acute stand in, and at last all trusts.
"""

from collections.abc import Mapping
from typing import Literal

from benchmarks.arithmetic.quantiles import LEAST_FOR_QUARTILES
from ui.formats import number

Scope = Literal["national", "acute", "specialist", "mental_health", "community", "ambulance", "non_acute"]

TYPE_WORDS = {
    "acute": "acute",
    "specialist": "specialist",
    "mental_health": "mental health",
    "community": "community",
    "ambulance": "ambulance",
}
"""A type of trust as it stands inside a sentence."""

_TYPES: dict[str, Scope] = {
    "acute": "acute",
    "specialist": "specialist",
    "mental_health": "mental_health",
    "community": "community",
    "ambulance": "ambulance",
}


def stretch_scope(trust_type: str, n_by_scope: Mapping[str, int]) -> tuple[Scope, str]:
    """Whose best quarter is the stretch benchmark of a trust, and that in words, with the reason for any other than its own type's.

    `n_by_scope` says how many values stand behind each scope; a scope that it leaves out has none. Where even all trusts are too
    few, the scope is still national, and has no quartile.
    """
    own = _TYPES[trust_type]
    of_type, non_acute = n_by_scope.get(own, 0), n_by_scope.get("non_acute", 0)
    if of_type >= LEAST_FOR_QUARTILES:
        return own, f"best quarter of {TYPE_WORDS[trust_type]} trusts"
    because = f"because {_only(of_type)} {TYPE_WORDS[trust_type]} {'trust' if of_type == 1 else 'trusts'}"
    if own == "acute":
        return "national", f"best quarter of all trusts, {because}"
    if non_acute >= LEAST_FOR_QUARTILES:
        return "non_acute", f"best quarter of all trusts that are not acute, {because}"
    many = "none" if non_acute == 0 else f"only {number(non_acute)}"
    return (
        "national",
        f"best quarter of all trusts, {because} and {many} that {'is' if non_acute == 1 else 'are'} not acute",
    )


def _only(count: int) -> str:
    return {0: "there are no", 1: "there is only 1"}.get(count, f"there are only {number(count)}")
