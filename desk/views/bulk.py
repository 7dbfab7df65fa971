"""Doing the same to many returns: what to do, what would happen, and then, as it was shown, doing it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from desk.actions.bulk import MOST_AT_ONCE, Bulk, carry_out, preview, returns_for
from desk.forms.desk import AssignForm, ContactForm
from desk.queries.desk_filters import DeskFilters
from desk.queries.desk_page import managers_at
from desk.queries.queue import queue
from footprints.access import NotAllowed, may_somewhere, signed_in_as
from footprints.access_table import IN_WORDS
from submissions.forms import GrantExtensionForm
from submissions.models import Return
from submissions.views.visible import person
from ui.formats import plural

TITLES: Final = {
    "remind": "Send reminders",
    "log": "Log a call",
    "assign": "Assign",
    "extend": "Give more time",
}
BUTTONS: Final = {
    "remind": "Send these reminders",
    "log": "Add to the log",
    "assign": "Assign these trusts",
    "extend": "Give this time",
}
DONE: Final = {
    "remind": "{} reminded. The letters go out in a moment.",
    "log": "The contact is in the log of {}.",
    "assign": "{} assigned.",
    "extend": "More time given to {}. We have told the trusts.",
}
OUR_FIELDS: Final = frozenset(
    {"csrfmiddlewaretoken", "do", "return", "returns", "everything", "query", "step", "shown"}
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: what to do, with which returns, and where the person came from."""

    what: str
    returns: list[Return]
    left_over: int
    """How many returns are more than can be looked through at once."""
    filters: DeskFilters

    @property
    def back(self) -> str:
        """The desk as the person left it."""
        return f"{reverse('desk:desk')}?{self.filters.query}"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def bulk(request: HttpRequest) -> HttpResponse:
    """Do something with many returns, in up to three steps. Whoever only looks is shown the desk."""
    if not may_somewhere(request.user, "see_desk"):
        raise NotAllowed(f"You cannot {IN_WORDS['see_desk']}. {signed_in_as(request.user)}")
    if request.method != "POST":
        return redirect("desk:desk")
    if not may_somewhere(request.user, "chase"):
        raise NotAllowed(f"You cannot {IN_WORDS['chase']}. {signed_in_as(request.user)}")
    asked = _asked(request)
    if asked.what not in TITLES or not asked.returns:
        messages.warning(request, "Tick the returns first, then choose what to do with them.")
        return redirect(asked.back)
    form = _form(request, asked.what)
    context: dict[str, object] = {
        "asked": asked,
        "title": TITLES[asked.what],
        "button_words": BUTTONS[asked.what],
        "most": MOST_AT_ONCE,
        "carried": [(name, value) for name, value in request.POST.items() if name not in OUR_FIELDS],
        "illustrative": any(each.collection.illustrative for each in asked.returns),
    }
    if form is not None and not form.is_valid():
        if not form.is_bound:
            return render(request, "desk/bulk.jinja", context | {"fields": form})
        return render(request, "desk/bulk.jinja", context | {"fields": form, "form": form}, status=422)
    given = _given(form)
    if request.POST.get("step") == "confirm":
        return _carry_out(request, asked, given, context)
    found = preview(by=person(request), what=asked.what, returns=asked.returns, given=given, today=timezone.localdate())
    return render(request, "desk/bulk.jinja", context | {"preview": found, "shown": _written(found)})


def _carry_out(
    request: HttpRequest, asked: Asked, given: Mapping[str, Any], context: dict[str, object]
) -> HttpResponse:
    shown = _read(request.POST.get("shown", ""))
    taken = [each for each in asked.returns if each.pk in shown]
    done = carry_out(by=person(request), what=asked.what, returns=taken, given=given, shown=shown)
    if done.items:
        messages.success(request, DONE[asked.what].format(plural(len(done.items), "return")))
    if not done.left_out:
        return redirect(asked.back)
    return render(request, "desk/bulk.jinja", context | {"done": done})


def _asked(request: HttpRequest) -> Asked:
    what, by = request.POST.get("do", ""), person(request)
    filters = DeskFilters.from_query(QueryDict(request.POST.get("query", "")[:1000]))
    if request.POST.get("everything") == "yes":
        found = queue(by, filters, timezone.localdate(), limit=MOST_AT_ONCE)
        return Asked(
            what, returns_for(by, [one.pk for one in found.listed]), max(found.total - MOST_AT_ONCE, 0), filters
        )
    ticked = [*request.POST.getlist("return"), *request.POST.get("returns", "").split(",")]
    keys = {int(key) for key in ticked if key.isascii() and key.isdecimal() and len(key) < 10}
    return Asked(what, returns_for(by, keys), 0, filters)


def _form(request: HttpRequest, what: str) -> Form | None:
    """The form of what is asked for; empty as long as it was not shown."""
    data = request.POST if request.POST.get("step") in ("preview", "confirm") else None
    if what == "log":
        return ContactForm(data)
    if what == "assign":
        return AssignForm(data, managers=managers_at(person(request), timezone.localdate()))
    return GrantExtensionForm(data) if what == "extend" else None


def _given(form: Form | None) -> Mapping[str, Any]:
    if isinstance(form, ContactForm):
        return form.given()
    if isinstance(form, AssignForm):
        return {"manager": form.chosen}
    return form.cleaned_data if form is not None else {}


def _written(found: Bulk) -> str:
    """What was shown, for the page to hand back: "12:2016-09-30,13:2016-09-30"."""
    return ",".join(f"{item.return_record.pk}:{item.mark}" for item in found.items)


def _read(shown: str) -> dict[int, str]:
    return {int(key): mark for key, mark in re.findall(r"([0-9]{1,9}):([^,:]*)", shown, re.ASCII)}
