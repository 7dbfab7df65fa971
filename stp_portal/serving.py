"""What must be set before the portal may serve anyone."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET = 32


def check_may_serve() -> None:
    """Raises `ImproperlyConfigured` naming every setting the web server and the worker cannot do without."""
    trouble = []
    try:
        secret = settings.SECRET_KEY
    except ImproperlyConfigured:
        secret = ""
    if len(secret) < SHORTEST_SECRET:
        trouble.append(f"SECRET_KEY must be set, to at least {SHORTEST_SECRET} characters that nobody can guess")
    if not settings.DATABASE_URL:
        trouble.append("DATABASE_URL must be set, to the address of a PostgreSQL database")
    if not settings.REDIS_URL:
        trouble.append("REDIS_URL must be set, to the address of a Redis or Valkey server")
    if not settings.PORTAL_ADDRESS.startswith(("http://", "https://")):
        trouble.append("PORTAL_ADDRESS must be set, to the address people type, such as https://returns.example.nhs.uk")
    if not settings.EMAIL_URL:
        trouble.append("EMAIL_URL must be set, to the address of a mail server")
    if "@" not in settings.EMAIL_FROM:
        trouble.append("EMAIL_FROM must be set, to the address that letters come from")
    if trouble:
        raise ImproperlyConfigured("The portal cannot serve: " + "; ".join(trouble) + ". See docs/settings.md.")
