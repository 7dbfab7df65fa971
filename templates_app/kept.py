"""Remembers what was worked out from a definition, so that it is worked out once. Pure.

Definitions cannot be keys of a dictionary (they hold mappings), and two may bear the same version while one is being drafted:
so a result belongs to the very object it was made from.
"""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from templates_app.schema import Definition

Result = TypeVar("Result")

MOST_KEPT = 32
"""Definitions remembered at once; a server has a handful."""


def kept(work_out: Callable[[Definition], Result]) -> Callable[[Definition], Result]:
    """Make a function of a definition remember its answers; the oldest give way."""
    answers: dict[int, tuple[Definition, Result]] = {}  # the definition is held, so that its id is not used again

    @wraps(work_out)
    def answer(definition: Definition) -> Result:
        known = answers.get(id(definition))
        if known is None:
            known = answers[id(definition)] = (definition, work_out(definition))
            while len(answers) > MOST_KEPT:
                answers.pop(next(iter(answers)), None)
        return known[1]

    return answer
