"""Every file of the corpus through the bounded child and the rules: the outcome that is expected, and never a wrong number."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from submissions.checks import judge
from submissions.read_file import Refusal, from_json, read_file, read_in_child
from submissions.report import Json, as_json
from templates_app.schema import Definition
from tests.libreoffice import LibreOffice
from tests.submissions.example_returns import BACK_OFFICE, context
from tests.workbooks.corpus import Accept, Case, Findings, Refuse, same, trouble
from tests.workbooks.corpus_cases import CORPUS
from tests.workbooks.sums_cases import calculated
from tests.workbooks.variants import BOOK, SHEETS, STRINGS, STYLES, good_parts, ours, packed, values

BY_LIBREOFFICE = ("as filled", "inline strings", "google-shaped", "strict", "days from 1904", "protection removed", "sheets reordered and hidden", "pathology: as filled", "pathology: none", "pathology: inline strings", "pathology: 95% in a percentage")  # fmt: skip
"""Files that LibreOffice opens and saves again; what it saves must be read as the same figures."""


def report_of(data: bytes, file_name: str = "return.xlsx", definition: Definition = BACK_OFFICE) -> Json:
    answer = read_in_child(data, file_name=file_name, template=definition.template)
    if isinstance(answer, Refusal):
        return as_json(file_name, answer, None, None)
    about = context(template=definition.template, version=definition.version)
    return as_json(file_name, None, answer.reading, judge(answer.reading, definition, about))


@pytest.mark.parametrize("name", CORPUS)
def test_the_outcome_is_the_expected_one(name: str) -> None:
    case = CORPUS[name]
    assert trouble(case, report_of(case.make(), case.file_name, case.book.definition)) == ""


def test_saved_again_by_libreoffice_the_figures_are_the_same(libreoffice: LibreOffice, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.xlsx" for number in range(len(BY_LIBREOFFICE))]
    for path, name in zip(paths, BY_LIBREOFFICE, strict=True):
        path.write_bytes(CORPUS[name].make())
    saved = libreoffice.saved_again(*paths)
    troubles = {
        name: trouble(calculated(CORPUS[name]), report_of(path.read_bytes(), definition=CORPUS[name].book.definition))
        for name, path in zip(BY_LIBREOFFICE, saved, strict=True)
    }
    assert not any(troubles.values()), troubles


def test_a_wrong_number_does_not_pass_for_the_right_one() -> None:
    report = {"refused": None, "findings": [], "values": same()}
    case = Case(lambda: b"", Accept())
    assert trouble(case, report) == ""
    assert trouble(case, {**report, "values": {**same(), "HR9.pay": "1402.0"}}) == ""
    assert trouble(case, {**report, "values": {**same(), "HR9.pay": "1403"}}) == "HR9.pay is '1403' and not '1402'"
    assert "None" in trouble(case, {**report, "values": {k: v for k, v in same().items() if k != "HR9.pay"}})
    error = {"code": "B-H3", "severity": "error", "sheet": "Costs", "cell": "D16"}
    assert trouble(case, {**report, "findings": [error]})
    assert trouble(case, {**report, "refused": {"code": "damaged"}})
    found = Case(lambda: b"", Findings(frozenset({("B-H3", "Costs!D16")})))
    assert trouble(found, {**report, "findings": [error]}) == ""
    assert trouble(found, {**report, "findings": [{**error, "cell": "D17"}]})
    assert trouble(found, {**report, "findings": [error], "values": {**same(), "HR9.wte": "1"}})
    assert trouble(Case(lambda: b"", Refuse("pdf")), {**report, "refused": {"code": "damaged"}})


PARTS = (SHEETS["Costs"], SHEETS["_portal"], BOOK, STRINGS, STYLES, "[Content_Types].xml", "xl/_rels/workbook.xml.rels")


def disturbed(part: str, seed: int, kind: str) -> str:
    """A part with something in it dropped, doubled, exchanged or overwritten."""
    chance, text = random.Random(seed), good_parts()[part]
    tags = list(re.finditer(r"<[^>]*>", text))
    one, other = chance.choice(tags), chance.choice(tags)
    match kind:
        case "tag dropped":
            return text[: one.start()] + text[one.end() :]
        case "tag doubled":
            return text[: one.end()] + one[0] + text[one.end() :]
        case "tag exchanged":
            return text[: one.start()] + other[0] + text[one.end() :]
        case "attribute changed":
            quoted = list(re.finditer(r'"[^"]*"', text))
            one, other = chance.choice(quoted), chance.choice(quoted)
            return text[: one.start()] + other[0] + text[one.end() :]
        case _:
            at = chance.randrange(len(text))
            return text[:at] + "".join(chance.choices('<>&"/=0aé\x00\ufffe ', k=chance.randint(1, 4))) + text[at + 1 :]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(PARTS),
    st.integers(0, 2**32),
    st.sampled_from(("tag dropped", "tag doubled", "tag exchanged", "attribute changed", "letters changed")),
)
def test_whatever_is_disturbed_there_is_an_answer(part: str, seed: int, kind: str) -> None:
    answer = read_file(packed({**good_parts(), part: disturbed(part, seed, kind)}), "return.xlsx", "back_office")
    if "refused" in answer:
        assert answer["refused"]["message"].endswith(".")
    else:
        reading = from_json(answer["reading"])
        assert judge(reading, BACK_OFFICE, context()).values


NAMES = re.findall(r"<definedName name=\"in_[^<]*</definedName>", good_parts()[BOOK])
ROWS = re.findall(r'<row r="[^"]*" spans.*?</row>', good_parts()[SHEETS["Costs"]])
TEXTS = re.findall(r"<si>.*?</si>", good_parts()[STRINGS], flags=re.DOTALL)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(((BOOK, NAMES), (SHEETS["Costs"], ROWS), (STRINGS, TEXTS))),
    st.sampled_from(("dropped", "target exchanged")),
    st.integers(0, 2**32),
)
def test_names_rows_and_texts_that_go_astray_never_make_a_wrong_figure(
    where: tuple[str, list[str]], kind: str, seed: int
) -> None:
    """Every figure is the one that was filled in, or something is said that stops the file or names the cell."""
    (part, pieces), chance = where, random.Random(seed)
    one, other = chance.sample(pieces, 2)
    inside = re.compile(r">([^<]*)<")
    if part == BOOK and kind == "target exchanged":
        new = one.replace(inside.search(one)[1], inside.search(other)[1])
    elif part == STRINGS and kind == "target exchanged":
        new = other
    else:
        new = ""
    answer = read_file(ours(lambda parts: parts.update({part: parts[part].replace(one, new, 1)})), "return.xlsx")
    if "refused" in answer:
        return
    reading = from_json(answer["reading"])
    judgement = judge(reading, BACK_OFFICE, context())
    named = {(finding.line, finding.column) for finding in judgement.findings}
    for place, value in values().items():
        if value.number is not None and not judgement.has_errors:
            assert judgement.values[place] == value or place in named, place
