"""A file for several lines: what it is written out into, and what the loader says about bad ones."""

import shutil
from pathlib import Path

import pytest

from benchmarks.defining.definition_file import FOLDER, MetricFaults, parse_metrics, read_metrics
from templates_app import registry

PATHOLOGY = registry.get("pathology", "2016.1")
P02, P06 = ((FOLDER / f"{name}.yaml").read_text(encoding="utf-8") for name in ("P02", "P06"))


def faults(text: str) -> list[str]:
    return [f"{fault.where}: {fault.sentence}" for fault in parse_metrics(text, PATHOLOGY)[1]]


def test_the_shipped_files_are_sound() -> None:
    assert faults(P02) == faults(P06) == []
    assert [metric.id for metric in parse_metrics(P06, PATHOLOGY)[0]] == ["P06-PQU1", "P06-PQU2"]


BAD = {
    "a line nobody knows": (
        "for_each: [PBC, PHA,",
        "for_each: [PBC, XYZ,",
        ["line 3: for_each: 2: XYZ is not a line of the template."],
    ),
    "a line twice": ("for_each: [PBC, PHA,", "for_each: [PBC, PBC,", ["line 3: for_each: 2: PBC is named twice."]),
    "one word for lines": (
        "for_each: [PBC, PHA, PBS, PTX, PMI, PIM, PCE]",
        "for_each: laboratory",
        ["line 3: for_each: for_each is a list of lines; write it as [PBC, PHA]."],
    ),
    "instead of nothing": (
        "  PBS:\n",
        "  PGE:\n",
        ["line 14: instead: PGE: PGE is not among the lines of for_each."],
    ),
    "instead without words": (
        '  PBS:\n    called: "Blood sciences"\n',
        "  PBS: blood sciences\n",
        ["line 14: instead: PBS: Say under PBS which words differ, such as denominator: line.requests."],
    ),
    "called by a number": (
        'called: "Blood sciences"',
        "called: 5",
        ["line 15: instead: PBS: called: What a line is called is text; write it in quotes."],
    ),
    "what all lines share": (
        'called: "Blood sciences"',
        "order: 5",
        ["line 15: instead: PBS: order: order is the same for every line."],
    ),
    "a fault of one line stands where it is written": (
        "denominator: line.requests",
        "denominator: line.cost",
        ["line 19: instead: PCE: denominator: PCE.cost is not a cell: the sheet Disciplines has no column cost."],
    ),
    "a word that metrics do not know": (
        'called: "Blood sciences"',
        "weight: 5",
        ["line 15: instead: PBS: weight: weight is not a word that metrics know."],
    ),
    "a fault of all lines is said once": (
        "direction: lower",
        "direction: down",
        ["line 24: direction: down is not one of 'lower', 'higher' or 'neutral'."],
    ),
    "order in halves": ("order: 2\n", "order: 2.5\n", ["line 2: order: 2.5 is not a whole number."]),
}


@pytest.mark.parametrize(("old", "new", "said"), BAD.values(), ids=BAD)
def test_a_bad_file_says_what_is_wrong_and_where(old: str, new: str, said: list[str]) -> None:
    assert old in P02
    assert faults(P02.replace(old, new, 1)) == said


def test_instead_holds_lines() -> None:
    start, end = P02.index("instead:"), P02.index("scale:")
    assert faults(P02[:start] + "instead: PBS\n" + P02[end:]) == [
        "line 13: instead: instead holds lines, and for each of them the words that differ."
    ]


def test_a_line_in_a_word_of_another_length_is_left_alone() -> None:
    text = P06.replace("question: ", 'note: "The headline is {line}, online."\nquestion: ', 1)
    (first, _), wrong = parse_metrics(text, PATHOLOGY)
    assert (wrong, first.note, first.numerator) == ((), "The headline is potassium, online.", "PQU1.value")


INDEX = {
    "of a metric without lines": (
        "of: P02",
        "of: P05",
        "P01 is worked out from P05, which is not a metric with for_each.",
    ),
    "of a ratio": ("of: P02", "of: P04", "P01 is worked out from P04, which is not a cost in pounds over a volume."),
}


@pytest.mark.parametrize(("old", "new", "said"), INDEX.values(), ids=INDEX)
def test_an_index_is_of_a_family_of_unit_costs(old: str, new: str, said: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "definitions"))
    text = (folder / "P01.yaml").read_text(encoding="utf-8")
    (folder / "P01.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(MetricFaults) as caught:
        read_metrics(PATHOLOGY, folder)
    assert [fault.sentence for fault in caught.value.faults] == [said]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("numerator: null", "numerator: PBC.pay", "A mix_adjusted metric has no expressions of its own."),
        ("scale: 100", "scale: 1", "A metric in index has the scale 100."),
        ("method: mix_adjusted\n", "", "of names the family that a mix_adjusted metric is worked out from"),
        ("of: P02\n", "", "of names the family that a mix_adjusted metric is worked out from"),
    ],
)
def test_an_index_that_is_none(old: str, new: str, said: str) -> None:
    text = (FOLDER / "P01.yaml").read_text(encoding="utf-8")
    assert [fault for fault in faults(text.replace(old, new, 1)) if said in fault]
