"""Queries about figures: who asks and answers, what a later file answers by itself, and who is told."""

from decimal import Decimal

import pytest

from footprints.access import NotAllowed
from footprints.models import Event, Letter, RoleKind
from submissions.actions.figure_queries import CannotQuery, answer_query, ask_query, close_query
from submissions.models import FigureQuery, Return
from submissions.queries.figure_queries import queries_of, standing_by_place
from submissions.queries.next_step import next_step
from submissions.queries.progress import return_rows
from submissions.stages import Stage
from templates_app.reading import Value
from tests.factories import FigureQueryFactory, SignOffFactory
from tests.submissions.query_scenes import ANSWER, NON_PAY, PAY, QUESTION, a_later_file, lead_of, on_record, somebody
from tests.submissions.scenes import at_once

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def file():
    return on_record()


@pytest.fixture
def lead(file):
    return lead_of(file.return_record.trust)


@pytest.fixture
def preparer(file):
    return somebody(RoleKind.PREPARER, trust=file.return_record.trust)


def ask(by, file, place=PAY, question=QUESTION):
    return ask_query(by=by, submission=file, place=place, question=question)


def refused(act, *args, **more):
    before = list(FigureQuery.objects.values())
    with pytest.raises(CannotQuery) as found:
        act(*args, **more)
    assert list(FigureQuery.objects.values()) == before
    return found.value.troubles


def number(text):
    return Value("number", number=Decimal(text))


# Asking


def test_a_lead_asks_and_the_trust_is_told(file, lead, preparer):
    signatory = somebody(RoleKind.SIGNATORY, trust=file.return_record.trust)
    somebody(RoleKind.CHIEF_EXECUTIVE, trust=file.return_record.trust)
    somebody(RoleKind.PREPARER, trust=on_record().return_record.trust)
    query = ask(lead, file, question=f" {QUESTION} ")
    kept = FigureQuery.objects.get()
    assert (kept.return_record, kept.submission, kept.line, kept.column) == (file.return_record, file, *PAY)
    assert (kept.found, kept.question, kept.asked_by) == ("£412k", QUESTION, lead)
    event = Event.objects.get(verb="figure queried")
    assert (event.user, event.trust, event.detail["place"]) == (lead, file.return_record.trust, "FIN3.pay")
    assert {letter.to for letter in Letter.objects.all()} == {preparer, signatory}
    letter = Letter.objects.first()
    assert letter.subject == "A query about your return: Accounts payable, pay"
    assert f"asks about Accounts payable, pay, which is £412k in {file.reference}:" in letter.text
    assert QUESTION in letter.text
    assert f"/returns/{query.return_record_id}/queries/" in letter.text


@pytest.mark.parametrize(
    ("kind", "scope"),
    [(RoleKind.SUPPORT_MANAGER, {"region": "North"}), (RoleKind.COLLECTION_MANAGER, {})],
)
def test_so_may_those_who_look_after_the_trust(kind, scope, file):
    assert ask(somebody(kind, **scope), file)


@pytest.mark.parametrize(
    ("kind", "scope"),
    [
        (RoleKind.ANALYST, {}),
        (RoleKind.AUDITOR, {}),
        (RoleKind.REGIONAL_DIRECTOR, {"region": "North"}),
        (RoleKind.SUPPORT_MANAGER, {"region": "South"}),
    ],
)
def test_others_may_not(kind, scope, file):
    with pytest.raises(NotAllowed):
        ask(somebody(kind, **scope), file)


def test_nor_the_trust_itself_nor_the_lead_of_another_footprint(file, preparer):
    for person in (preparer, lead_of(on_record().return_record.trust)):
        with pytest.raises(NotAllowed):
            ask(person, file)


def test_a_blank_can_be_queried_too(file, lead):
    assert ask(lead, file, NON_PAY).found == "blank"


