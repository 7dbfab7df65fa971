"""An upload beyond the limit is refused in words, and is not written down to its end."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from footprints.models import RoleKind
from submissions import upload_handler
from submissions.models import Submission
from tests.factories import ReturnFactory, RoleFactory, UserFactory


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    sizes: list[int] = []
    whole = upload_handler.TemporaryFileUploadHandler.receive_data_chunk

    def counted(self: object, raw_data: bytes, start: int) -> None:
        sizes.append(len(raw_data))
        whole(self, raw_data, start)  # type: ignore[arg-type]

    monkeypatch.setattr(upload_handler.TemporaryFileUploadHandler, "receive_data_chunk", counted)
    return sizes


def test_the_rest_of_a_file_beyond_the_limit_is_let_go_by(db: None, written: list[int]) -> None:
    person, return_record = UserFactory(), ReturnFactory()
    RoleFactory(user=person, kind=RoleKind.PREPARER, trust=return_record.trust, footprint=None, region="")
    client = Client()
    client.force_login(person)
    huge = SimpleUploadedFile("huge.xlsx", bytes(3 * upload_handler.MAX_BYTES))
    answer = client.post(reverse("submissions:upload", args=[return_record.pk]), {"workbook": huge})
    assert answer.status_code == 422
    assert "larger than 20 MB" in answer.content.decode()
    assert upload_handler.MAX_BYTES < sum(written) < upload_handler.MAX_BYTES + 2**20
    assert not Submission.objects.exists()
