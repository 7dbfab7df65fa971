"""The three ways to mend a return, in Chromium: on the page by keyboard alone, in a marked-up copy, and in one's own file without
JavaScript. Each ends with a return that is accepted, and a receipt that anybody can verify."""

import csv
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from submissions.models import Correction, Explanation, Submission
from submissions.states import State
from tests.journeys.story import Person, filled, set_the_scene, with_slips

pytestmark = [pytest.mark.browser, pytest.mark.worker]

WHY = "Two posts of this line were vacant for most of the year."
FOCUSED = """() => {
  const at = document.activeElement;
  if (at.contains(document.querySelector("h1"))) return "";  // the page itself: the focus is on its way round
  const label = at.labels && at.labels.length ? at.labels[0].innerText : "";
  return [label, at.getAttribute("aria-label") || "", at.innerText || "", at.value || ""].join(" ").trim();
}"""


def tab_to(page, words: str, most: int = 150) -> None:
    """Press Tab until what has the focus is labelled so."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if words in page.evaluate(FOCUSED):
            return
    raise AssertionError(f"{words!r} cannot be reached by keyboard on {page.url}")


def unusual(path: Path) -> Path:
    """The file with slips, and a figure that is unusual: hardly any pay for the staff of a line."""
    workbook = openpyxl.load_workbook(with_slips(path))
    sheet = workbook["Costs"]
    sheet["D13"] = Decimal("1.5")
    target = path.with_name("unusual.xlsx")
    workbook.save(target)
    return target


def own_figures(path: Path) -> tuple[str, str]:
    """What stood in the two cells before the slips."""
    workbook = openpyxl.load_workbook(path)
    return str(workbook["Costs"]["D9"].value), str(workbook["Volumes"]["C6"].value)


def answer_what_is_left(person: Person) -> None:
    """Explain whatever else the made-up figures are asked about, each in words of its own."""
    page = person.page
    for number, box in enumerate(page.locator("textarea").all()):
        if not box.input_value():
            box.fill(f"{WHY} This is reason {number + 1}.")


def ours() -> Submission:
    return Submission.objects.filter(return_record__trust__ods_code="R1H").first()


def the_receipt_is_genuine(person: Person) -> None:
    on_record = Submission.objects.get(return_record__trust__ods_code="R1H", state=State.ACCEPTED)
    person.page.goto(f"/submissions/{on_record.reference}/receipt/")
    person.sees(on_record.sha256[:8])
    if person.axe:
        person.finds_nothing_in_the_way()
    person.page.context.clear_cookies()
    person.page.goto(f"/verify/{on_record.reference}/{on_record.sha256}/")
    person.sees("Barts Health NHS Trust")
    assert "£" not in person.page.inner_text("main")
    if person.axe:
        person.finds_nothing_in_the_way()


def open_the_return(person: Person) -> None:
    person.signs_in("finance@barts.example")
    person.page.get_by_role("link", name="Back office 2015/16").first.click()


def test_on_the_page_by_keyboard_alone(browser_page, axe, celery_worker_process, tmp_path: Path) -> None:
    set_the_scene()
    page, amina = browser_page, Person(browser_page, axe)
    # Somebody listens from the start: switched on a moment before the key, the browser may open a chooser of its own.
    page.on("filechooser", lambda _: None)
    page.goto("/sign-in/")
    tab_to(page, "E-mail address")
    page.keyboard.type("finance@barts.example")
    tab_to(page, "Password")
    page.keyboard.type("shovel-ready-2016")
    page.keyboard.press("Enter")
    amina.sees("What to do next")
    tab_to(page, "Back office 2015/16")
    page.keyboard.press("Enter")
    page.wait_for_url("**/returns/**")
    workbook = filled(amina.downloads_the_workbook(tmp_path))
    pay, volume = own_figures(workbook)
    page.get_by_text("Choose file").wait_for()  # a script makes a button of the field, and till then takes the focus
    tab_to(page, "Choose file")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(unusual(workbook))
    tab_to(page, "Upload and check")
    page.keyboard.press("Enter")
    amina.sees("2 errors in 2 sheets")
    amina.finds_nothing_in_the_way()

    tab_to(page, "Correct Costs!D9")
    page.keyboard.press("Control+A")
    page.keyboard.type(pay)
    tab_to(page, "Costs!D13 is right")
    page.keyboard.type("short")
    tab_to(page, "Correct Volumes!C6")
    page.keyboard.type(volume)
    page.keyboard.press("Enter")
    amina.sees("There is a problem")
    amina.finds_nothing_in_the_way()
    tab_to(page, "at least 10 letters")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+A")
    page.keyboard.type(WHY)
    answer_what_is_left(amina)
    tab_to(page, "Send corrections and explanations")
    page.keyboard.press("Enter")
    amina.sees("2 figures corrected and checked")
    amina.finds_nothing_in_the_way()

    made = ours()
    assert made.corrects is not None
    assert set(Correction.objects.values_list("old", "new")) == {("see note", pay), ("", volume)}
    said = Explanation.objects.filter(finding__submission=made, finding__line="HR2").values_list("text", flat=True)
    assert said
    assert all(text.startswith(WHY) for text in said)
    if made.state == State.TO_EXPLAIN:  # a corrected figure may be unusual among the neighbours'
        answer_what_is_left(amina)
        page.get_by_role("button", name="Send corrections and explanations").click()
    amina.sees("These figures are on record.")
    the_receipt_is_genuine(amina)


def test_in_a_marked_up_copy(browser_page, axe, celery_worker_process, tmp_path: Path) -> None:
    set_the_scene()
    page, amina = browser_page, Person(browser_page, axe)
    open_the_return(amina)
    workbook = filled(amina.downloads_the_workbook(tmp_path))
    pay, volume = own_figures(workbook)
    amina.uploads(unusual(workbook))
    amina.sees("2 errors in 2 sheets")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download a copy of your workbook with the problems marked").click()
    copy = tmp_path / "copy.xlsx"
    download.value.save_as(copy)

    marked = openpyxl.load_workbook(copy)
    assert marked.sheetnames[0] == "Problems"
    assert marked["Costs"]["D9"].comment is not None
    marked["Costs"]["D9"], marked["Volumes"]["C6"] = float(pay), int(volume)
    comments = {cell.value: cell.column for row in marked["Costs"].iter_rows(max_row=6) for cell in row}
    marked["Costs"].cell(13, comments["Comment"]).value = WHY
    marked.save(copy)
    page.goto(f"/returns/{ours().return_record_id}/")
    amina.uploads(copy)
    amina.sees("No errors")
    amina.finds_nothing_in_the_way()
    made = ours()
    said = Explanation.objects.filter(finding__submission=made, finding__line="HR2")
    assert set(said.values_list("text", "source")) == {(WHY, "workbook")}
    if made.state == State.TO_EXPLAIN:
        answer_what_is_left(amina)
        page.get_by_role("button", name="Send").click()
    amina.sees("These figures are on record.")
    the_receipt_is_genuine(amina)


def test_in_ones_own_file_without_javascript(scriptless_page, celery_worker_process, tmp_path: Path) -> None:
    """axe is a script, so it cannot look at a page that runs none; it looks at the same pages in the other journeys."""
    set_the_scene()
    page, amina = scriptless_page, Person(scriptless_page, axe=None)
    open_the_return(amina)
    workbook = filled(amina.downloads_the_workbook(tmp_path))
    pay, volume = own_figures(workbook)
    own = unusual(workbook)
    amina.uploads(own)
    wait_for_the_check(celery_worker_process)
    page.reload()
    amina.sees("2 errors in 2 sheets")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download this list for a spreadsheet (CSV)").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as opened:
        listed = {(row["Sheet"], row["Cell"]) for row in csv.DictReader(opened) if row["Severity"] == "Error"}
    assert listed == {("Costs", "D9"), ("Volumes", "C6")}

    mended = openpyxl.load_workbook(own)
    mended["Costs"]["D9"], mended["Volumes"]["C6"] = float(pay), int(volume)
    mended.save(own)
    page.goto(f"/returns/{ours().return_record_id}/")
    amina.uploads(own)
    wait_for_the_check(celery_worker_process)
    page.reload()
    amina.sees("No errors")
    answer_what_is_left(amina)
    page.get_by_role("button", name="Send").click()
    amina.sees("These figures are on record.")
    the_receipt_is_genuine(amina)


def wait_for_the_check(worker) -> None:
    worker.wait_for(lambda: ours().state != State.RECEIVED, "the check")