def test_what_cannot_be_asked(file, lead):
    assert "at least 10 letters" in refused(ask, lead, file, question="Why? ... ... ...")["question"]
    assert "no figure of this template" in refused(ask, lead, file, ("FIN3", "net"))["whole"]
    assert "no figure of this template" in refused(ask, lead, file, ("FIN99", "pay"))["whole"]
    a_later_file(file, pay=number(412))
    assert "not on record" in refused(ask, lead, file)["whole"]


def test_the_same_person_asks_once_while_it_waits(file, lead, preparer):
    query = ask(lead, file)
    assert "already" in refused(ask, lead, file)["whole"]
    assert ask(lead, file, NON_PAY)
    assert ask(somebody(RoleKind.COLLECTION_MANAGER), file)
    answer_query(by=preparer, query=query, answer=ANSWER)
    assert ask(lead, file)


def test_a_double_click_asks_once(transactional_db, file, lead):
    def try_it():
        try:
            return ask(lead, file)
        except CannotQuery as refusal:
            return refusal

    assert sorted(type(made).__name__ for made in at_once(try_it, try_it)) == ["CannotQuery", "FigureQuery"]


# Answering and closing


def test_the_trust_answers_and_the_asker_is_told(file, lead, preparer):
    query = ask(lead, file)
    Letter.objects.all().delete()
    answer_query(by=preparer, query=query, answer=ANSWER)
    kept = FigureQuery.objects.get()
    assert (kept.answer, kept.answered_by, kept.answered_in) == (ANSWER, preparer, None)
    letter = Letter.objects.get()
    assert (letter.to, letter.subject) == (
        lead, "Your query is answered: Accounts payable, pay, Barts Health NHS Trust",
    )  # fmt: skip
    assert ANSWER in letter.text
    assert Event.objects.get(verb="figure query answered").user == preparer


def test_an_answer_that_cannot_be_taken(file, lead, preparer):
    query = ask(lead, file)
    assert set(refused(answer_query, by=preparer, query=query, answer="It is ok.")) == {"answer"}
    answer_query(by=preparer, query=query, answer=ANSWER)
    assert "answered already" in refused(answer_query, by=preparer, query=query, answer=ANSWER)["whole"]
    close_query(by=lead, query=query)
    assert "closed already" in refused(answer_query, by=preparer, query=query, answer=ANSWER)["whole"]
    assert "closed already" in refused(close_query, by=lead, query=query)["whole"]


def test_who_answers_and_who_closes(file, lead, preparer):
    query = ask(lead, file)
    stranger = somebody(RoleKind.PREPARER, trust=on_record().return_record.trust)
    for person in (lead, stranger, somebody(RoleKind.CHIEF_EXECUTIVE, trust=file.return_record.trust)):
        with pytest.raises(NotAllowed):
            answer_query(by=person, query=query, answer=ANSWER)
    for person in (preparer, stranger, lead_of(on_record().return_record.trust)):
        with pytest.raises(NotAllowed):
            close_query(by=person, query=query)
    other = somebody(RoleKind.SUPPORT_MANAGER, region="North")
    assert close_query(by=other, query=query).closed_by == other


def test_a_signed_return_is_queried_and_answered_without_being_reopened(file, lead, preparer):
    SignOffFactory(submission=file)
    answer_query(by=preparer, query=ask(lead, file), answer=ANSWER)
    assert FigureQuery.objects.open().count() == 0


# What a later file says


def test_a_later_file_with_another_figure_answers_it(file, lead):
    query = ask(lead, file)
    beside = ask(lead, file, NON_PAY)
    Letter.objects.all().delete()
    later = a_later_file(file, pay=number(512))
    query.refresh_from_db()
    assert query.answer == f"Changed from £412k to £512k in {later.reference}."
    assert (query.answered_by, query.answered_in) == (later.uploaded_by, later)
    beside.refresh_from_db()
    assert beside.answered_at is None, "blank before, and blank now"
    assert [letter.to for letter in Letter.objects.filter(kind="query_answered")] == [lead]


