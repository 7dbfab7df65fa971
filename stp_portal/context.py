"""What every page gets: where its person may go, and in which capacity it is shown."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from footprints.access import capacity_at, may, may_somewhere, roles_of, signed_in_as
from footprints.models import Trust, User
from submissions.queries.national import oversees


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The places of the header, and the line that says as whom the person is here, and at the trust that a page is about. Nobody
    signed in gets neither.

    `comparison_url` makes the address of a return's comparison from its key, `footprint_url` that of a footprint's page from its
    code, `feedback_url` that of a pilot trust's feedback, `story_url` that of its story at the desk and `definition_url` that of a template in words: the pages of the rooms below lead there without knowing the room above them.
    """
    links = {
        "comparison_url": comparison_url,
        "footprint_url": footprint_url,
        "feedback_url": feedback_url,
        "story_url": story_url,
        "definition_url": definition_url,
    }
    person = getattr(request, "user", None)
    if not isinstance(person, User):
        return links
    places = [("home", "Home")]
    if oversees(roles_of(person)):
        places += [("national", "National progress"), ("benchmarks:national", "Benchmarks")]
    if may_somewhere(person, "see_benchmarks"):
        places.append(("benchmarks:metrics", "Measures"))
    if may_somewhere(person, "see_desk"):
        places += [("desk:desk", "Returns desk"), ("desk:rounds", "Rounds")]
    if may(person, "manage_people"):
        places.append(("footprints:people", "People"))
    places.append(("footprints:messages", "Your messages"))
    items = [{"href": reverse(name), "text": text, "current": request.path == reverse(name)} for name, text in places]

    def capacity(trust: object) -> str:
        return capacity_at(person, trust) if isinstance(trust, Trust) else signed_in_as(person)

    return {"navigation": items, "signed_in_as": signed_in_as(person), "capacity_at": capacity, **links}


def comparison_url(return_key: int) -> str:
    """Where a return is compared with those of other trusts."""
    return reverse("benchmarks:comparison", args=[return_key])


def footprint_url(ons_code: str) -> str:
    """Where the trusts of a footprint are seen together."""
    return reverse("benchmarks:footprint", args=[ons_code])


def feedback_url(return_key: int) -> str:
    """Where a pilot trust says what it thinks of the template."""
    return reverse("desk:feedback", args=[return_key])


def story_url(return_key: int) -> str:
    """Where the desk tells the whole story of a return."""
    return reverse("desk:story", args=[return_key])


def definition_url(template: str, version: str) -> str:
    """Where a version of a template stands in words."""
    return reverse("desk:definition", args=[template, version])
