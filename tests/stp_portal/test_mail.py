"""EMAIL_URL: one address, understood wholly or refused with a reason that tells no secret."""

from pathlib import Path

import pytest

from stp_portal.mail import Mail, NoMailAddress, mail


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", Mail()),
        ("smtp://mail.example", Mail(host="mail.example", port=25)),
        ("smtp://mail.example:1025/", Mail(host="mail.example", port=1025)),
        ("smtp://mail.example?tls=1", Mail(host="mail.example", port=587, starttls=True)),
        ("smtp://mail.example:25?tls=0", Mail(host="mail.example", port=25)),
        ("smtps://mail.example", Mail(host="mail.example", port=465, tls=True)),
        (
            "smtp://me%40nhs.net:p%3Aa%2Fss@mail.example:587?tls=1",
            Mail(host="mail.example", port=587, user="me@nhs.net", password="p:a/ss", starttls=True),
        ),
        (
            "file:///var/my%20mail",
            Mail(backend="django.core.mail.backends.filebased.EmailBackend", folder=Path("/var/my mail")),
        ),
    ],
)
def test_it_is_understood(url: str, expected: Mail) -> None:
    assert mail(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "http://u:hunter2@mail.example",
        "smtp://u:hunter2@",
        "smtp://u:hunter2@mail.example:port",
        "smtp://u:hunter2@mail.example:99999",
        "smtp://u:hunter2@mail.example/path",
        "smtp://u:hunter2@mail.example?ssl=1",
        "smtp://u:hunter2@mail.example?tls=yes",
        "smtp://u:hunter2@mail.example?tls",
        "smtps://u:hunter2@mail.example?tls=1",
        "smtp://[u:hunter2@mail.example",
        "file://host/hunter2",
        "file:///",
    ],
)
def test_or_refused_without_telling_the_password(url: str) -> None:
    with pytest.raises(NoMailAddress, match="EMAIL_URL") as trouble:
        mail(url)
    assert "hunter2" not in str(trouble.value)
