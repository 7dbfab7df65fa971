"""Random well-typed expressions and cells, from any `random.Random` (hypothesis has one that shrinks)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from random import Random

from templates_app.expression_tree import (
    Call,
    Chain,
    Comparison,
    Expression,
    Given,
    Membership,
    Negation,
    Number,
    Reference,
    Text,
    kind_of,
)
from templates_app.expressions import LookUp, Operand

GROUPS = {"costs": ("FIN1", "FIN2", "HR1", "EST3")}
NUMBERS = [Reference(line, column) for line in GROUPS["costs"] for column in ("wte", "pay")]
NUMBERS += [Reference(f"ORG0{n}", None) for n in range(1, 8)]
TEXTS = [Reference("ORG11", None), Reference("PSV1", None), Reference("FIN1", "model")]
UNKEPT = [Reference("ORG10", None), Reference("HR1", "income")]  # these hold no number, so only GIVEN may name them
WORDS = ["Yes", "no", "shared NHS", "it's", 'the "other" one', "Straße"]


def cells(random: Random) -> dict[Reference, Operand]:
    """Money, WTE and counts as a return has them, with zeros, negatives and equal pairs; texts in careless spelling."""
    found: dict[Reference, Operand] = {}
    for reference in NUMBERS:
        whole = random.choice([0, 1, random.randint(-50, 50), random.randint(0, 1_700_000)])
        found[reference] = Decimal(whole * 1000 + random.choice([0, 0, 500, random.randint(0, 999)])) / 1000
    found[NUMBERS[1]] = found[NUMBERS[3]]
    for reference in TEXTS:
        word = random.choice(WORDS)
        found[reference] = random.choice(["", " "]) + random.choice([word, word.upper(), word.lower()]) + " "
    found[UNKEPT[0]] = None
    found[UNKEPT[1]] = "NA"
    return found


def cells_of(reference: Reference) -> list[Reference]:
    """Give the cells that a reference stands for: one, or a group's."""
    return [Reference(line, reference.column) for line in GROUPS.get(reference.name, (reference.name,))]


def look_up_in(found: Mapping[Reference, Operand]) -> LookUp:
    return lambda reference: [found[cell] for cell in cells_of(reference)]


def number(random: Random, depth: int) -> Expression:
    if depth <= 0 or random.random() < 0.2:
        return random.choice(NUMBERS) if random.random() < 0.6 else Number(Decimal(random.randint(0, 2000)) / 8)
    inner = depth - 1
    match random.randint(0, 6):
        case 0:
            return Negation(number(random, inner))
        case 1 | 2:
            signs = random.choice(["+-", "*/"])
            steps = [(random.choice(signs), number(random, inner)) for _ in range(random.randint(1, 3))]
            return Chain(number(random, inner), tuple(steps))
        case 3 | 4:
            function = random.choice(["SUM", "MIN", "MAX"])
            group = [Reference("costs", random.choice(["wte", "pay"]))] * random.randint(0, 1)
            return Call(function, (*group, *(number(random, inner) for _ in range(random.randint(1, 3)))))
        case 5:
            return Call("ABS", (number(random, inner),))
        case _:
            return Call("IF", (truth(random, inner), number(random, inner), number(random, inner)))


def text(random: Random, depth: int) -> Expression:
    """Text that is not a cell: a cell standing alone counts as a number."""
    if depth <= 0 or random.random() < 0.7:
        return Text(random.choice(WORDS))
    return Call("IF", (truth(random, depth - 1), text(random, depth - 1), text(random, depth - 1)))


def truth(random: Random, depth: int) -> Expression:
    inner = depth - 1
    match random.randint(0, 7 if depth > 0 else 4):
        case 0 | 1:
            return Comparison(
                "number", number(random, inner), random.choice(["=", "<>", "<", "<=", ">", ">="]), number(random, inner)
            )
        case 2:
            sides = [random.choice(TEXTS), text(random, inner)]
            random.shuffle(sides)
            return Comparison("text", sides[0], random.choice(["=", "<>"]), sides[1])
        case 3:
            return Given(random.choice(NUMBERS + TEXTS + UNKEPT))
        case 4:
            if random.random() < 0.5:
                choices = tuple(text(random, inner) for _ in range(random.randint(1, 3)))
                return Membership("text", random.choice(TEXTS), choices)
            choices = tuple(number(random, inner) for _ in range(random.randint(1, 3)))
            return Membership("number", number(random, inner), choices)
        case 5 | 6:
            count = random.randint(1, 3)
            return Call(random.choice(["AND", "OR"]), tuple(truth(random, inner) for _ in range(count)))
        case _:
            return Call("NOT", (truth(random, inner),))


def expression(random: Random, depth: int = 4) -> Expression:
    return random.choice([number, number, number, truth, truth, text])(random, depth)


def printed(node: Expression, random: Random) -> str:
    """Write the expression as an author might: some needless parentheses, spaces or none, either quotation mark."""

    def gap() -> str:
        return random.choice(["", " ", "  ", "\n"])

    def listed(items: tuple[Expression, ...]) -> str:
        return f"({gap()}" + f"{gap()},{gap()}".join(printed(item, random) for item in items) + f"{gap()})"

    def part(inner: Expression, tight: tuple[type, ...]) -> str:
        """Print an operand, in parentheses if it is one of the kinds that would be read otherwise without them."""
        shown = printed(inner, random)
        return f"({shown})" if isinstance(inner, tight) or random.random() < 0.1 else shown

    match node:
        case Number(value):
            return format(value, "f")
        case Text(value):
            quote = random.choice("'\"")
            return quote + value.replace(quote, quote * 2) + quote
        case Reference():
            return str(node)
        case Negation(operand):
            return "-" + gap() + part(operand, (Chain,))
        case Chain(first, steps):
            return part(first, (Chain,)) + "".join(f"{gap()}{s}{gap()}{part(o, (Chain,))}" for s, o in steps)
        case Comparison(_, left, sign, right):
            return f"{part(left, ())}{gap()}{sign}{gap()}{part(right, ())}"
        case Membership(_, value, choices):
            return f"{part(value, ())} IN {listed(choices)}"
        case Call(function, arguments):
            return function + listed(arguments)
        case Given(reference):
            return f"GIVEN({reference})"


def is_kind(value: Decimal | bool | str, node: Expression) -> bool:
    kinds = {bool: "truth", Decimal: "number", str: "text"}
    return kinds[type(value)] == kind_of(node)
