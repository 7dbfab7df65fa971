"""The receipt of an accepted return: given once, the same on page, letter and PDF, and genuine for whoever holds it."""

import hashlib
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from footprints.models import Event, Letter
from submissions.actions.process import process
from submissions.actions.receipts import write_receipt_letters
from submissions.models import Receipt, Return, Submission
from submissions.queries.headlines import headlines
from submissions.queries.receipts import FullReceipt, genuine, receipt_of
from submissions.receipt_pdf import BODY, LOST, _said, receipt_pdf
from submissions.states import State
from templates_app import registry
from templates_app.reading import Value
from tests.factories import (
    CollectionFactory,
    CorrectionFactory,
    ExplanationFactory,
    FigureFactory,
    ReceiptFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    TrustFactory,
)
from tests.submissions.scenes import received, workbook
from ui.formats import LONDON
from ui.tagged_pdf import Element
from ui.typeface import bring_typeface

ADDRESS = "https://portal.example.nhs.uk/verify/STP-1/abc/"
NOON = datetime(2016, 9, 28, 12, 0, tzinfo=LONDON)


def accepted(return_record: Return | None = None, **more: object) -> Submission:
    """A file on record with a receipt, of which nothing was read."""
    more = {"state": State.ACCEPTED, "loaded_at": NOON, "received_at": NOON, "ruleset": "e" * 64} | more
    file = SubmissionFactory(
        return_record=return_record or ReturnFactory(), template="back_office", version="2016.1", **more
    )
    ReceiptFactory(submission=file, issued_at=NOON + timedelta(minutes=1))
    return file


def receipt(file: Submission) -> FullReceipt:
    found = receipt_of(Submission.objects.select_related("return_record__trust").get(pk=file.pk))
    assert found is not None
    return found


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def spoken(pdf: bytes) -> list[str]:
    """What a program reads aloud, element by element."""

    def under(element: Any) -> Iterator[str]:
        yield str(element.get("/ActualText", ""))
        for kid in element.get("/K", ()):
            yield from under(kid.get_object()) if kid.get_object()["/Type"] == "/StructElem" else ()

    return list(under(PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]["/K"].get_object()))


class TestGiven:
    def test_once_when_a_file_is_accepted(self, db):
        file = received(ReturnFactory())
        process(submission_id=file.pk)
        process(submission_id=file.pk)
        (given_once,) = Receipt.objects.filter(submission=file)
        assert given_once.on_time
        assert given_once.due_date == file.return_record.collection.due_date
        (event,) = Event.objects.filter(verb="receipt given")
        assert event.trust == file.return_record.trust

    @pytest.mark.parametrize(("hour", "on_time"), [("2016-09-30 23:59", True), ("2016-10-01 00:00", False)])
    def test_in_time_until_the_due_day_ends_in_london(self, db, hour, on_time):
        collection = CollectionFactory(opens_date=date(2016, 9, 1), due_date=date(2016, 9, 30))
        at = datetime.fromisoformat(hour).replace(tzinfo=LONDON)
        file = received(ReturnFactory(collection=collection), at=at)
        process(submission_id=file.pk)
        assert Receipt.objects.get(submission=file).on_time is on_time

    def test_it_does_not_change_with_the_due_date(self, db):
        file = received(ReturnFactory())
        process(submission_id=file.pk)
        before = Receipt.objects.get(submission=file).due_date
        type(file.return_record.collection).objects.update(due_date=before + timedelta(days=30))
        assert receipt(file).due_date == before

    @pytest.mark.parametrize("data", [b"no workbook", None])
    def test_none_for_a_file_that_is_not_accepted(self, db, data):
        return_record = ReturnFactory()
        bad = workbook(return_record, {("FIN3", "pay"): Value("text", text="see note")})
        file = received(return_record, data or bad)
        process(submission_id=file.pk)
        assert not Receipt.objects.exists()
        assert receipt_of(file) is None

    def test_none_for_a_file_that_comes_after_a_later_one(self, db):
        return_record = ReturnFactory()
        older = received(return_record, at=NOON)
        newer = received(return_record, workbook(return_record, seed=2))
        process(submission_id=newer.pk)
        process(submission_id=older.pk)
        assert [given.submission for given in Receipt.objects.all()] == [newer]


