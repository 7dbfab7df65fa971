"""The workbook that a trust gets is its own: its name on the cover, what is known filled in, and the download on record."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.utils import timezone

from footprints.access import NotAllowed
from footprints.models import Event
from submissions.actions.download import download_workbook, trust_details
from submissions.read_file import Answer, read_in_child
from submissions.states import State
from templates_app import registry
from tests.factories import (
    CollectionFactory,
    FigureFactory,
    MembershipFactory,
    PublishedFigureFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    TrustFactory,
)
from tests.submissions.scenes import preparer_of

pytestmark = pytest.mark.usefixtures("db")


def test_the_workbook_is_this_trusts_and_comes_back_as_a_reading_of_it():
    return_record = ReturnFactory(trust=TrustFactory(ods_code="R1H"))
    name, data = download_workbook(by=preparer_of(return_record), return_record=return_record)
    assert name.endswith("2015-16-R1H.xlsx")
    assert " " not in name
    answer = read_in_child(data, file_name=name, template="back_office")
    assert isinstance(answer, Answer)
    assert (answer.reading.trust, answer.reading.version) == ("R1H", "2016.1")
    assert answer.reading.not_found == ()


def test_what_is_published_is_filled_in():
    definition = registry.get("back_office")
    line = next(line for _, line, _ in definition.cells() if line.prefill)
    return_record = ReturnFactory()
    PublishedFigureFactory(trust=return_record.trust, measure=line.prefill, value=Decimal("84050"))
    _, data = download_workbook(by=preparer_of(return_record), return_record=return_record)
    answer = read_in_child(data, file_name="x.xlsx")
    assert isinstance(answer, Answer)
    assert Decimal(answer.reading.cells[line.code, "value"].raw) == 84050


def test_last_years_figures_stand_in_the_workbook_but_not_in_its_cells():
    return_record = ReturnFactory()
    person = preparer_of(return_record)
    _, without = download_workbook(by=person, return_record=return_record)
    before = ReturnFactory(trust=return_record.trust, collection=CollectionFactory(year="2014/15"))
    accepted = SubmissionFactory(return_record=before, state=State.ACCEPTED, loaded_at=timezone.now())
    FigureFactory(submission=accepted, line="FIN3", column="pay", number=Decimal("412.5"))
    _, data = download_workbook(by=person, return_record=return_record)
    assert data != without
    answer = read_in_child(data, file_name="x.xlsx")
    assert isinstance(answer, Answer)
    assert answer.reading.cells["FIN3", "pay"].raw == ""


def test_the_first_download_is_remembered_and_every_one_recorded():
    return_record = ReturnFactory()
    person = preparer_of(return_record)
    download_workbook(by=person, return_record=return_record)
    return_record.refresh_from_db()
    first = return_record.downloaded_at
    assert first
    download_workbook(by=person, return_record=return_record)
    return_record.refresh_from_db()
    assert return_record.downloaded_at == first
    assert Event.objects.filter(verb="workbook downloaded", user=person, trust=return_record.trust).count() == 2


@pytest.mark.parametrize("kind", ["chief_executive", "analyst", "administrator"])
def test_who_may_not_have_it_leaves_no_trace_of_a_download(kind):
    return_record = ReturnFactory()
    person = RoleFactory(kind=kind, **({"trust": return_record.trust} if kind == "chief_executive" else {})).user
    with pytest.raises(NotAllowed, match="You cannot download the template for"):
        download_workbook(by=person, return_record=return_record)
    return_record.refresh_from_db()
    assert return_record.downloaded_at is None
    assert not Event.objects.filter(verb="workbook downloaded").exists()


def test_the_cover_names_the_footprints_of_today():
    trust = TrustFactory()
    now = MembershipFactory(trust=trust)
    MembershipFactory(trust=trust, to_date=date(2016, 6, 1))
    return_record = ReturnFactory(trust=trust)
    details = trust_details(return_record)
    assert details.footprint_names == (now.footprint.name,)
    assert (details.code, details.name, details.year) == (trust.ods_code, trust.name, "2015/16")
    assert details.due_date == return_record.collection.due_date


def test_the_cover_says_where_to_upload_it():
    return_record = ReturnFactory()
    address = "https://portal.example/returns/7/"
    _, data = download_workbook(by=preparer_of(return_record), return_record=return_record, upload_address=address)
    cover = openpyxl.load_workbook(io.BytesIO(data))["Cover"]
    assert address in {cell.value for row in cover.iter_rows() for cell in row}
