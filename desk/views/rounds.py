"""Pages of rounds: all of them, opening one with its effect shown first, and one with its register."""

from typing import cast

from django.contrib import messages
from django.core.signing import BadSignature, dumps, loads
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from desk.actions.rounds import EffectChanged, open_round
from desk.forms.rounds import NO_LADDER, OpenRoundForm, version_choices
from desk.ladder import STANDARD
from desk.queries.opening import RoundPlan, effect_of, proposed_dates
from desk.queries.pilots import pilot_of
from desk.queries.rounds import RegisterFilters, find_round, round_page, rounds_seen_by
from footprints.access import NotAllowed, check_may, may, may_somewhere, signed_in_as
from footprints.models import User
from footprints.queries.people import without_people
from submissions.actions.register import CannotChangeRound
from submissions.models import Collection
from submissions.stages import STAGE_WORDS
from submissions.views.visible import add_troubles
from ui.formats import plural

_SALT = "desk.open_round"
_A_DAY = 24 * 60 * 60


def person(request: HttpRequest) -> User:
    """The signed-in person; the middleware lets nobody else come here."""
    return cast(User, request.user)


def seen_round(request: HttpRequest, key: int) -> Collection:
    """The round. Raises NotAllowed for people without a desk, Http404 where there is none."""
    if not may_somewhere(request.user, "see_desk"):
        raise NotAllowed(f"You cannot see rounds. {signed_in_as(request.user)}")
    found = find_round(key)
    if found is None:
        raise Http404("There is no such round.")
    return found


def managed_round(request: HttpRequest, key: int) -> Collection:
    """The round, for somebody who may change it. Raises NotAllowed, Http404."""
    check_may(request.user, "manage_collections")
    return seen_round(request, key)


@require_safe
@never_cache
def rounds(request: HttpRequest) -> HttpResponse:
    """Every round and pilot, the one due last first."""
    if not may_somewhere(request.user, "see_desk"):
        raise NotAllowed(f"You cannot see rounds. {signed_in_as(request.user)}")
    listed = rounds_seen_by(person(request))
    return render(
        request, "desk/rounds.jinja", {"listed": listed, "may_manage": may(request.user, "manage_collections")}
    )


@require_safe
@never_cache
def a_round(request: HttpRequest, collection: int) -> HttpResponse:
    """One round: its days, and its register by region and stage."""
    found = seen_round(request, collection)
    page = round_page(person(request), found, RegisterFilters.from_query(request.GET), request.GET.get("page", "1"))
    context = {"page": page, "stage_words": STAGE_WORDS, "illustrative": found.illustrative}
    return render(request, "desk/round.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def open_a_round(request: HttpRequest) -> HttpResponse:
    """Say what is to be opened, see what that does, confirm it."""
    check_may(request.user, "manage_collections")
    step = request.POST.get("step", "")
    if request.method == "POST" and step in ("confirm", "change"):
        try:
            kept = loads(request.POST.get("plan", ""), salt=_SALT, max_age=_A_DAY)
        except BadSignature:
            messages.warning(
                request, "What you were shown is more than a day old, or was changed on the way. Begin again."
            )
            return redirect("desk:open_round")
        plan = RoundPlan.from_json(kept["plan"])
        if step == "confirm":
            return _confirmed(request, plan, kept["shown"])
        return _form(request, OpenRoundForm(initial=OpenRoundForm.filled_from(plan) | _days_of(plan)))
    if request.method != "POST":
        return _form(request, OpenRoundForm(initial=_proposed(request.GET.get("purpose", ""))))
    form = OpenRoundForm(request.POST)
    return _preview(request, form.plan) if form.is_valid() else _form(request, form)


def _confirmed(request: HttpRequest, plan: RoundPlan, shown: str) -> HttpResponse:
    try:
        opened = open_round(by=person(request), plan=plan, shown=shown)
    except EffectChanged as changed:
        messages.warning(request, str(changed))
        return _preview(request, plan, status=422)
    except CannotChangeRound as refusal:
        form = OpenRoundForm(OpenRoundForm.filled_from(plan))
        if form.is_valid():  # else it has found the same troubles
            add_troubles(form, refusal)
        return _form(request, form)
    owed = plural(opened.returns.count(), "return")
    messages.success(request, f"{opened.name} is set up. {owed} stand in its register.")
    return redirect("desk:round", collection=opened.pk)


def _preview(request: HttpRequest, plan: RoundPlan, status: int = 200) -> HttpResponse:
    effect = effect_of(plan)
    signed = dumps({"plan": plan.as_json, "shown": effect.digest}, salt=_SALT)
    posts = without_people(effect.owing.owes)
    context = {
        "effect": effect,
        "plan": plan,
        "signed": signed,
        "pilot": pilot_of(plan.template, plan.version),
        "sign_off_words": dict(Collection.SignOffRule.choices),
        "without": [
            (trust, posts[trust.pk].missing)
            for trust in effect.owing.owes
            if trust.pk in posts and posts[trust.pk].missing
        ],
    }
    return render(request, "desk/open_round_preview.jinja", context, status=status)


def _form(request: HttpRequest, form: OpenRoundForm) -> HttpResponse:
    return render(request, "desk/open_round.jinja", {"form": form}, status=422 if form.is_bound else 200)


def _days_of(plan: RoundPlan) -> dict[str, object]:
    """The days as the form's fields show them."""
    return {"opens_date": plan.opens_date, "due_date": plan.due_date, "closes_date": plan.closes_date}


def _proposed(purpose: str) -> dict[str, object]:
    """What stands in the form at first: a pilot is of chosen trusts, is not signed, and lasts two weeks."""
    is_pilot = purpose == Collection.Purpose.PILOT
    owed_by = Collection.OwedBy.LIST if is_pilot else Collection.OwedBy.ALL
    signed = Collection.SignOffRule.NOT_NEEDED if is_pilot else Collection.SignOffRule.SIGNATORY
    purposes = Collection.Purpose.PILOT if is_pilot else Collection.Purpose.ROUND
    return {
        "version": version_choices()[0][0],
        "purpose": purposes.value,
        "owed_by": owed_by.value,
        "ladder": NO_LADDER if is_pilot else STANDARD,
        "sign_off_rule": signed.value,
        "extension_days": "10",
        **proposed_dates(purpose, timezone.localdate()),
    }
