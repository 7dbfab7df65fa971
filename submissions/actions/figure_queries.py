"""Queries about figures: asked by the STP or NHS Improvement, answered by the trust in words or by another figure, closed by whoever asks."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from footprints.access import check_may
from footprints.events import record
from footprints.letters import page_address
from footprints.models import RoleKind, User
from submissions.actions.reasons import CannotBeDone, says_too_little
from submissions.actions.return_letters import write_return_letter
from submissions.models import FEWEST_LETTERS, FigureQuery, Return, Submission
from submissions.queries.figure_queries import (
    NOTHING_THERE,
    definition_of,
    figure_in,
    label_of,
    line_and_column,
    words_of,
)
from submissions.queries.people import people_of
from templates_app.reading import Place, Value
from ui.plain_text import one_line

_LONGEST_FOUND = 300
ANSWERED_BY = (RoleKind.PREPARER, RoleKind.SIGNATORY)
"""Who is told of a query."""


class CannotQuery(CannotBeDone):
    """The query cannot be asked, answered or closed. Troubles are about question, answer, or the whole."""


def ask_query(*, by: User, submission: Submission, place: Place, question: str) -> FigureQuery:
    """Ask about one figure of the file on record; the trust's preparers and signatories are told.

    Raises NotAllowed, CannotQuery where the file is on record no longer, there is no such figure, or the question says too little.
    """
    check_may(by, "query_figure", trust=submission.return_record.trust)
    with transaction.atomic():
        return_record = _locked(submission.return_record)
        definition = definition_of(return_record)
        if line_and_column(definition, place) is None:
            raise CannotQuery(whole=f"{'.'.join(place)} is no figure of this template.")
        if not Submission.objects.accepted().filter(pk=submission.pk).exists():
            raise CannotQuery(whole="This file is not on record, or no longer. Ask about the figure that is.")
        if says_too_little(question):
            raise CannotQuery(
                question=f"Ask in at least {FEWEST_LETTERS} letters, so that the trust knows what to say."
            )
        same = FigureQuery.objects.open().filter(return_record=return_record, line=place[0], column=place[1])
        if same.filter(asked_by=by).exists():
            raise CannotQuery(whole="You have asked about this figure already. The trust has not answered yet.")
        found = words_of(definition, place, figure_in(submission, place) or NOTHING_THERE)
        query = FigureQuery.objects.create(
            return_record=return_record,
            submission=submission,
            line=place[0],
            column=place[1],
            found=found[:_LONGEST_FOUND],
            question=question.strip(),
            asked_by=by,
        )
        _record("figure queried", by, query)
        _tell_the_trust(query)
    return query


def answer_query(*, by: User, query: FigureQuery, answer: str) -> FigureQuery:
    """Answer a query in words, beside the figure; the asker is told.

    Raises NotAllowed, CannotQuery where it was answered or closed already, or the answer says too little.
    """
    check_may(by, "answer_query", trust=query.return_record.trust)
    with transaction.atomic():
        return_record = _locked(query.return_record)
        current = FigureQuery.objects.get(pk=query.pk)
        if current.closed_at is not None:
            raise CannotQuery(whole="This query has been closed already.")
        if current.answered_at is not None:
            raise CannotQuery(whole="This query has been answered already.")
        if says_too_little(answer):
            raise CannotQuery(answer=f"Answer in at least {FEWEST_LETTERS} letters.")
        _answer(current, by, answer.strip(), None, return_record)
    return current


def answer_by_file(*, submission: Submission, values: Mapping[Place, Value], return_record: Return) -> None:
    """Mark every query as answered of which the figure differs in a file that is just being put on record, in the caller's transaction
    and with the return locked. The submission comes with its uploader, the return with trust and collection."""
    waiting = FigureQuery.objects.open().filter(return_record=return_record).select_related("submission")
    for query in waiting.defer("submission__reading"):
        place = (query.line, query.column)
        before = figure_in(query.submission, place) or NOTHING_THERE
        now = values.get(place, NOTHING_THERE)
        if now == before:
            continue
        definition = definition_of(return_record)
        changed = (
            f"Changed from {words_of(definition, place, before)} to {words_of(definition, place, now)} "
            f"in {submission.reference}."
        )
        _answer(query, submission.uploaded_by, changed, submission, return_record)


def close_query(*, by: User, query: FigureQuery) -> FigureQuery:
    """Close a query: nothing stands beside the figure any more. One that was not answered is taken back by it.

    Raises NotAllowed, CannotQuery where it was closed already.
    """
    check_may(by, "query_figure", trust=query.return_record.trust)
    with transaction.atomic():
        _locked(query.return_record)
        current = FigureQuery.objects.get(pk=query.pk)
        if current.closed_at is not None:
            raise CannotQuery(whole="This query has been closed already.")
        current.closed_by, current.closed_at = by, timezone.now()
        current.save(update_fields=["closed_by", "closed_at"])
        _record("figure query closed", by, current)
    return current


def _locked(return_record: Return) -> Return:
    """The return, so that a query is not asked of a file that is being replaced, nor answered twice."""
    returns = Return.objects.select_for_update(of=("self",)).select_related("trust", "collection")
    return returns.get(pk=return_record.pk)


def _answer(query: FigureQuery, by: User, answer: str, file: Submission | None, return_record: Return) -> None:
    query.answer, query.answered_by, query.answered_at, query.answered_in = answer, by, timezone.now(), file
    query.save(update_fields=["answer", "answered_by", "answered_at", "answered_in"])
    _record("figure query answered", by, query)
    label = label_of(definition_of(return_record), (query.line, query.column))
    write_return_letter(
        to=[query.asked_by],
        return_record=return_record,
        kind="query_answered",
        key=f"query answered {query.pk}",
        subject=f"Your query is answered: {label}, {return_record.trust.name}",
        body=[
            f"You asked about {label}: {one_line(query.question)}",
            f"{by.name} answered: {one_line(answer)}",
            "Close the query when it is settled, or ask again:",
        ],
        because="you asked about this figure",
        page=page_address("submissions:queries", return_record.pk),
    )


def _tell_the_trust(query: FigureQuery) -> None:
    return_record = query.return_record
    label = label_of(definition_of(return_record), (query.line, query.column))
    write_return_letter(
        to=people_of(return_record.trust, ANSWERED_BY),
        return_record=return_record,
        kind="query",
        key=f"query {query.pk}",
        subject=f"A query about your return: {label}",
        body=[
            f"{query.asked_by.name} asks about {label}, which is {one_line(query.found)} in {query.submission.reference}:",
            one_line(query.question),
            "Say beside the figure why it is right, or upload a file with the right one:",
        ],
        because="you prepare or sign the returns of this trust",
        page=page_address("submissions:queries", return_record.pk),
    )


def _record(verb: str, by: User, query: FigureQuery) -> None:
    detail = {"return": query.return_record_id, "place": f"{query.line}.{query.column}"}
    record(verb=verb, by=by, subject=query, trust=query.return_record.trust, detail=detail)
