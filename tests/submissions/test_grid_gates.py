"""The page of figures says which lines an answer has switched off."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from submissions.queries.grid import grids, left_blank
from submissions.read_file import to_json
from submissions.states import State
from tests.factories import SubmissionFactory
from tests.submissions.scenes import preparer_of
from tests.templates_app.test_pathology import BOUGHT, reading, values

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.parametrize(("answer", "shut"), [("fully bought", 30), ("own laboratory", 0)])
def test_lines_behind_a_shut_gate_are_marked_and_the_page_says_why(answer: str, shut: int) -> None:
    given = reading(values(**BOUGHT | {"PSV1": answer}), "RV5")
    file = SubmissionFactory(reading=to_json(given))
    sheets = grids(file, marked=False)
    assert sum(line.shut for sheet in sheets for line in sheet.lines) == shut
    assert [bool(sheet.left_blank) for sheet in sheets] == [bool(shut)] * 3
    service = sheets[0]
    assert [line.code for line in service.lines if not line.shut][:3] == ["PSV1", "PSV2", "PSV3"]
    assert all(words.startswith("You said in Service!C6") for words in service.left_blank)
    once = list(dict.fromkeys(words for sheet in sheets for words in sheet.left_blank))
    assert list(left_blank(file)) == once
    assert len(once) == bool(shut)


def test_the_page_of_the_file_says_it_once(client: Client) -> None:
    given = reading(values(**BOUGHT), "RV5")
    file = SubmissionFactory(reading=to_json(given), state=State.BLOCKED, checked_at=timezone.now())
    client.force_login(preparer_of(file.return_record))
    html = client.get(reverse("submissions:submission", args=[file.reference])).content.decode()
    assert html.count("You said in Service!C6") == 1
