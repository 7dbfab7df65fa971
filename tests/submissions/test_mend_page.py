"""The form on the page of findings: explaining and correcting where the problem is named, with and without trouble."""

import re
from html import unescape

import pytest
from django.urls import reverse

from footprints.models import RoleKind
from submissions.actions.process import process
from submissions.models import Correction, Explanation, Submission
from submissions.states import State
from templates_app.reading import Value
from tests.factories import MembershipFactory, ReturnFactory, RoleFactory
from tests.submissions.scenes import WORDS_FOR_A_NUMBER, received, workbook
from tests.submissions.test_explain import CHEAP, TWO, WHY

pytestmark = pytest.mark.django_db


def sent(changes, return_record=None):
    record = return_record or ReturnFactory()
    file = received(record, workbook(record, changes))
    process(submission_id=file.pk)
    file.refresh_from_db()
    return file


def page(client, file, person=None):
    client.force_login(person or file.uploaded_by)
    return client.get(reverse("submissions:submission", args=[file.reference])).content.decode()


def boxes(html):
    return dict.fromkeys(re.findall(r'name="((?:explain|correct)-[^"]+)"', html))


def post(client, file, **answers):
    client.force_login(file.uploaded_by)
    return client.post(reverse("submissions:mend", args=[file.reference]), answers, follow=True)


def latest(file):
    return Submission.objects.filter(return_record=file.return_record).first()


def test_every_warning_has_a_box_to_explain_and_one_to_correct(client):
    file = sent(TWO)
    html = page(client, file)
    warnings = file.findings.filter(severity="warning")
    wanted = {f"explain-{finding.pk}" for finding in warnings}
    assert set(boxes(html)) == wanted | {"correct-FIN3.pay", "correct-HR2.pay"}
    assert "No errors. 2 warnings want a sentence." in html
    assert "Send corrections and explanations" in html


def test_the_last_explanation_accepts_the_return(client):
    file = sent(CHEAP)
    [box] = [name for name in boxes(page(client, file)) if name.startswith("explain")]
    answer = post(client, file, **{box: WHY, "correct-FIN3.pay": "10"})
    assert "Every warning is explained, and your return is accepted." in answer.content.decode()
    file.refresh_from_db()
    assert file.state == State.ACCEPTED
    assert not Correction.objects.exists()
    html = page(client, file)
    assert WHY in html
    assert not boxes(html) or set(boxes(html)) == {"correct-FIN3.pay"}


def test_a_correction_is_checked_at_once_and_stands_in_the_history(client):
    file = sent(WORDS_FOR_A_NUMBER)
    answer = post(client, file, **{"correct-FIN3.pay": "40.2"})
    made = latest(file)
    assert made.corrects == file
    assert made.state == State.ACCEPTED
    assert answer.redirect_chain[-1][0] == reverse("submissions:submission", args=[made.reference])
    [correction] = made.corrections.all()
    assert (correction.old, correction.new, correction.cell) == ("see note", "40.2", correction.cell)
    assert "1 figure corrected and checked" in answer.content.decode()
    file.refresh_from_db()
    assert file.state == State.BLOCKED


def test_correcting_and_explaining_go_together(client):
    file = sent({**CHEAP, ("FIN4", "pay"): WORDS_FOR_A_NUMBER["FIN3", "pay"]})
    [box] = [name for name in boxes(page(client, file)) if name.startswith("explain")]
    post(client, file, **{box: WHY, "correct-FIN4.pay": "0"})
    made = latest(file)
    assert made.state == State.ACCEPTED
    assert Explanation.objects.get(finding__submission=made).text == WHY


