"""From the empty workbook to the comparison, through Chromium, the web server, the worker and the database."""

from pathlib import Path

import pytest

from benchmarks.tasks import measure_new_figures, refresh_live_runs
from submissions.models import Figure, Submission
from submissions.states import State
from tests.journeys.story import Person, filled, set_the_scene, with_slips

pytestmark = [pytest.mark.browser, pytest.mark.worker]


def test_a_finance_officer_returns_the_template(browser_page, axe, celery_worker_process, tmp_path: Path) -> None:
    set_the_scene()
    amina = Person(browser_page, axe)

    amina.signs_in("finance@barts.example")
    amina.finds_nothing_in_the_way()
    browser_page.get_by_role("link", name="Back office 2015/16").first.click()
    amina.finds_nothing_in_the_way()
    workbook = filled(amina.downloads_the_workbook(tmp_path))

    amina.uploads(with_slips(workbook))
    amina.sees("2 errors in 2 sheets")
    amina.sees("Costs!D9")
    amina.sees("see note")
    amina.sees("Volumes!C6")
    amina.finds_nothing_in_the_way()
    assert not Figure.objects.filter(submission__return_record__trust__ods_code="R1H").exists()

    browser_page.goto("/")
    browser_page.get_by_role("link", name="Back office 2015/16").first.click()
    amina.uploads(workbook)
    amina.sees("No errors")
    amina.finds_nothing_in_the_way()
    browser_page.get_by_role("link", name="See the figures we read").click()
    amina.finds_nothing_in_the_way()
    on_record = Submission.objects.get(return_record__trust__ods_code="R1H", state=State.ACCEPTED)
    assert on_record.figures.filter(kind="number").count() > 100

    measure_new_figures()
    refresh_live_runs()
    browser_page.goto(f"/returns/{on_record.return_record_id}/comparison/")
    amina.sees("Corporate and administration pay as a share of income")
    amina.finds_nothing_in_the_way()


def test_it_works_without_javascript(scriptless_page, axe, celery_worker_process, tmp_path: Path) -> None:
    set_the_scene()
    amina = Person(scriptless_page, axe)
    amina.signs_in("finance@barts.example")
    scriptless_page.get_by_role("link", name="Back office 2015/16").first.click()
    workbook = filled(amina.downloads_the_workbook(tmp_path))
    amina.uploads(workbook)
    amina.sees("Received. Your reference is STP-")
    celery_worker_process.wait_for(
        lambda: Submission.objects.filter(return_record__trust__ods_code="R1H", state=State.ACCEPTED).exists(),
        "acceptance",
    )
    scriptless_page.reload()
    amina.sees("No errors")


@pytest.mark.parametrize(
    ("email", "heading"), [("lead@nel.example", "North East London"), ("collections@nhsi.example", "England")]
)
def test_those_who_wait_for_returns_see_who_is_in(
    browser_page, axe, transactional_db, email: str, heading: str
) -> None:
    set_the_scene()
    person = Person(browser_page, axe)
    person.signs_in(email)
    person.sees(heading)
    person.finds_nothing_in_the_way()
    address = "/footprints/E54000029/" if email.startswith("lead") else "/national/"
    browser_page.goto(address)
    person.sees("accepted")
    person.finds_nothing_in_the_way()
