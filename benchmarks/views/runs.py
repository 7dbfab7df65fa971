"""Pages of benchmark runs: all of them, one, freezing one, and what differs between two."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from benchmarks.actions import NothingToFreeze, freeze
from benchmarks.arithmetic.metrics import value_words
from benchmarks.forms.run import FreezeForm
from benchmarks.models import BenchmarkRun
from benchmarks.queries.run_difference import run_difference_page
from benchmarks.queries.run_pages import (
    PEER_RULE,
    freeze_preview,
    frozen_runs,
    published_run,
    rounds_with_figures,
    run_page,
    standing_runs,
)
from benchmarks.queries.runs import find_run, live_run_of
from benchmarks.run_address import run_key
from footprints.access import NotAllowed, check_may, may, may_somewhere, signed_in_as
from footprints.events import record
from footprints.models import User
from submissions.models import Collection

LIVE = "live"


@require_safe
@never_cache
def runs(request: HttpRequest) -> HttpResponse:
    """Every frozen run, and the runs that have no number."""
    _check_sees_benchmarks(request)
    frozen, standing = frozen_runs(), standing_runs()
    context = {
        "frozen": frozen,
        "standing": standing,
        "may_freeze": may(request.user, "freeze_runs"),
        "illustrative": any(line.run.illustrative for line in [*frozen, *standing]),
    }
    return render(request, "benchmarks/runs.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def freeze_run(request: HttpRequest) -> HttpResponse:
    """See what a run of a round would hold now, say what it is for, freeze it."""
    check_may(request.user, "freeze_runs")
    rounds = rounds_with_figures()
    collection = _chosen(request.POST.get("collection") or request.GET.get("collection"), rounds)
    form = FreezeForm(request.POST if request.method == "POST" else None)
    if collection is not None and form.is_valid():
        try:
            run = freeze(by=cast(User, request.user), collection=collection, purpose=form.cleaned_data["purpose"])
        except NothingToFreeze as nothing:
            form.add_error(None, str(nothing))
        else:
            messages.success(request, f"Run {run.number} is frozen. Its figures never change.")
            return redirect("benchmarks:run", number=run.number)
    context = {
        "form": form,
        "rounds": rounds,
        "preview": freeze_preview(collection) if collection is not None else None,
        "illustrative": collection is not None and collection.illustrative,
    }
    return render(request, "benchmarks/freeze.jinja", context, status=422 if form.is_bound else 200)


@require_safe
@never_cache
def run(request: HttpRequest, number: int) -> HttpResponse:
    """One frozen run: who is in it, by which definitions and rules it was worked out."""
    _check_sees_benchmarks(request)
    return _run_page(request, _frozen(number))


@require_safe
@never_cache
def published(request: HttpRequest, template: str, year: str) -> HttpResponse:
    """The run of figures that others published for one year, such as ERIC for 2015-16."""
    _check_sees_benchmarks(request)
    found = published_run(template, year.replace("-", "/"))
    if found is None:
        raise Http404("There are no such published figures.")
    return _run_page(request, found)


@require_safe
@never_cache
def run_difference(request: HttpRequest, number: int, other: str) -> HttpResponse:
    """What differs between a frozen run and an earlier or later one of the same round, or the live figures."""
    _check_sees_benchmarks(request)
    first = _frozen(number)
    second = _other(first, other)
    old, new = (first, second) if second.number is None or second.number > number else (second, first)
    person = cast(User, request.user)
    page = run_difference_page(person, old, new)
    if page.names:
        detail = {"from": old.number, "to": new.number or LIVE}
        record(verb="run difference seen", by=person, subject=first, detail=detail, request=request)
    context = {
        "page": page,
        "old": old,
        "new": new,
        "words": value_words,
        "illustrative": old.illustrative or new.illustrative,
    }
    return render(request, "benchmarks/run_difference.jinja", context)


def _run_page(request: HttpRequest, found: BenchmarkRun) -> HttpResponse:
    page = run_page(cast(User, request.user), found)
    context = {
        "page": page,
        "run": found,
        "run_key": run_key(found),
        "words": value_words,
        "peer_rule": PEER_RULE,
        "illustrative": found.illustrative,
    }
    return render(request, "benchmarks/run.jinja", context)


def _check_sees_benchmarks(request: HttpRequest) -> None:
    if not may_somewhere(request.user, "see_benchmarks"):
        raise NotAllowed(f"You cannot see benchmark runs. {signed_in_as(request.user)}")


def _frozen(number: int) -> BenchmarkRun:
    found = find_run(number)
    if found is None:
        raise Http404("There is no such run.")
    return found


def _other(first: BenchmarkRun, name: str) -> BenchmarkRun:
    """What a run is held against: the live figures of its round, or another frozen run of the same round."""
    if name == LIVE and first.collection is not None:
        found = live_run_of(first.collection)
    else:
        found = find_run(int(name)) if name.isdecimal() and len(name) < 10 else None
    if found is None or found.collection_id != first.collection_id or found.pk == first.pk:
        raise Http404("There is no such run to hold it against.")
    return found


def _chosen(key: str | None, rounds: list[Collection]) -> Collection | None:
    """The round that was asked for, the newest when none was. Http404 for one that cannot be frozen."""
    if not key:
        return next(iter(rounds), None)
    found = next((collection for collection in rounds if str(collection.pk) == key), None)
    if found is None:
        raise Http404("There is no such round with figures.")
    return found
