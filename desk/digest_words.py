"""The words of the weekly digest and of the morning summary. Figures of the returns stand in neither."""

from collections.abc import Iterable, Iterator

from desk.queries.digests import DigestReturn, FootprintRound, LeadDigest
from desk.queries.summaries import MorningSummary, SummaryLine
from footprints.letters import page_address
from footprints.models import Trust
from submissions.models import Return
from submissions.stages import COMPLETE, STAGE_WORDS
from ui.formats import long_date, moment, plural, sentence_list
from ui.plain_text import one_line

MOST_LISTED = 30
"""So many lines stand under one heading; the desk shows them all."""
EXAMPLE = "EXAMPLE DATA. The rounds in this letter are made up."


def digest_subject(digest: LeadDigest) -> str:
    """What it is about, with the count where it is about one round alone."""
    if len(digest.rounds) == 1:
        (only,) = digest.rounds
        return f"{only.footprint.name}: {len(only.come)} of {plural(len(only.returns), 'return')} in"
    return f"Your week: {plural(len(digest.rounds), 'open round')} in {sentence_list([each.name for each in digest.footprints])}"


def digest_text(digest: LeadDigest) -> str:
    """The whole letter to an STP lead."""
    places = sentence_list([one_line(each.name) for each in digest.footprints])
    return _letter(
        "This is how the returns of your footprint stand this morning. Every return, with its queries, is here:",
        page_address("home"),
        *([EXAMPLE] if all(each.collection.illustrative for each in digest.rounds) else []),
        *(part for each in digest.rounds for part in _round(each)),
        foot=f"You get this letter each week in which something is left to do, because you are STP lead for {places}.",
    )


def summary_subject(summary: MorningSummary) -> str:
    """What waits, in counts."""
    calls = len(summary.calls) + len(summary.promises)
    waiting = len(summary.extensions) + len(summary.reopenings)
    said = [plural(calls, "call")] if calls else []
    said += [f"{plural(waiting, 'request')} to decide"] if waiting else []
    said += [f"{plural(len(summary.without_people), 'trust')} without people"] if summary.without_people else []
    return f"This morning: {sentence_list(said)}"


def summary_text(summary: MorningSummary) -> str:
    """The whole letter to a support manager."""
    asked = [
        f"{_of(each.return_record)}: asked for {long_date(each.asked_until_date)} on {long_date(each.asked_at)}"
        for each in summary.extensions
    ]
    reopen = [f"{_of(each.sign_off.return_record)}: asked on {long_date(each.asked_at)}" for each in summary.reopenings]
    return _letter(
        "These are the trusts that you look after, and those in your region that nobody looks after yet. The desk shows them all:",
        page_address("desk:desk"),
        *([EXAMPLE] if summary.illustrative else []),
        *_section("Promised for a day that has passed", _lines(summary.promises)),
        *_section("To call", _lines(summary.calls)),
        *_section("More time is asked for", asked),
        *_section("Reopening is asked for", reopen),
        *_section("Trusts without people", [_lacks(trust, posts) for trust, posts in summary.without_people]),
        *_section(f"What changed since {moment(summary.since)}", _lines(summary.changes)),
        foot="You get this letter on each working day on which something is left to do, because you are support manager.",
    )


def _round(each: FootprintRound) -> Iterator[str]:
    count = f"{len(each.come)} of {plural(len(each.returns), 'return')} in"
    yield _heading(f"{one_line(each.footprint.name)}: {one_line(each.collection.name)}")
    yield f"Due on {long_date(each.collection.due_date)}: {count}" + (f", {len(each.late)} late." if each.late else ".")
    yield from _list("Late", [_late(item) for item in each.late])
    yield from _list("To come", [f"{_name(item.trust)}: {_stage(item)}" for item in each.to_come])
    yield from _list("In", [_in(item) for item in each.come])
    to_answer = [
        f"{_name(item.trust)}: {plural(item.to_answer, 'query', 'queries')}" for item in each.returns if item.to_answer
    ]
    to_close = [
        f"{_name(item.trust)}: {plural(item.to_close, 'query', 'queries')}" for item in each.returns if item.to_close
    ]
    yield from _list("Queries that wait for an answer", to_answer)
    yield from _list("Queries that are answered, and wait for whoever asked", to_close)


def _late(item: DigestReturn) -> str:
    return f"{_name(item.trust)}: {plural((item.today - item.due).days, 'day')} late. {STAGE_WORDS[item.standing]}"


def _in(item: DigestReturn) -> str:
    return _name(item.trust) if item.standing in COMPLETE else f"{_name(item.trust)}: {_stage(item)}"


def _stage(item: DigestReturn) -> str:
    words = STAGE_WORDS[item.standing]
    due = f", due on {long_date(item.due)}" if item.due > item.collection.due_date and not item.is_in else ""
    return words[0].lower() + words[1:] + due


def _lines(lines: Iterable[SummaryLine]) -> list[str]:
    return [f"{_of(line.return_record)}: {line.said[0].lower()}{line.said[1:]}" for line in lines]


def _of(return_record: Return) -> str:
    return f"{_name(return_record.trust)}, {one_line(return_record.collection.name)}"


def _lacks(trust: Trust, posts: str) -> str:
    return f"{_name(trust)}: no {posts}"


def _name(trust: Trust) -> str:
    return one_line(trust.name)


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield _heading(title)
        yield _bullets(lines)


def _list(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"{title}:\n{_bullets(lines)}"


def _bullets(lines: list[str]) -> str:
    more = len(lines) - MOST_LISTED
    return "\n".join([f"* {line}" for line in lines[:MOST_LISTED]] + ([f"and {more} more"] if more > 0 else []))


def _heading(words: str) -> str:
    return f"{words}\n{'-' * len(words)}"


def _letter(*parts: str, foot: str) -> str:
    return "\n\n".join([*parts, f"--\n{foot} Nobody reads answers to this address."]) + "\n"
