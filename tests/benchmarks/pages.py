"""Pages as a person reads them."""

import re

from django.test import Client

from footprints.models import Footprint, RoleKind, User
from tests.factories import RoleFactory


def read(person: User, address: str) -> str:
    """The words of the page's main part, spaces made one; charts and tags left out."""
    client = Client()
    client.force_login(person)
    response = client.get(address)
    assert response.status_code == 200
    main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    words = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", main, flags=re.DOTALL)
    return re.sub(r"\s+([.,;:])", r"\1", re.sub(r"\s+", " ", words))


def status(person: User, address: str) -> int:
    """How the portal answers somebody who asks for a page."""
    client = Client()
    client.force_login(person)
    return client.get(address).status_code


def lead(footprint: Footprint) -> User:
    """An STP lead of the footprint."""
    return RoleFactory(kind=RoleKind.STP_LEAD, footprint=footprint, trust=None).user
