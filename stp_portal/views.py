"""The pages that belong to no room: home, and how the collection goes in England."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from footprints.access import check_may, may, may_somewhere, roles_of
from footprints.models import User
from submissions.queries.home import home as home_of
from submissions.queries.national import NationalFilters, national_page, oversees
from submissions.stages import STAGE_WORDS


@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """What the person does next, by their roles."""
    page = home_of(cast(User, request.user))
    context = {
        "page": page,
        "illustrative": page.illustrative,
        "may_see_desk": may_somewhere(request.user, "see_desk"),
    }
    return render(request, "stp_portal/home.jinja", context)


@require_safe
@never_cache
def national(request: HttpRequest) -> HttpResponse:
    """How a collection goes in England, or in the regions that the person looks after."""
    person = cast(User, request.user)
    if not oversees(roles_of(person)):
        check_may(person, "see_national")
    page = national_page(person, request.GET.get("collection", ""), NationalFilters.from_query(request.GET))
    context = {
        "page": page,
        "stage_words": dict(reversed(STAGE_WORDS.items())),
        "illustrative": page is not None and page.collection.illustrative,
        "may_try_rules": may(person, "try_rules"),
        "may_see_waivers": may_somewhere(person, "see_findings"),
    }
    return render(request, "stp_portal/national.jinja", context)
