"""EMAIL_URL, the one address that says where letters go, as Django's settings. Pure."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

EXAMPLE = "smtp://user:password@mail.example.nhs.uk:587?tls=1"


class NoMailAddress(ValueError):
    """EMAIL_URL cannot be understood. The text says why, and never holds the password."""


@dataclass(frozen=True, slots=True)
class Mail:
    """Where letters go; as it stands nowhere, so that they wait."""

    backend: str = "django.core.mail.backends.smtp.EmailBackend"
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False
    folder: Path | None = None


def mail(url: str) -> Mail:
    """What EMAIL_URL says. Raises NoMailAddress.

    `smtp://host:port` sends in the clear, `smtp://host:587?tls=1` begins in the clear and goes on encrypted (STARTTLS), `smtps://host:465`
    is encrypted from the start. User and password stand before the host, percent-encoded. `file:///folder` writes each letter to a
    file there.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        options = dict(parse_qsl(parts.query, strict_parsing=True, keep_blank_values=True)) if parts.query else {}
    except ValueError:
        raise NoMailAddress(f"EMAIL_URL is no address of a mail server. It looks like {EXAMPLE}") from None
    if not url:
        return Mail()
    if parts.scheme == "file" and parts.path.strip("/") and not parts.netloc and not options:
        return Mail(backend="django.core.mail.backends.filebased.EmailBackend", folder=Path(unquote(parts.path)))
    known = {"tls"} if parts.scheme == "smtp" else set()
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/"):
        raise NoMailAddress(f"EMAIL_URL must begin with smtp://, smtps:// or file:///. It looks like {EXAMPLE}")
    if not set(options) <= known or options.get("tls", "1") not in ("0", "1"):
        raise NoMailAddress("EMAIL_URL may end in ?tls=1 after smtp://, and in nothing else.")
    starttls = options.get("tls") == "1"
    return Mail(
        host=parts.hostname,
        port=port or (465 if parts.scheme == "smtps" else 587 if starttls else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=starttls,
        tls=parts.scheme == "smtps",
    )