class TestHeadlines:
    def test_totals_are_those_of_the_figures(self, db):
        file = received(ReturnFactory())
        process(submission_id=file.pk)
        file.refresh_from_db()
        found = {line.title: line for line in headlines(file)}
        definition = registry.get(file.template, file.version)
        assert [*found] == list(definition.headline_titles.values())
        pay = sum(file.figures.filter(column="pay", number__isnull=False).values_list("number", flat=True), Decimal(0))
        assert found["Pay of all functions"].figure == pay
        assert found["Pay of all functions"].unit == "£000"

    def test_keys_count_as_nought_beside_numbers(self, db):
        file = accepted()
        FigureFactory(submission=file, line="FIN1", number=Decimal("12.5"))
        FigureFactory(submission=file, line="FIN2", kind="not_applicable", number=None)
        found = {line.title: line.in_words for line in headlines(file)}
        assert found["Pay of all functions"] == "12.5"
        assert found["Net cost of all functions"] == "12.5"
        assert found["Non-pay cost of all functions"] == "not stated"
        assert found["Net cost of all functions as a share of patient-care income"] == "not stated"


class TestObject:
    def test_corrections_of_every_step_are_told_the_first_first(self, db):
        first = SubmissionFactory(template="back_office", version="2016.1")
        second = SubmissionFactory(return_record=first.return_record, corrects=first)
        third = accepted(first.return_record, corrects=second)
        CorrectionFactory(submission=third, old="412", new="413")
        CorrectionFactory(submission=second, old="-412", new="412")
        assert [made.new for made in receipt(third).corrections] == ["412", "413"]

    def test_standing_names_when_the_later_file_was_accepted(self, db):
        old = accepted(state=State.REPLACED)
        assert receipt(old).standing.in_words == "This file was accepted, and has been replaced."
        accepted(old.return_record)
        assert receipt(old).standing.in_words.endswith(
            "A later one has been on record since 28 September 2016 at 12:01pm."
        )


