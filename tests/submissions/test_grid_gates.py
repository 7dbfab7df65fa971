"""The page of figures says which lines an answer has switched off."""

import pytest

from submissions.queries.grid import grids
from submissions.read_file import to_json
from tests.factories import SubmissionFactory
from tests.templates_app.test_pathology import BOUGHT, reading, values

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.parametrize(("answer", "shut"), [("fully bought", 30), ("own laboratory", 0)])
def test_lines_behind_a_shut_gate_are_marked_and_the_page_says_why(answer: str, shut: int) -> None:
    given = reading(values(**BOUGHT | {"PSV1": answer}), "RV5")
    sheets = grids(SubmissionFactory(reading=to_json(given)), marked=False)
    assert sum(line.shut for sheet in sheets for line in sheet.lines) == shut
    assert [bool(sheet.left_blank) for sheet in sheets] == [bool(shut)] * 3
    service = sheets[0]
    assert [line.code for line in service.lines if not line.shut][:3] == ["PSV1", "PSV2", "PSV3"]
    assert all(words.startswith("You said in Service!C6") for words in service.left_blank)
