"""The pages of queries: asking from the grid, answering, closing, and where a query stands beside its figure."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from footprints.models import Event, RoleKind
from submissions.models import FigureQuery
from submissions.read_file import to_json
from submissions.states import State
from templates_app.reading import ReadCell, Reading
from tests.factories import FigureFactory, FigureQueryFactory, RoleFactory, SubmissionFactory
from tests.submissions.query_scenes import ANSWER, QUESTION, lead_of, on_record

pytestmark = pytest.mark.django_db
CELLS = (
    ReadCell("FIN3", "pay", "Costs", "D9", "Accounts payable, pay", "number", "412"),
    ReadCell("FIN3", "non_pay", "Costs", "E9", "Accounts payable, non-pay", "number", "7"),
)
READING = Reading("back_office", "2016.1", "R1H", {(cell.line, cell.column): cell for cell in CELLS})


@pytest.fixture
def file():
    return on_record(reading=to_json(READING), checked_at=timezone.now())


@pytest.fixture
def lead(file):
    return lead_of(file.return_record.trust)


@pytest.fixture
def preparer(file):
    return RoleFactory(kind=RoleKind.PREPARER, trust=file.return_record.trust).user


def page(client, person, address):
    client.force_login(person)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def words(html):
    main = html.split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]+>", " ", main, flags=re.DOTALL))


def figures(file):
    return reverse("submissions:figures", args=[file.reference])


def queries(file):
    return reverse("submissions:queries", args=[file.return_record_id])


def asking(file, query="?line=FIN3&column=pay"):
    return reverse("submissions:ask_query", args=[file.reference]) + query


def test_a_lead_asks_from_the_grid(client, file, lead):
    html = page(client, lead, figures(file))
    link = asking(file).replace("&", "&amp;")
    assert html.count(f'href="{link}"') == 1
    assert "Query this figure: Accounts payable, Pay" in words(html)
    html = page(client, lead, asking(file))
    assert "Accounts payable, pay (FIN3.pay)" in words(html)
    assert "£412k" in html
    answer = client.post(asking(file), {"question": QUESTION})
    assert answer.url == queries(file) + "#FIN3-pay"
    html = page(client, lead, queries(file))
    assert 'id="FIN3-pay"' in html
    assert "1 query waits for the trust, of 1 query in all." in words(html)
    assert "Take the query back" in html
    assert "Your answer" not in html
    html = page(client, lead, figures(file))
    assert f'href="{queries(file)}#FIN3-pay"' in html
    assert f'href="{link}"' not in html, "while it waits nobody is led to ask again"


def test_what_is_wrong_with_a_question_stands_beside_it(client, file, lead):
    client.force_login(lead)
    answer = client.post(asking(file), {"question": "Why?"})
    assert answer.status_code == 422
    assert words(answer.content.decode()).count("at least 10 letters") == 2
    SubmissionFactory(return_record=file.return_record)
    type(file).objects.filter(pk=file.pk).update(state=State.REPLACED)
    answer = client.post(asking(file), {"question": QUESTION})
    assert "not on record" in words(answer.content.decode())


def test_an_address_without_a_figure_or_with_a_wrong_one(client, file, lead):
    client.force_login(lead)
    assert client.get(asking(file, "")).url == figures(file)
    for wrong in ("?line=FIN99&column=pay", "?line=FIN3&column=net", "?line=FIN3"):
        assert client.get(asking(file, wrong)).status_code == 404


def test_only_the_file_on_record_and_only_those_who_may(client, file, lead, preparer):
    assert "Query this figure" not in page(client, preparer, figures(file))
    assert "Query this figure" not in page(client, RoleFactory(kind=RoleKind.ANALYST, trust=None).user, figures(file))
    type(file).objects.filter(pk=file.pk).update(state=State.REPLACED)
    assert "Query this figure" not in page(client, lead, figures(file))


def test_the_trust_answers_and_the_lead_closes(client, file, lead, preparer):
    query = FigureQueryFactory(submission=file, asked_by=lead, question=QUESTION)
    html = page(client, preparer, reverse("submissions:return", args=[file.return_record_id]))
    assert "Answer 1 query" in words(html)
    assert f'href="{queries(file)}"' in html
    assert "Has a query to answer" in words(html)
    html = page(client, preparer, queries(file))
    assert f'name="query-{query.pk}-answer"' in html
    assert "Close the query" not in html
    answering = reverse("submissions:answer_query", args=[query.pk])
    answer = client.post(answering, {f"query-{query.pk}-answer": "Yes."})
    assert answer.status_code == 422
    assert words(answer.content.decode()).count("Answer in at least 10 letters.") == 2
    answer = client.post(answering, {f"query-{query.pk}-answer": ANSWER}, follow=True)
    assert f"We have told {lead.name}" in words(answer.content.decode())
    html = page(client, lead, queries(file))
    assert ANSWER in html
    assert "Close the query" in html
    assert "Answered : Accounts payable, Pay" in words(page(client, lead, figures(file)))
    client.post(reverse("submissions:close_query", args=[query.pk]))
    assert "Closed" in words(page(client, lead, queries(file)))
    assert "Answered :" not in words(page(client, lead, figures(file)))
    answer = client.post(reverse("submissions:close_query", args=[query.pk]), follow=True)
    assert "closed already" in answer.content.decode()


def test_the_page_of_the_file_and_of_the_return_lead_there(client, file, lead, preparer):
    FigureQueryFactory(submission=file)
    addresses = [
        reverse("submissions:return", args=[file.return_record_id]),
        reverse("submissions:submission", args=[file.reference]),
    ]
    for address in addresses:
        assert "1 figure queried" in words(page(client, lead, address))
        assert "Answer 1 query" in words(page(client, preparer, address))
    FigureQuery.objects.update(answer=ANSWER, answered_by=preparer, answered_at=timezone.now())
    for address in addresses:
        assert "1 query answered See 1 query about the figures" in words(page(client, lead, address))
    FigureQuery.objects.update(closed_by=lead, closed_at=timezone.now())
    for address in addresses:
        assert "query answered" not in words(page(client, lead, address))


def test_a_return_nobody_has_asked_about(client, file, preparer):
    assert "Nobody has asked about a figure of this return." in words(page(client, preparer, queries(file)))


def test_strangers_find_nothing(client, file):
    query = FigureQueryFactory(submission=file)
    for stranger in (lead_of(on_record().return_record.trust), RoleFactory(kind=RoleKind.PREPARER).user):
        client.force_login(stranger)
        for address in (queries(file), asking(file), reverse("submissions:answer_query", args=[query.pk])):
            assert client.get(address).status_code == 404
        for name in ("answer_query", "close_query"):
            assert client.post(reverse(f"submissions:{name}", args=[query.pk])).status_code == 404
    query.refresh_from_db()
    assert (query.answered_at, query.closed_at) == (None, None)


def test_who_looks_at_another_organisations_figures_is_written_down(client, file, lead, preparer):
    page(client, preparer, queries(file))
    assert not Event.objects.filter(verb="queries seen").exists()
    page(client, lead, queries(file))
    page(client, lead, asking(file))
    assert Event.objects.get(verb="queries seen").user == lead
    assert Event.objects.get(verb="figure seen").detail == {"place": "FIN3.pay"}


def test_words_of_people_are_never_markup(client, file, lead):
    FigureQueryFactory(submission=file, question="<script>alert(1)</script>", found="<b>1</b>")
    html = page(client, lead, queries(file))
    assert "<script>alert(1)" not in html
    assert "<b>1</b>" not in html


def test_many_queries_take_no_more_questions_to_the_database(client, file, lead):
    counts = []
    for count in (2, 30):
        for _ in range(count):
            FigureQueryFactory(submission=file, column="non_pay")
        client.force_login(lead)
        for address in (queries(file), figures(file), reverse("submissions:return", args=[file.return_record_id])):
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            counts.append(len(asked))
    assert counts[:3] == counts[3:]
    assert max(counts[:2]) <= 15


def test_what_stood_there_and_what_stands_there_now(client, file, lead):
    FigureQueryFactory(submission=file, found="£400k")
    FigureFactory(submission=file, line="FIN3", column="non_pay")
    assert "£400k then; £412k now" in words(page(client, lead, queries(file)))