class TestPdf:
    def test_it_says_what_the_page_says(self, db):
        trust = TrustFactory(name="The Queen Elizabeth and Saint Bartholomew Hospitals of Northern Shire NHS Trust")
        file = accepted(ReturnFactory(trust=trust), file_name="Löwe & Söhne <final> ₤.xlsx")
        FigureFactory(submission=file, line="FIN1", number=Decimal("1234.5"))
        ExplanationFactory(finding__submission=file, text="We pay £412k for a\nshared service.")
        CorrectionFactory(submission=file)
        text = " ".join(text_of(receipt_pdf(receipt(file), ADDRESS)).split())
        for words in (
            "Queen Elizabeth", "Löwe & Söhne <final>", "Accepted. On time. It was due by 30 September 2016.", file.reference,
            file.sha256, "Pay of all functions 1,234.5 £000", "We pay £412k for a shared service.", "-412 became 412", "Page 1 of",
        ):  # fmt: skip
            assert words in text

    def test_the_same_receipt_gives_the_same_bytes(self, db):
        file = accepted()
        assert receipt_pdf(receipt(file), ADDRESS) == receipt_pdf(receipt(file), ADDRESS)

    def test_it_names_itself_and_its_language_and_brings_its_letters(self, db):
        reader = PdfReader(io.BytesIO(receipt_pdf(receipt(file := accepted()), ADDRESS)))
        assert reader.metadata.title.startswith(f"Receipt {file.reference}")
        assert reader.trailer["/Root"]["/Lang"] == "en-GB"
        fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
        used = [font for font in fonts if "DejaVu" in font["/BaseFont"]]
        assert used
        assert all("/FontFile2" in font["/FontDescriptor"] for font in used)

    def test_made_up_figures_are_called_so(self, db):
        collection = CollectionFactory(illustrative=True)
        pdf = receipt_pdf(receipt(accepted(ReturnFactory(collection=collection))), ADDRESS)
        assert "Example data" in text_of(pdf)

    def test_many_long_explanations_go_over_several_pages(self, db):
        file = accepted()
        for position in range(40):
            text = f"{'Pneumonoultramicroscopic' * 40} number {position}. {'Words and words. ' * 60}"
            ExplanationFactory(finding__submission=file, finding__position=position, text=text)
        pages = PdfReader(io.BytesIO(receipt_pdf(receipt(file), ADDRESS))).pages
        assert len(pages) > 5
        assert f"Page {len(pages)} of {len(pages)}" in pages[-1].extract_text()

    @given(st.text())
    def test_any_text_can_be_drawn(self, text):
        bring_typeface()
        assert _said(Element("P"), text, BODY).wrap(200, 10_000)[0] <= 200

    def test_it_keeps_the_letters_of_europe(self, db):
        text = "Ŵyn Ŷale → Ελένη Жуков, Őz ≤ 5 €"
        file = accepted(ReturnFactory(trust=TrustFactory(name="Ymddiriedolaeth Tŷ Gŵyr")))
        ExplanationFactory(finding__submission=file, text=text)
        drawn = text_of(receipt_pdf(receipt(file), ADDRESS))
        assert text in drawn
        assert "Ymddiriedolaeth Tŷ Gŵyr" in drawn
        assert LOST not in " ".join(drawn.split())

    def test_it_says_so_when_a_letter_cannot_be_drawn_and_has_it_read_aloud(self, db):
        file = accepted()
        ExplanationFactory(finding__submission=file, text="See 人事 for this line")
        pdf = receipt_pdf(receipt(file), ADDRESS)
        drawn = " ".join(text_of(pdf).split())
        assert "See ?? for this line" in drawn
        assert LOST in drawn
        assert "See 人事 for this line" in spoken(pdf)

    def test_corrections_are_told_with_who_and_when(self, db):
        first = SubmissionFactory(template="back_office", version="2016.1")
        file = accepted(first.return_record, corrects=first, uploaded_by__name="Zebedee Quill")
        CorrectionFactory(submission=file)
        drawn = " ".join(text_of(receipt_pdf(receipt(file), ADDRESS)).split())
        assert "-412 became 412 Zebedee Quill, 28 September 2016 at midday" in drawn


class TestGenuine:
    def test_reference_and_sum_together(self, db):
        file = accepted()
        found = genuine(file.reference, file.sha256)
        assert found is not None
        assert (found.trust_name, found.standing.on_record) == (file.return_record.trust.name, True)

    def test_neither_alone(self, db):
        file, other = accepted(), accepted()
        assert genuine(file.reference, other.sha256) is None
        assert genuine("STP-AAAA-AAAA", file.sha256) is None
        assert genuine("STP-AAAA-AAAA", "0" * 64) is None

    def test_it_says_when_figures_were_corrected_on_the_page(self, db, client: Client):
        first = SubmissionFactory(template="back_office", version="2016.1")
        file = accepted(first.return_record, corrects=first)
        words = "Figures of this file were corrected on the page"
        assert words not in client.get(f"/verify/{file.reference}/{file.sha256}/").content.decode()
        CorrectionFactory(submission=file)
        assert words in client.get(f"/verify/{file.reference}/{file.sha256}/").content.decode()
        assert "with 1 correction made on the page" in dict(receipt(file).facts)["File"]

    def test_not_of_a_file_that_was_never_accepted(self, db):
        file = SubmissionFactory()
        assert genuine(file.reference, file.sha256) is None

    def test_anybody_sees_it_without_figures_and_names(self, db, client: Client):
        file = accepted(state=State.REPLACED, file_name="Secret name.xlsx")
        FigureFactory(submission=file, line="FIN1", number=Decimal("98765.5"))
        ExplanationFactory(finding__submission=file, text="Said in confidence", given_by__name="Zebedee Quill")
        response = client.get(f"/verify/{file.reference.lower()}/{file.sha256.upper()}/")
        page = response.content.decode()
        assert response.status_code == 200
        assert "This receipt is genuine" in page
        assert "Replaced by a later file" in page
        assert file.return_record.trust.name in page
        for secret in ("98,765", "98765", "Said in confidence", "Zebedee", file.uploaded_by.name, "Secret name"):
            assert secret not in page
        assert response["X-Robots-Tag"] == "noindex, nofollow"

    def test_an_unknown_reference_and_a_wrong_sum_look_alike(self, db, client: Client):
        file = accepted()
        wrong = [
            client.get(f"/verify/{file.reference}/{'f' * 64}/"),
            client.get(f"/verify/STP-AAAA-AAAA/{file.sha256}/"),
        ]
        assert [response.status_code for response in wrong] == [404, 404]
        assert len({_without_tokens(response.content.decode()) for response in wrong}) == 1
        assert "We have no such receipt" in wrong[0].content.decode()

    def test_the_form_leads_there_however_it_was_copied(self, db, client: Client):
        file = accepted()
        spaced = " ".join(file.sha256.upper()[at : at + 2] for at in range(0, 64, 2))
        response = client.post("/verify/", {"reference": f" {file.reference.lower()} ", "sha256": spaced}, follow=True)
        assert response.redirect_chain == [(f"/verify/{file.reference}/{file.sha256}/", 302)]
        assert "This receipt is genuine" in response.content.decode()

    def test_the_form_says_what_each_looks_like(self, db, client: Client):
        response = client.post("/verify/", {"reference": "STP 7K/3M", "sha256": "abc"})
        assert response.status_code == 422
        assert "such as STP-7K3M-92QT" in response.content.decode()
        assert "must be 64 characters" in response.content.decode()

    def test_it_costs_few_questions_to_the_database(self, db, client: Client, django_assert_max_num_queries):
        file = accepted(state=State.REPLACED)
        with django_assert_max_num_queries(3):
            client.get(f"/verify/{file.reference}/{file.sha256}/")


