"""The messages that a person was sent, as their pages show them."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Page, Paginator

from footprints.models import Letter, User

ON_A_PAGE = 50


def messages_of(person: User, page: str) -> "Page[Letter]":
    """One page of the messages to a person, the newest first, without their texts; the nearest page where there is none of that number."""
    letters = Letter.objects.visible_to(person).select_related("trust").defer("text", "attachment")
    return Paginator(letters.order_by("-written_at", "-pk"), ON_A_PAGE).get_page(page)


def own_message(person: User, letter: int) -> Letter | None:
    """One message to a person; None where there is none of that number to them."""
    return Letter.objects.visible_to(person).select_related("trust").defer("attachment").filter(pk=letter).first()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a message, and the page of the portal it names, if it names one and nothing else."""

    text: str
    href: str = ""


def lines_of(letter: Letter) -> Iterator[Line]:
    """A message line by line. Only addresses of the portal become links: others may have been typed by anybody."""
    portal = settings.PORTAL_ADDRESS.rstrip("/") + "/"
    for line in letter.text.strip().splitlines():
        yield Line(line, line if line.startswith(portal) and " " not in line else "")
