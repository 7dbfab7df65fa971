"""The form on the page of findings: explanations of warnings, and corrected figures."""

import logging
from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from footprints.access import check_may
from submissions.actions.correct import CannotCorrect, NotLatest, check_again
from submissions.actions.explain import CannotExplain
from submissions.actions.locked import ReturnIsLocked
from submissions.actions.mend import Mended
from submissions.actions.mend import mend as mend_file
from submissions.actions.process import process
from submissions.models import Submission
from submissions.queries.mending import Typed
from submissions.views.files import submission_page
from submissions.views.visible import person, visible_submission
from templates_app.reading import Place
from ui.formats import plural

logger = logging.getLogger(__name__)

EXPLAIN, CORRECT, WAS = "explain-", "correct-", "was-"
LONGEST_ID = 19
"""Digits of the largest number of a row."""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def mend(request: HttpRequest, reference: str) -> HttpResponse:
    """Take what was typed beside the findings, check the corrected figures at once, and show what is left."""
    file = visible_submission(request, reference)
    if request.method != "POST":
        return redirect("submissions:submission", reference=reference)
    check_may(request.user, "explain", trust=file.return_record.trust)
    explanations = {int(name): text for name, text in _sent(request, EXPLAIN) if _is_changed(request, name, text)}
    corrections = {_place(name): text for name, text in _sent(request, CORRECT) if "." in name}
    try:
        mended = mend_file(
            by=person(request),
            submission=file,
            explanations=explanations,
            corrections=corrections,
            same_is_meant="same" in request.POST,
        )
    except NotLatest as late:
        messages.info(request, str(late))
        return redirect("submissions:submission", reference=late.latest.reference)
    except ReturnIsLocked as locked:
        messages.warning(request, f"{locked} What you typed was not taken.")
        return redirect("submissions:return", pk=file.return_record_id)
    except (CannotCorrect, CannotExplain) as trouble:
        if not file.is_latest:
            messages.info(request, str(trouble))
            return redirect("submissions:return", pk=file.return_record_id)
        typed = Typed(explanations, corrections, message=str(trouble))
        return submission_page(request, file, typed=typed, status=422)
    if mended.explained.troubles:
        told = mended.explained
        typed = Typed(explanations, corrections, told.troubles, told.alike)
        return submission_page(request, file, typed=typed, status=422)
    if mended.corrected is not None:
        _process(mended.corrected)
    messages.success(request, _in_words(mended))
    return redirect("submissions:submission", reference=(mended.corrected or file).reference)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def again(request: HttpRequest, reference: str) -> HttpResponse:
    """Check the same figures once more, by the rules and waivers of today."""
    file = visible_submission(request, reference)
    if request.method != "POST":
        return redirect("submissions:submission", reference=reference)
    try:
        made = check_again(by=person(request), submission=file)
    except NotLatest as late:
        messages.info(request, str(late))
        return redirect("submissions:submission", reference=late.latest.reference)
    except ReturnIsLocked as locked:
        messages.warning(request, str(locked))
        return redirect("submissions:return", pk=file.return_record_id)
    except CannotCorrect as trouble:
        messages.info(request, str(trouble))
        return redirect("submissions:submission", reference=reference)
    _process(made)
    return redirect("submissions:submission", reference=made.reference)


def _process(submission: Submission) -> None:
    """Check at once, while the person waits: it takes a moment. Should it fail, the file is safe and a worker takes it up."""
    try:
        process(submission_id=submission.pk)
    except Exception:
        logger.exception("Checking %s at once failed; it waits for a worker", submission.reference)


def _sent(request: HttpRequest, prefix: str) -> Iterator[tuple[str, str]]:
    """The boxes of one kind: the name without its prefix, and what was typed."""
    for name in request.POST:
        if name.startswith(prefix):
            yield name.removeprefix(prefix), request.POST[name]


def _is_changed(request: HttpRequest, name: str, text: str) -> bool:
    """Whether it names a finding, and says something else than the box held when it was shown."""
    shown = request.POST.get(f"{WAS}{EXPLAIN}{name}", "")
    return name.isdecimal() and len(name) < LONGEST_ID and (not shown or _lines(text) != _lines(shown))


def _lines(text: str) -> list[str]:
    """A text as lines, however the browser ends them."""
    return text.strip().splitlines()


def _place(name: str) -> Place:
    line, _, column = name.partition(".")
    return line, column


def _in_words(mended: Mended) -> str:
    taken = mended.explained.taken
    if mended.corrected is not None:
        words = f"{plural(mended.cells, 'figure')} corrected and checked. Your new reference is {mended.corrected.reference}."
        return f"{plural(taken, 'explanation')} saved. {words}" if taken else words
    if mended.accepted:
        return "Saved. Every warning is explained, and your return is accepted."
    if not taken:
        return "You have not changed anything."
    left = mended.explained.left
    return f"{plural(taken, 'explanation')} saved. {plural(left, 'warning')} left to explain." if left else "Saved."
