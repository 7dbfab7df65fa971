"""Pages of the messages that a person was sent."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from footprints.models import User
from footprints.queries.messages import lines_of, messages_of, own_message


@require_safe
@never_cache
def messages(request: HttpRequest) -> HttpResponse:
    """Every message to the person, the newest first."""
    page = messages_of(cast(User, request.user), request.GET.get("page", ""))
    return render(request, "footprints/messages.jinja", {"page": page})


@require_safe
@never_cache
def message(request: HttpRequest, letter: int) -> HttpResponse:
    """One message to the person, in full."""
    found = own_message(cast(User, request.user), letter)
    if found is None:
        raise Http404("There is no such message.")
    return render(request, "footprints/message.jinja", {"letter": found, "lines": lines_of(found)})
