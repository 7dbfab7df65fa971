"""The page that explains one number: from the sentence to the cell, and on to its place and its pounds."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from benchmarks.actions import freeze, measure, refresh_live
from benchmarks.actions.published_runs import make_published_runs
from benchmarks.defining.registry import metric
from benchmarks.models import BenchmarkRun
from benchmarks.queries.explained import explained
from footprints.models import Event, Footprint, RoleKind, Trust, User
from submissions.models import Collection, Figure, Submission
from submissions.read_file import to_json
from templates_app.reading import Place, ReadCell, Reading, Value
from tests.benchmarks.pages import read
from tests.benchmarks.scenes import loaded, on_record
from tests.factories import (
    CollectionFactory,
    CorrectionFactory,
    DisputeFactory,
    ExplanationFactory,
    FigureQueryFactory,
    FindingFactory,
    FootprintFactory,
    MembershipFactory,
    MetricValueFactory,
    PublishedFigureFactory,
    RoleFactory,
    SubmissionFactory,
    TrustFactory,
)

pytestmark = pytest.mark.django_db


def number(amount: int) -> Value:
    return Value("number", Decimal(amount))


INVOICES: dict[Place, Value] = {
    ("FIN3", "pay"): number(412),
    ("FIN3", "non_pay"): number(0),
    ("FIN3", "income"): number(12),
    ("FIN3", "wte"): number(10),
    ("VFIN1", "value"): number(80_000),
    ("ORG02", "value"): number(200_000),
}
"""The worked case: £412k less £12k over 80,000 invoices is £5.00."""


def status(person: User, address: str) -> int:
    client = Client()
    client.force_login(person)
    return client.get(address).status_code


def preparer(trust: Trust) -> User:
    return RoleFactory(kind=RoleKind.PREPARER, trust=trust).user


def lead(footprint: Footprint) -> User:
    return RoleFactory(kind=RoleKind.STP_LEAD, footprint=footprint).user


@pytest.fixture
def collection() -> Collection:
    """Eleven trusts from £3.00 to £5.00; with the worked case the median of twelve lies half way from £4.00 to £4.20."""
    made = CollectionFactory()
    for place in range(11):
        trust = TrustFactory(trust_type="acute", name=f"Other {place} NHS Trust")
        on_record(made, {"M12": Decimal("3.00") + Decimal("0.2") * place}, trust=trust)
    return made


@pytest.fixture
def barts(collection: Collection) -> Submission:
    file = loaded(collection, INVOICES, TrustFactory(trust_type="acute", name="Barts Health NHS Trust", ods_code="R1H"))
    measure(submission_id=file.pk)
    refresh_live(collection, anyway=True)
    return file


def key_of(collection: Collection) -> str:
    return f"live-back_office-{collection.pk}"


def page_of(file: Submission, metric: str = "M12") -> str:
    trust = file.return_record.trust.ods_code
    return reverse("benchmarks:number", args=[key_of(file.return_record.collection), metric, trust])


def national(kind: RoleKind = RoleKind.COLLECTION_MANAGER) -> User:
    return RoleFactory(kind=kind, trust=None).user


def test_the_chain_from_the_sentence_to_the_cell_and_to_the_pounds(barts: Submission) -> None:
    words = read(preparer(barts.return_record.trust), page_of(barts))
    for said in (
        "Cost per invoice at Barts Health: £5.00",
        "Net cost of accounts payable (£000) ÷ supplier invoices processed: 400 ÷ 80,000 × 1,000 = £5.00.",
        "FIN3.net ÷ VFIN1 × 1,000",
        "no reviewer yet",
        "Live and provisional, as on",
        "Hyndman and Fan type 7, as QUARTILE.INC in Excel",
        "n = 12 of 12",
        "Barts Health NHS Trust (R1H), a trust of type acute",
        "Peers 11 other acute trusts",
        f"{barts.reference}, file 1 of 1 of this return",
        f"{barts.sha256[:12]} …",
        "Accounts payable, pay FIN3.pay £412k £000 numerator",
        "FIN3.income £12k £000 numerator",
        "VFIN1.value 80,000 number denominator",
        "No rule found anything in these cells.",
        "Median £4.10 half way from the 6th to the 7th of 12 values in order, the smallest first",
        "It is joint 11th of 12 (1st is the lowest). 95.5% of the other 11 values are lower",
        "£5.00 is above the upper quartile £4.65, so it is in the worst quarter.",
        "(5 − 4.1) × 80,000 = £72,000. £72,000",
        "Mark it as disputed",
        "Correct the figure",
    ):
        assert said in words, said


def test_everything_shown_of_a_cell_is_what_was_loaded(barts: Submission) -> None:
    page = explained(preparer(barts.return_record.trust), key_of(barts.return_record.collection), "M12", "R1H")
    assert page is not None
    assert page.behind is not None
    held = {(row.line, row.column): row for row in Figure.objects.filter(submission=barts)}
    assert [cell.place for cell in page.behind.cells] == [
        ("FIN3", "pay"), ("FIN3", "non_pay"), ("FIN3", "income"), ("VFIN1", "value"),
    ]  # fmt: skip
    for cell in page.behind.cells:
        assert (cell.sheet, cell.cell) == (held[cell.place].sheet, held[cell.place].cell)


def test_a_number_that_there_is_not_says_why_and_shows_the_cells(barts: Submission) -> None:
    words = read(preparer(barts.return_record.trust), page_of(barts, "M14"))
    assert "at Barts Health: no number" in words
    assert "Not given: " in words
    assert "VFIN2.value blank number numerator" in words
    assert "Its place" not in words


def test_keys_are_not_nought(barts: Submission) -> None:
    Figure.objects.filter(submission=barts, line="FIN3", column="income").update(
        kind="not_applicable", number=None
    )  # fmt: skip
    assert "FIN3.income not applicable (NA) £000" in read(preparer(barts.return_record.trust), page_of(barts))


def test_what_rules_found_and_who_may_see_it(barts: Submission) -> None:
    said = ExplanationFactory(
        finding=FindingFactory(submission=barts, severity="warning", line="FIN3", column="pay", message="It doubled."),
        text="A shared service moved to us.",
    )
    FindingFactory(submission=barts, severity="info", line="FIN3", column="net", message="A note on the sum.")
    FindingFactory(submission=barts, severity="info", line="HR1", column="pay", message="About something else.")
    words = read(preparer(barts.return_record.trust), page_of(barts))
    assert "It doubled." in words
    assert f"A shared service moved to us. Explained by {said.given_by.name}" in words
    assert "A note on the sum." in words, "a sum of these cells"
    assert "About something else." not in words
    footprint = MembershipFactory(trust=barts.return_record.trust).footprint
    words = read(lead(footprint), page_of(barts))
    assert "A shared service moved to us." in words
    assert "A note on the sum." not in words, "leads see what was explained, and no findings else"


def test_replies_stand_beside_the_number(barts: Submission) -> None:
    FigureQueryFactory(submission=barts, line="VFIN1", column="value", question="Is this a year's worth?")
    FigureQueryFactory(submission=barts, line="HR1", column="pay", question="About something else?")
    words = read(preparer(barts.return_record.trust), page_of(barts))
    assert "Is this a year's worth?" in words.replace("&#39;", "'")
    assert "The trust has not replied yet." in words
    assert "About something else?" not in words
    assert "Answer 1 query about the figures behind it" in words


def test_a_figure_corrected_on_the_page_says_so(barts: Submission) -> None:
    before = SubmissionFactory(
        return_record=barts.return_record, received_at=timezone.now() - timedelta(days=1), state="replaced"
    )
    Submission.objects.filter(pk=barts.pk).update(corrects=before)
    CorrectionFactory(submission=barts, old="41200", new="412")
    words = read(preparer(barts.return_record.trust), page_of(barts))
    assert "file 2 of 2 of this return" in words
    assert "41200 became 412." in words


def test_a_figure_that_differs_from_the_file_before_says_so_to_those_who_see_findings(barts: Submission) -> None:
    before = SubmissionFactory(
        return_record=barts.return_record, received_at=timezone.now() - timedelta(days=1), state="replaced",
        reading=to_json(reading(FIN3="500")),
    )  # fmt: skip
    Submission.objects.filter(pk=barts.pk).update(reading=to_json(reading(FIN3="412")))
    said = "It was £500k in the file before."
    assert said in read(preparer(barts.return_record.trust), page_of(barts)), before.reference
    assert said not in read(lead(MembershipFactory(trust=barts.return_record.trust).footprint), page_of(barts))


def reading(**pay: str) -> Reading:
    cells = [ReadCell(line, "pay", "Costs", "D9", "Accounts payable, pay", "number", raw) for line, raw in pay.items()]
    return Reading("back_office", "2016.1", "R1H", {cell.place: cell for cell in cells})


def test_relevant_pay_is_among_the_cells(barts: Submission) -> None:
    words = read(preparer(barts.return_record.trust), page_of(barts, "M13"))
    assert "FIN3.pay £412k £000 relevant pay" in words
    assert "FIN3.wte 10 WTE WTE denominator" in words
    assert "National median too few (n = 1)" in words


def test_no_other_trust_is_named_but_for_those_who_may_see_all(barts: Submission) -> None:
    words = read(preparer(barts.return_record.trust), page_of(barts))
    assert "Lowest" not in words
    assert "Highest" not in words
    for name, code in Trust.objects.exclude(ods_code="R1H").values_list("name", "ods_code"):
        assert name not in words
        assert code not in words
    words = read(national(RoleKind.ANALYST), page_of(barts))
    assert "Other 3 NHS Trust" in words
    assert "Lowest £3.00" in words


def test_where_quartiles_may_not_be_shown_neither_are_the_pounds_to_them() -> None:
    collection = CollectionFactory()
    for place in range(9):
        file = on_record(collection, {"M12": 3 + place}, trust=TrustFactory(trust_type="acute"))
    refresh_live(collection, anyway=True)
    words = read(preparer(file.return_record.trust), page_of(file))
    assert "Stretch: best quarter of acute trusts too few (n = 9)" in words
    assert "No quarter can be said: too few (n = 9)." in words
    assert "Lower quartile" not in words
    assert "Lower quartile £5.00" in read(national(RoleKind.ANALYST), page_of(file))


def test_a_dispute_takes_it_out_and_says_so(barts: Submission) -> None:
    DisputeFactory(return_record=barts.return_record, metric="M12", reason="Counts invoices of another trust.")
    refresh_live(barts.return_record.collection)
    words = read(preparer(barts.return_record.trust), page_of(barts))
    assert "It is not in the distribution. Disputed: Counts invoices of another trust." in words
    assert "n = 11 of 12, and 1 value left out as disputed" in words
    assert "It has no place, because it is not in the distribution." in words
    assert "Mark it as disputed" not in words


def test_a_frozen_run_keeps_the_number(barts: Submission) -> None:
    run = freeze(by=national(), collection=barts.return_record.collection, purpose="The boards of January 2017")
    on_record(barts.return_record.collection, {"M12": 1}, trust=TrustFactory(trust_type="acute"))
    refresh_live(barts.return_record.collection)
    words = read(preparer(barts.return_record.trust), reverse("benchmarks:number", args=[run, "M12", "R1H"]))
    assert "for The boards of January 2017" in words
    assert "n = 12 of 12" in words
    assert "This run is frozen: what you do now changes the live figures and later runs" in words
    assert "n = 13 of 13" in read(preparer(barts.return_record.trust), page_of(barts))


def test_a_trust_without_a_return_says_what_is_missing(barts: Submission) -> None:
    absent = SubmissionFactory(return_record__collection=barts.return_record.collection, state="blocked")
    refresh_live(barts.return_record.collection, anyway=True)
    words = read(preparer(absent.return_record.trust), page_of(absent))
    assert ": no number" in words
    assert "What would be worked out:" in words


def test_who_may_see_it_and_what_is_written_down(barts: Submission) -> None:
    for person in (preparer(TrustFactory()), lead(FootprintFactory()), national(RoleKind.ADMINISTRATOR)):
        assert status(person, page_of(barts)) == 404
    own = preparer(barts.return_record.trust)
    for name, key in (("M99", key_of(barts.return_record.collection)), ("M12", "live-back_office-0"), ("M12", "9")):
        assert status(own, reverse("benchmarks:number", args=[key, name, "R1H"])) == 404
    assert status(own, page_of(barts)) == 200
    assert not Event.objects.filter(verb="number explained").exists()
    person = national(RoleKind.ANALYST)
    assert status(person, page_of(barts)) == 200
    event = Event.objects.get(verb="number explained")
    assert (event.user, event.trust) == (person, barts.return_record.trust)
    assert event.detail == {"run": key_of(barts.return_record.collection), "metric": "M12"}


def test_the_queries_do_not_grow_with_the_trusts(barts: Submission) -> None:
    counts = []
    for more in (0, 12):
        for _ in range(more):
            on_record(barts.return_record.collection, {"M12": 4}, trust=TrustFactory(trust_type="acute"))
        refresh_live(barts.return_record.collection, anyway=True)
        client = Client()
        client.force_login(preparer(barts.return_record.trust))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(page_of(barts)).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 22, counts


def test_it_leads_to_all_trusts_on_the_measure_in_the_same_run(barts: Submission) -> None:
    client = Client()
    client.force_login(preparer(barts.return_record.trust))
    found = re.search(r'href="(/metrics/M12/[^"]*)"', client.get(page_of(barts)).content.decode())
    assert found is not None
    assert found[1].endswith(key_of(barts.return_record.collection))
    assert client.get(found[1]).status_code == 200


def test_the_link_of_other_pages(barts: Submission) -> None:
    run = BenchmarkRun.objects.live().get()
    html = link_to_it(run, barts.return_record.trust)
    words = re.sub(r"<[^>]+>", "", html)
    assert words == "£5.00, Cost per invoice, Barts Health NHS Trust: explain this number"
    assert f'href="{page_of(barts)}"' in html


def link_to_it(run: BenchmarkRun, trust: Trust) -> str:
    """What a cell of another page holds."""
    source = (
        '{% from "benchmarks/_explained.jinja" import explain_link %}{{ explain_link(run, metric, trust, "£5.00") }}'
    )
    template = engines["jinja2"].from_string(source)
    return template.render({"run": run, "metric": metric("M12"), "trust": trust})


def test_a_published_number_shows_the_figures_and_their_source_to_everybody_who_compares() -> None:
    for place in range(10):
        trust = TrustFactory(trust_type="acute", ods_code=f"RX{place}")
        for name, value, unit in (
            ("energy_cost", 1_000_000 + 100_000 * place, "pounds"),
            ("gross_internal_floor_area", 50_000, "square_metres"),
        ):
            PublishedFigureFactory(
                trust=trust, year="2016/17", measure=name, value=value, unit=unit, source="NHS Digital ERIC 2016/17"
            )
    make_published_runs()
    address = reverse("benchmarks:number", args=["eric-2016-17", "E01", "RX9"])
    words = read(preparer(TrustFactory()), address)
    assert "1,900 ÷ 50,000 × 1,000 = £38.00 per m²." in words
    assert "energy cost 1,900,000" in words
    assert "NHS Digital ERIC 2016/17, 2016/17" in words
    assert "Highest £38.00 per m²" in words, "published figures are public"
    assert "(38 − 29) × 50,000 = £450,000." in words
    assert "Is this number wrong?" not in words
    assert status(national(RoleKind.ADMINISTRATOR), address) == 404
    assert not Event.objects.filter(verb="number explained").exists()


def test_the_index_shows_its_disciplines_and_each_leads_on() -> None:
    collection = CollectionFactory(template="pathology", version="2016.1")
    now = timezone.now()
    for place in range(6):
        file = SubmissionFactory(
            return_record__collection=collection, return_record__trust=TrustFactory(trust_type="acute"),
            state="accepted", loaded_at=now, measured_at=now, template="pathology", version="2016.1",
        )  # fmt: skip
        for metric_id, cost in (("P02-PBC", 200 + 20 * place), ("P02-PHA", 90)):
            MetricValueFactory(
                submission=file, metric=metric_id, numerator=cost, denominator=100_000, value=Decimal(cost) / 100
            )  # fmt: skip
        MetricValueFactory(
            submission=file, metric="P02-PMI", status="missing", reason="Not given: tests.",
            numerator=None, denominator=None, value=None, opportunity_volume=None,
        )  # fmt: skip
    refresh_live(collection, anyway=True)
    run, trust = BenchmarkRun.objects.live().get(), file.return_record.trust
    html_address = reverse("benchmarks:number", args=[run, "P01", trust.ods_code])
    words = read(preparer(trust), html_address)
    assert re.search(r"Clinical biochemistry\S*, .*?: explain this number 100,000 2\.5000 250\.00 300\.00", words)
    assert "In neither sum. Not given: tests." in words
    assert "Together 340.00 390.00" in words
    assert "390 ÷ 340 × 100 = 115" in words
    assert "What is expected 100" in words
    assert "£50,000" in words
    assert "numerator of Clinical biochemistry" in words
    assert "mark the cost of a discipline" in words
    client = Client()
    client.force_login(preparer(trust))
    linked = reverse("benchmarks:number", args=[run, "P02-PBC", trust.ods_code])
    assert f'href="{linked}"' in client.get(html_address).content.decode()
    assert "£3.00" in read(preparer(trust), linked)