class TestPage:
    def test_page_letter_and_pdf_say_the_same(self, db, client: Client):
        return_record = ReturnFactory()
        file = received(return_record)
        file.uploaded_by.set_password("a password for one test")
        file.uploaded_by.save()
        process(submission_id=file.pk)
        assert not Letter.objects.exists()
        write_receipt_letters()
        client.force_login(file.uploaded_by)
        page = client.get(f"/submissions/{file.reference}/receipt/").content.decode()
        pdf = client.get(f"/submissions/{file.reference}/receipt.pdf")
        (letter,) = Letter.objects.filter(to=file.uploaded_by)
        on_paper = " ".join(text_of(pdf.content).split())
        whole = receipt(file)
        for _, words in whole.facts:
            assert words in page
            assert words in letter.text
            assert words.replace(" ", "") in on_paper.replace(" ", "")
        for line in whole.headlines:
            assert all(line.in_words in told for told in (page, letter.text, on_paper))
        assert hashlib.sha256(pdf.content).digest() == hashlib.sha256(bytes(letter.attachment)).digest()
        assert pdf["Content-Type"] == "application/pdf"
        assert pdf["Content-Disposition"] == f'attachment; filename="Receipt-{file.reference}.pdf"'
        assert Event.objects.filter(verb__in=["receipt seen", "receipt downloaded"], user=file.uploaded_by).count() == 2

    def test_corrections_and_explanations_with_who_and_when(self, db, client: Client, django_assert_max_num_queries):
        first = SubmissionFactory(template="back_office", version="2016.1")
        file = accepted(first.return_record, corrects=first, uploaded_by__name="Zebedee Quill")
        CorrectionFactory(submission=file)
        client.force_login(RoleFactory(trust=file.return_record.trust).user)
        with django_assert_max_num_queries(17):
            page = client.get(f"/submissions/{file.reference}/receipt/").content.decode()
        assert "-412 became 412." in page
        assert "Zebedee Quill, 28 September 2016 at midday</span>" in page

    def test_no_page_where_there_is_no_receipt(self, db, client: Client):
        file = SubmissionFactory()
        client.force_login(RoleFactory(trust=file.return_record.trust).user)
        assert client.get(f"/submissions/{file.reference}/receipt/").status_code == 404
        assert client.get(f"/submissions/{file.reference}/receipt.pdf").status_code == 404


def _without_tokens(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line and "nonce" not in line)
