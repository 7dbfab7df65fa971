"""What holds for every expression, drawn at random with its cells."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from templates_app.expression_parser import MAX_LENGTH
from templates_app.expressions import (
    ExpressionError,
    MissingValue,
    Operand,
    Reference,
    ZeroDenominator,
    evaluate,
    kind_of,
    parse,
    references,
    required_references,
    substitute,
)
from tests.templates_app import expression_samples as samples

PIECES = ["1", "0.5", "'a'", "A", "b.c", "ORG11", "(", ")", ",", ".", "+", "-", "*", "/", "=", "<>", "<", "IN ("]
PIECES += ["SUM(", "IF(", "GIVEN(", "NOT(", "AND(", "'", '"', "é", "\n"]
FINITE = st.decimals(allow_nan=False, allow_infinity=False)
ANYTHING = st.decimals() | st.none() | st.text(max_size=3)
RANDOMS = st.randoms(use_true_random=False)


@given(RANDOMS)
def test_what_is_printed_is_read_back_the_same(random: Random) -> None:
    tree = samples.expression(random, depth=3)
    source = samples.printed(tree, random)
    assume(len(source) <= MAX_LENGTH)
    assert parse(source) == tree


@given(RANDOMS, st.data())
def test_evaluating_gives_the_kind_promised_or_names_what_is_wrong(random: Random, data: st.DataObject) -> None:
    tree = samples.expression(random)
    asked: list[Reference] = []

    def anything(reference: Reference) -> Sequence[Operand]:
        asked.append(reference)
        usual = st.sampled_from(samples.WORDS) if reference in samples.TEXTS else FINITE
        operand = ANYTHING if random.random() < 0.05 else usual
        size = (0, 3) if reference.name in samples.GROUPS else (1, 1)
        return data.draw(st.lists(operand, min_size=size[0], max_size=size[1]))

    outcome: Decimal | bool | str | MissingValue | ZeroDenominator
    try:
        outcome = evaluate(tree, anything)
    except (MissingValue, ZeroDenominator) as raised:
        outcome = raised

    match outcome:
        case MissingValue():
            assert outcome.reference in required_references(tree)
        case ZeroDenominator():
            assert kind_of(outcome.denominator) == "number"
        case _:
            assert samples.is_kind(outcome, tree)
    assert set(asked) <= set(references(tree))


@given(RANDOMS)
def test_an_answer_depends_on_required_cells_only(random: Random) -> None:
    tree = samples.expression(random)
    found = samples.cells(random)
    required = {line for r in required_references(tree) for line in samples.cells_of(r)}
    asked_by_given = {r: found[r] for r in references(tree) if r in found}
    try:
        answer = evaluate(tree, samples.look_up_in(found))
    except ZeroDenominator:
        return
    kept = {r: value for r, value in found.items() if r in required} | asked_by_given
    assert evaluate(tree, samples.look_up_in(kept)) == answer


@given(RANDOMS)
def test_renaming_changes_the_references_and_nothing_else(random: Random) -> None:
    tree = samples.expression(random)
    renamed = substitute(tree, {"FIN1": "LEG1", "costs": "totals"})
    swap = {"FIN1": "LEG1", "costs": "totals"}
    assert references(renamed) == tuple(Reference(swap.get(r.name, r.name), r.column) for r in references(tree))
    assert substitute(renamed, {"LEG1": "FIN1", "totals": "costs"}) == tree
    assert substitute(tree, {}) == tree


@given(st.lists(st.sampled_from(PIECES), max_size=20).map(" ".join) | st.text(max_size=20))
def test_any_text_is_read_or_refused(source: str) -> None:
    refusal = None
    try:
        parse(source)
    except ExpressionError as error:
        refusal = str(error)
    assert refusal is None or refusal.startswith("At character ") or "text and also used as a number" in refusal
