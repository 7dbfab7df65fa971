"""Explaining warnings: one sentence for each, kept with the figure, carried over while the figures are the same."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from time import sleep

import pytest
from django.utils import timezone

from footprints.access import NotAllowed
from footprints.models import Event, RoleKind
from submissions.actions import process as process_module
from submissions.actions.explain import CannotExplain, accept_if_explained, may_be_explained, take_explanations
from submissions.actions.process import process
from submissions.models import Explanation, Waiver
from submissions.states import State
from templates_app.reading import Value
from tests.factories import FindingFactory, ReturnFactory, RoleFactory, TrustFactory, UserFactory, WaiverFactory
from tests.submissions.scenes import at_once, received, workbook

pytestmark = pytest.mark.django_db

CHEAP = {("FIN3", "pay"): Value("number", number=Decimal(10))}
"""Too little pay for the staff of the line: a warning."""
TWO = {**CHEAP, ("HR2", "pay"): Value("number", number=Decimal(20))}
WHY = "The staff of a contractor are paid through this line."


def sent(return_record, changes):
    file = received(return_record, workbook(return_record, changes))
    process(submission_id=file.pk)
    file.refresh_from_db()
    return file


def preparer(file):
    return file.uploaded_by


def explain(file, *texts, **how):
    warnings = list(file.findings.filter(severity="warning"))
    answers = {finding.pk: text for finding, text in zip(warnings, texts, strict=False)}
    return take_explanations(by=preparer(file), submission=file, answers=answers, **how)


@pytest.fixture
def return_record():
    return ReturnFactory()


def test_a_warning_stops_the_return_until_it_is_explained(return_record):
    file = sent(return_record, CHEAP)
    assert file.state == State.TO_EXPLAIN
    assert not file.figures.exists()
    told = explain(file, WHY)
    assert (told.taken, told.left, told.troubles) == (1, 0, {})
    assert accept_if_explained(submission=file)
    file.refresh_from_db()
    assert file.state == State.ACCEPTED
    assert file.figures.get(line="FIN3", column="pay").number == 10
    assert list(
        Event.objects.filter(subject=f"submission:{file.pk}").order_by("pk").values_list("verb", flat=True)
    ) == [
        "received",
        "to_explain",
        "warnings explained",
        "accepted",
    ]


def test_nothing_is_accepted_while_a_warning_is_left(return_record):
    file = sent(return_record, TWO)
    assert file.findings.filter(severity="warning").count() == 2
    told = explain(file, WHY)
    assert told.left == 1
    assert not accept_if_explained(submission=file)
    file.refresh_from_db()
    assert file.state == State.TO_EXPLAIN


@pytest.mark.parametrize(("text", "taken"), [("123456789", 0), ("1234567890", 1), ("  ok       ", 0), ("   ", 0)])
def test_ten_letters_are_the_least(return_record, text, taken):
    file = sent(return_record, CHEAP)
    told = explain(file, text)
    assert told.taken == taken
    assert bool(told.troubles) == (not taken and bool(text.strip()))
    assert Explanation.objects.count() == taken


def test_the_same_words_for_several_are_taken_only_when_that_is_meant(return_record):
    file = sent(return_record, TWO)
    told = explain(file, WHY, WHY.upper() + "!")
    assert (told.taken, told.alike, len(told.troubles)) == (0, True, 2)
    told = explain(file, WHY, WHY, same_is_meant=True)
    assert (told.taken, told.left) == (2, 0)
    assert all(Explanation.objects.values_list("shared", flat=True))


def test_words_that_another_warning_has_already_count_as_the_same(return_record):
    file = sent(return_record, TWO)
    explain(file, WHY)
    told = explain(file, WHY, WHY)
    assert (told.taken, told.left, told.alike) == (0, 1, True)


def test_good_answers_are_kept_when_another_is_not(return_record):
    told = explain(sent(return_record, TWO), WHY, "short")
    assert (told.taken, told.left, len(told.troubles)) == (1, 1, 1)


def test_an_explanation_carries_while_the_figures_are_the_same(return_record):
    first = sent(return_record, CHEAP)
    explain(first, WHY)
    other = {**CHEAP, ("FIN4", "non_pay"): Value("number", number=Decimal("79.7"))}
    second = sent(return_record, other)
    carried = Explanation.objects.get(finding__submission=second, finding__line="FIN3")
    assert (carried.text, carried.given_by, carried.carried_from) == (WHY, preparer(first), first)
    third = sent(return_record, {**CHEAP, ("FIN4", "non_pay"): Value("number", number=Decimal("79.8"))})
    again = Explanation.objects.get(finding__submission=third, finding__line="FIN3")
    assert again.carried_from == first
    assert again.given_at == carried.given_at


@pytest.mark.parametrize(
    "changed",
    [
        {("FIN3", "pay"): Value("number", number=Decimal(11))},
        {**CHEAP, ("FIN3", "wte"): Value("number", number=Decimal("1.39"))},
    ],
    ids=["the figure itself", "another figure that the rule looks at"],
)
def test_it_does_not_carry_to_another_figure(return_record, changed):
    explain(sent(return_record, CHEAP), WHY)
    second = sent(return_record, changed)
    assert second.state == State.TO_EXPLAIN
    assert not Explanation.objects.filter(finding__submission=second).exists()


def test_a_file_whose_every_warning_was_explained_before_is_accepted_at_once(return_record):
    explain(sent(return_record, CHEAP), WHY)
    second = sent(return_record, {**CHEAP, ("FIN3", "comment"): Value("text", text="new")})
    assert second.state == State.ACCEPTED


def test_the_comment_of_the_line_explains_its_one_warning(return_record):
    file = sent(return_record, {**CHEAP, ("FIN3", "comment"): Value("text", text=WHY)})
    assert file.state == State.ACCEPTED
    explanation = Explanation.objects.get()
    assert (explanation.text, explanation.source, explanation.given_by) == (WHY, "workbook", preparer(file))


@pytest.mark.parametrize("comment", ["see note", ""])
def test_a_comment_that_says_nothing_explains_nothing(return_record, comment):
    assert sent(return_record, {**CHEAP, ("FIN3", "comment"): Value("text", text=comment)}).state == State.TO_EXPLAIN


def test_a_comment_explains_every_warning_of_its_line_and_says_so(return_record):
    others = {("FIN3", "non_pay"): Value("number", number=Decimal(-40))}
    file = sent(return_record, {**CHEAP, **others, ("FIN3", "comment"): Value("text", text=WHY)})
    said = Explanation.objects.filter(finding__submission=file, finding__line="FIN3")
    assert said.count() > 1
    assert all(explanation.shared for explanation in said)


def test_the_same_comment_on_several_lines_is_asked_about(return_record):
    pasted = {(line, "comment"): Value("text", text=WHY) for line in ("FIN3", "HR2")}
    file = sent(return_record, {**TWO, **pasted})
    assert file.state == State.TO_EXPLAIN
    assert not Explanation.objects.exists()


def test_a_new_comment_takes_the_place_of_the_old(return_record):
    sent(return_record, {**CHEAP, ("FIN3", "comment"): Value("text", text=WHY)})
    later = sent(return_record, {**CHEAP, ("FIN3", "comment"): Value("text", text="Agency staff, as agreed in May.")})
    assert Explanation.objects.get(finding__submission=later).text == "Agency staff, as agreed in May."


def test_only_the_latest_file_takes_explanations(return_record):
    first = sent(return_record, CHEAP)
    sent(return_record, TWO)
    assert not may_be_explained(first)
    with pytest.raises(CannotExplain):
        explain(first, WHY)


def test_a_file_with_errors_takes_them_too_and_the_next_one_carries_them(return_record):
    blocked = sent(return_record, {**CHEAP, ("FIN4", "pay"): Value("text", text="TBC")})
    assert blocked.state == State.BLOCKED
    warnings = blocked.findings.filter(severity="warning", line="FIN3")
    take_explanations(by=preparer(blocked), submission=blocked, answers={warnings.get().pk: WHY})
    assert not accept_if_explained(submission=blocked)
    assert sent(return_record, CHEAP).state == State.ACCEPTED


def test_it_can_be_changed_until_the_return_is_accepted(return_record):
    file = sent(return_record, TWO)
    explain(file, WHY)
    explain(file, "They are agency staff, dearer by the hour.")
    assert Explanation.objects.get().text == "They are agency staff, dearer by the hour."


@pytest.mark.parametrize("kind", [RoleKind.SIGNATORY, RoleKind.COLLECTION_MANAGER])
def test_nobody_else_explains(return_record, kind):
    file = sent(return_record, CHEAP)
    trust = return_record.trust if kind == RoleKind.SIGNATORY else None
    with pytest.raises(NotAllowed):
        take_explanations(by=RoleFactory(kind=kind, trust=trust).user, submission=file, answers={1: WHY})


def test_of_two_who_explain_the_last_warning_the_return_is_accepted_once(return_record):
    file = sent(return_record, CHEAP)
    explain(file, WHY)
    assert accept_if_explained(submission=file)
    assert not accept_if_explained(submission=file)
    assert Event.objects.filter(verb="accepted").count() == 1


def test_words_given_on_the_page_and_pasted_into_another_comment_are_asked_about(return_record):
    first = sent(return_record, TWO)
    explain(first, WHY)
    second = sent(return_record, {**TWO, ("HR2", "comment"): Value("text", text=WHY)})
    assert list(Explanation.objects.filter(finding__submission=second).values_list("finding__line", flat=True)) == [
        "FIN3"
    ]


def test_a_changed_explanation_has_the_day_of_the_change(return_record):
    file = sent(return_record, TWO)
    explain(file, WHY)
    Explanation.objects.update(given_at=timezone.now() - timedelta(days=2))
    explain(file, "They are agency staff, dearer by the hour.")
    assert timezone.now() - Explanation.objects.get().given_at < timedelta(minutes=1)


def test_both_of_two_that_have_the_same_words_say_so(return_record):
    file = sent(return_record, TWO)
    explain(file, WHY)
    explain(file, WHY, WHY, same_is_meant=True)
    assert list(Explanation.objects.values_list("shared", flat=True)) == [True, True]


def test_dots_are_no_explanation(return_record):
    assert explain(sent(return_record, CHEAP), "............").troubles


def test_a_file_that_leans_on_a_waiver_that_has_ended_is_not_accepted(return_record):
    file = sent(return_record, CHEAP)
    ended = WaiverFactory(
        trust=return_record.trust, decision="approved", decided_by=UserFactory(), decided_at=timezone.now(),
        expires_date=timezone.localdate() - timedelta(days=1),
    )  # fmt: skip
    FindingFactory(submission=file, position=99, severity="info", waiver=ended)
    explain(file, WHY)
    assert not accept_if_explained(submission=file)
    Waiver.objects.update(expires_date=timezone.localdate())
    assert accept_if_explained(submission=file)


def test_two_returns_of_a_trust_are_judged_one_after_the_other(transactional_db, monkeypatch):
    """Each is held against the other, so the later has to find the earlier."""
    trust = TrustFactory()
    files = [received(ReturnFactory(trust=trust)) for _ in range(2)]
    inside, most = [], []
    judged = process_module.check

    def watched(submission, reading):
        inside.append(submission)
        most.append(len(inside))
        sleep(0.2)
        answer = judged(submission, reading)
        inside.remove(submission)
        return answer

    monkeypatch.setattr(process_module, "check", watched)
    at_once(*(partial(process, submission_id=file.pk) for file in files))
    assert most == [1, 1]
