"""What every page gets: where its person may go, and in which capacity it is shown."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from footprints.access import roles_of, signed_in_as
from footprints.models import User
from submissions.queries.national import oversees


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The places of the header, and the line that says as whom the person is here. Nobody signed in gets neither.

    `comparison_url` makes the address of a return's comparison from its key, and `footprint_url` that of a footprint's page
    from its code: the pages of the rooms below lead there without knowing the room above them.
    """
    links = {"comparison_url": comparison_url, "footprint_url": footprint_url}
    person = getattr(request, "user", None)
    if not isinstance(person, User):
        return links
    places = [("home", "Home")]
    if oversees(roles_of(person)):
        places.append(("national", "National progress"))
    items = [{"href": reverse(name), "text": text, "current": request.path == reverse(name)} for name, text in places]
    return {"navigation": items, "signed_in_as": signed_in_as(person), **links}


def comparison_url(return_key: int) -> str:
    """Where a return is compared with those of other trusts."""
    return reverse("benchmarks:comparison", args=[return_key])


def footprint_url(ons_code: str) -> str:
    """Where the trusts of a footprint are seen together."""
    return reverse("benchmarks:footprint", args=[ons_code])