def test_trouble_is_said_at_its_box_and_nothing_typed_is_lost(client):
    file = sent(TWO)
    first, second = [name for name in boxes(page(client, file)) if name.startswith("explain")]
    answer = post(client, file, **{first: "short", second: "Two posts were vacant.", "correct-FIN3.pay": "55"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "There is a problem" in html
    assert f'href="#{first}"' in html
    assert "Say why the figure is right in at least 10 letters." in html
    assert ">short</textarea>" in html
    assert 'value="55"' in html
    assert Explanation.objects.get().text == "Two posts were vacant."
    assert latest(file) == file


def test_the_same_words_want_a_tick(client):
    file = sent(TWO)
    answers = {name: WHY for name in boxes(page(client, file)) if name.startswith("explain")}
    assert 'name="same"' in post(client, file, **answers).content.decode()
    post(client, file, **answers, same="yes")
    file.refresh_from_db()
    assert file.state == State.ACCEPTED
    assert "The same words stand for several warnings" in page(client, file)


def test_a_second_tab_is_told_that_it_comes_too_late(client):
    file = sent(WORDS_FOR_A_NUMBER)
    post(client, file, **{"correct-FIN3.pay": "40.2"})
    answer = post(client, file, **{"correct-FIN3.pay": "40.3"})
    assert "A later file of this return has come" in answer.content.decode()
    assert Submission.objects.count() == 2


@pytest.mark.parametrize("name", ["correct-ORG99.value", "correct-FIN3.net", "correct-FIN3.", "correct-"])
def test_a_box_that_we_never_showed_changes_nothing(client, name):
    file = sent(WORDS_FOR_A_NUMBER)
    assert post(client, file, **{name: "1"}).status_code in (200, 422)
    assert latest(file) == file


def test_a_comment_of_the_workbook_stands_ready_in_the_box(client):
    pasted = {(line, "comment"): Value("text", text=WHY) for line in ("FIN3", "HR2")}
    assert page(client, sent({**TWO, **pasted})).count(f">{WHY}</textarea>") == 2


@pytest.mark.parametrize("kind", [RoleKind.STP_LEAD, RoleKind.ANALYST, RoleKind.COLLECTION_MANAGER])
def test_others_read_the_explanation_and_have_no_box(client, kind):
    record = ReturnFactory()
    member = MembershipFactory(trust=record.trust)
    file = sent(CHEAP, record)
    post(client, file, **{f"explain-{file.findings.get().pk}": WHY})
    reader = RoleFactory(kind=kind, trust=None, footprint=member.footprint if kind == RoleKind.STP_LEAD else None).user
    html = page(client, file, reader)
    assert WHY in html
    assert not boxes(html)
    figures = client.get(reverse("submissions:figures", args=[file.reference])).content.decode()
    assert WHY in figures
    assert "(explained)" in figures


def test_checked_again_it_is_a_new_entry_in_the_history(client):
    file = sent(WORDS_FOR_A_NUMBER)
    client.force_login(file.uploaded_by)
    client.post(reverse("submissions:check_again", args=[file.reference]))
    made = latest(file)
    assert (made.corrects, made.state) == (file, State.BLOCKED)
    assert f"{file.reference}</a>,\n      checked again" in page(client, made)


@pytest.mark.parametrize("text", ["1,234", "(500)", "£5", "0005", "412\n000", " 1 234 "])
def test_a_box_that_nobody_touched_corrects_nothing(client, text):
    """Browsers send every box back, and none of them keeps a line break in it."""
    file = sent({**CHEAP, ("HR2", "non_pay"): Value("text", text=text), ("FIN4", "pay"): Value("text", text="TBC")})
    html = page(client, file)
    boxes_sent = {
        name: unescape(value).replace("\n", "")
        for name, value in re.findall(r'name="(correct-[^"]+)" type="text" value="([^"]*)"', html)
    }
    assert "correct-FIN4.pay" in boxes_sent
    assert "You have not changed anything." in post(client, file, **boxes_sent).content.decode()
    assert Submission.objects.count() == 1


def test_a_box_that_nobody_touched_does_not_write_over_what_another_said(client):
    file = sent(TWO)
    first, second = [name for name in boxes(page(client, file)) if name.startswith("explain")]
    post(client, file, **{first: WHY})
    shown = page(client, file)
    assert f'name="was-{first}"' in shown
    post(client, file, **{first: "Agency staff, as agreed with the board."})
    post(client, file, **{first: WHY, f"was-{first}": WHY, second: "Two posts were vacant."})
    assert Explanation.objects.get(finding=int(first.removeprefix("explain-"))).text.startswith("Agency staff")
    assert Explanation.objects.count() == 2


@pytest.mark.parametrize(
    "sent_back", [{"explain-" + "9" * 5000: WHY}, {"explain-x": WHY}, {f"correct-A{n}.b": "" for n in range(1500)}]
)
def test_odd_fields_are_no_trouble(client, sent_back):
    assert post(client, sent(CHEAP), **sent_back).status_code in (200, 400, 422)


def test_control_characters_and_endless_words(client):
    file = sent(CHEAP)
    [box] = [name for name in boxes(page(client, file)) if name.startswith("explain")]
    assert "Say it in at most 2,000 characters." in post(client, file, **{box: "word " * 500}).content.decode()
    post(client, file, **{box: "\x00The staff of\x07 a contractor."})
    assert Explanation.objects.get().text == "The staff of a contractor."


def test_a_file_that_could_not_be_read_does_not_end_work_on_the_one_before(client):
    file = sent(TWO)
    process(submission_id=received(file.return_record, b"%PDF-1.7 not a workbook").pk)
    assert latest(file).state == State.REFUSED
    first, second = [name for name in boxes(page(client, file)) if name.startswith("explain")]
    post(client, file, **{first: WHY, second: "Two posts were vacant."})
    file.refresh_from_db()
    assert file.state == State.ACCEPTED


def test_a_comment_that_is_too_short_is_not_offered_as_an_explanation(client):
    short = {(line, "comment"): Value("text", text="see 2") for line in ("FIN3", "HR2")}
    assert ">see 2</textarea>" not in page(client, sent({**TWO, **short}))