def test_a_later_file_with_the_same_figure_does_not(file, lead):
    query = ask(lead, file)
    a_later_file(file, pay=number("412.000"))
    query.refresh_from_db()
    assert query.answered_at is None
    again = a_later_file(file, pay=Value("not_applicable"))
    query.refresh_from_db()
    assert query.answer == f"Changed from £412k to not applicable (NA) in {again.reference}."


def test_a_file_that_comes_too_late_to_be_on_record_answers_nothing(file, lead):
    query = ask(lead, file)
    type(file).objects.filter(pk=file.pk).update(received_at=file.received_at.replace(year=file.received_at.year + 1))
    later = a_later_file(file, pay=number(512))
    later.refresh_from_db()
    query.refresh_from_db()
    assert (later.state, query.answered_at) == ("replaced", None)


def test_what_was_answered_or_closed_stays_as_it_was(file, lead, preparer):
    answered = answer_query(by=preparer, query=ask(lead, file), answer=ANSWER)
    closed = close_query(by=lead, query=ask(lead, file))
    a_later_file(file, pay=number(512))
    assert {query.pk: query.answer for query in FigureQuery.objects.all()} == {answered.pk: ANSWER, closed.pk: ""}


# Where it shows


def test_the_queries_of_a_return(file, lead, preparer, django_assert_num_queries):
    for person in (lead, somebody(RoleKind.COLLECTION_MANAGER), somebody(RoleKind.SUPPORT_MANAGER, region="North")):
        ask(person, file)
    queries = list(FigureQuery.objects.order_by("pk"))
    answer_query(by=preparer, query=queries[1], answer=ANSWER)
    close_query(by=lead, query=queries[2])
    a_later_file(file, pay=number(412))
    with django_assert_num_queries(2):
        rows = queries_of(file.return_record)
    assert [(row.standing, row.is_first) for row in rows] == [("open", True), ("answered", False), ("closed", False)]
    assert {(row.label, row.code, row.now) for row in rows} == {("Accounts payable, pay", "FIN3.pay", "£412k")}
    assert standing_by_place(file.return_record) == {PAY: "open"}
    answer_query(by=preparer, query=queries[0], answer=ANSWER)
    assert standing_by_place(file.return_record) == {PAY: "answered"}


def test_the_next_step_is_to_answer(file, lead, django_assert_num_queries):
    ask(lead, file)
    ask(lead, file, NON_PAY)
    (row,) = return_rows(Return.objects.all())
    assert (row.stage, row.open_queries) == (Stage.QUERIED, 2)
    step = next_step(row, {"answer_query", "see_benchmarks"})
    assert (step.text, step.page) == ("Answer 2 queries", "queries")
    assert next_step(row, {"see_benchmarks"}).page == "comparison"


def test_many_queried_returns_take_one_query_more(django_assert_num_queries):
    on_record()
    with django_assert_num_queries(2):
        return_rows(Return.objects.all())
    for _ in range(5):
        FigureQueryFactory(submission=on_record())
    with django_assert_num_queries(3):
        rows = return_rows(Return.objects.all())
    assert sorted(row.open_queries for row in rows) == [0, 1, 1, 1, 1, 1]


def test_two_answer_at_once_and_one_answer_stands(transactional_db, file, lead, preparer):
    query = ask(lead, file)
    other = somebody(RoleKind.SIGNATORY, trust=file.return_record.trust)

    def attempt(by, answer):
        try:
            return answer_query(by=by, query=query, answer=answer)
        except CannotQuery as refusal:
            return str(refusal)

    answers = at_once(lambda: attempt(preparer, ANSWER), lambda: attempt(other, "No, it is all our own staff"))
    (stands,) = [answer for answer in answers if isinstance(answer, FigureQuery)]
    assert "This query has been answered already." in answers
    query.refresh_from_db()
    assert (query.answered_by, query.answer) == (stands.answered_by, stands.answer)
    assert Letter.objects.filter(kind="query_answered").count() == 1
