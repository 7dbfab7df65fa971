"""What changed from one file of a return to the next: problems mended, new and remaining, explanations carried, and figures."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from django.db.models import Q

from submissions.models import Finding, Return, Submission
from submissions.queries.figure_changes import FigureChange, changes_between, changes_since_last_year
from submissions.queries.judging import last_year_figures, year_before
from submissions.queries.own_files import is_own
from submissions.read_file import from_json
from submissions.states import JUDGED
from templates_app.reading import Reading
from ui.formats import plural

MOST_COMPARED = 20
"""So many files of a return are compared at once: each has to be read whole."""


class Found(NamedTuple):
    """One finding of one file, with what was said of it."""

    submission_id: int
    code: str
    severity: str
    line: str
    column: str
    sheet: str
    cell: str
    label: str
    message: str
    position: int
    trial_until: date | None
    waiver_id: int | None
    explanation: str | None
    carried_from_id: int | None

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it the same finding in another file; one about the whole file also by what it is about."""
        where = (self.line, self.column) if self.line else ("", "", self.label, self.message)
        return (self.code, *where)


@dataclass(frozen=True, slots=True)
class Changes:
    """The findings of one severity against those of the file before. Mended ones are as they stood there."""

    mended: tuple[Found, ...] = ()
    waived: tuple[Found, ...] = ()
    """They ask for nothing any more, since the trust has a waiver."""
    new: tuple[Found, ...] = ()
    remaining: tuple[Found, ...] = ()

    def in_words(self, noun: str) -> str:
        """Such as "5 errors mended, 1 new, 2 remain."; empty where there were none and are none."""
        counts = (len(self.mended), len(self.waived), len(self.new), len(self.remaining))
        words: list[str] = []
        for count, how in zip(counts, ("mended", "waived", "new", "remain"), strict=True):
            said = how + "s" if how == "remain" and count == 1 else how
            if count and words:
                words.append(f"{count} {said}")
            elif count:
                words.append(
                    f"{count} new {plural(count, noun).split()[-1]}"
                    if how == "new"
                    else f"{plural(count, noun)} {said}"
                )
        return f"{', '.join(words)}." if words else ""


@dataclass(frozen=True, slots=True)
class Difference:
    """How one file differs from the file before it that was checked."""

    before: Submission
    errors: Changes
    warnings: Changes
    notes: Changes
    on_trial: tuple[Found, ...]
    """What rules on trial found in this file; errors, warnings and notes are without it."""
    carried: tuple[Found, ...]
    """Warnings of this file whose explanation was given for an earlier one."""
    changes: tuple[FigureChange, ...] | None
    """Cells that say something else; None where the two are not returns of the same trust, or one was not read."""
    other_rules: bool
    """The two were judged by different rules."""

    @property
    def figures(self) -> tuple[FigureChange, ...]:
        """The numbers that changed."""
        return tuple(change for change in self.changes or () if change.is_figure)

    @property
    def answers(self) -> tuple[FigureChange, ...]:
        """The choices, dates and words that changed."""
        return tuple(change for change in self.changes or () if not change.is_figure)

    @property
    def in_words(self) -> str:
        """Such as "5 errors mended, 1 new, 2 remain. 2 explanations still hold. 6 figures changed."."""
        sentences = [
            self.errors.in_words("error"),
            self.warnings.in_words("warning"),
            f"{plural(len(self.on_trial), 'finding')} on trial." if self.on_trial else "",
            f"{plural(len(self.carried), 'explanation')} still {'holds' if len(self.carried) == 1 else 'hold'}."
            if self.carried
            else "",
            f"{plural(len(self.figures), 'figure')} changed." if self.figures else "",
            f"{plural(len(self.answers), 'answer')} changed." if self.answers else "",
        ]
        if self.changes is not None and not self.changes:
            sentences.append("No figure changed.")
        return " ".join(sentence for sentence in sentences if sentence)


@dataclass(frozen=True, slots=True)
class LastYear:
    """How the figures of a file differ from the trust's return of the year before."""

    year: str
    changes: tuple[FigureChange, ...] | None
    """None where there is no return of that year, or the file holds no figures of the trust for this return."""
    is_own: bool
    """The file holds figures of the trust for this return."""

    @property
    def in_words(self) -> str:
        """Such as "12 figures differ from last year's return."; empty where nothing is compared."""
        if self.changes is None:
            return ""
        if not self.changes:
            return "Every figure is the same as last year’s."
        differ = "differs" if len(self.changes) == 1 else "differ"
        return f"{plural(len(self.changes), 'figure')} {differ} from last year’s return."


def difference(file: Submission) -> Difference | None:
    """The difference of a checked file to the checked file before it; None for the first. Two queries."""
    before = _file_before(file)
    return None if before is None else _differences((before, file))[file.pk]


def differences(return_record: Return) -> Mapping[int, Difference]:
    """The difference of each of the newest checked files of a return to the one before it, by the number of the file. Two queries for
    all."""
    newest = return_record.submissions.filter(state__in=JUDGED).order_by("-received_at", "-pk")[:MOST_COMPARED]
    return _differences(reversed(newest))


def since_last_year(file: Submission) -> LastYear:
    """The difference of a file to the return of the year before; of another trust's workbook nothing is compared. One query."""
    year = year_before(file.return_record.collection.year)
    if not file.reading or not is_own(file):
        return LastYear(year, None, is_own=False)
    known = last_year_figures(file.return_record)
    changes = tuple(changes_since_last_year(known, from_json(file.reading))) if known else None
    return LastYear(year, changes, is_own=True)


def _file_before(file: Submission) -> Submission | None:
    earlier = Q(received_at__lt=file.received_at) | Q(received_at=file.received_at, pk__lt=file.pk)
    return Submission.objects.filter(earlier, return_record=file.return_record_id, state__in=JUDGED).first()


def _differences(files: Iterable[Submission]) -> Mapping[int, Difference]:
    """The difference of each file to the one before it, the oldest first."""
    read = [(file, from_json(file.reading) if file.reading else None) for file in files]
    found = _found(file for file, _ in read)
    return {
        file.pk: _difference(before, file, found, _figures(old, new)) for (before, old), (file, new) in pairwise(read)
    }


def _found(files: Iterable[Submission]) -> Mapping[int, Sequence[Found]]:
    rows = Finding.objects.filter(submission__in=[file.pk for file in files]).order_by("submission", "position")
    last = ("explanation__text", "explanation__carried_from_id")
    found: dict[int, list[Found]] = defaultdict(list)
    for row in rows.values_list(*Found._fields[: -len(last)], *last):
        found[row[0]].append(Found(*row))
    return found


def _difference(
    before: Submission,
    file: Submission,
    found: Mapping[int, Sequence[Found]],
    changes: tuple[FigureChange, ...] | None,
) -> Difference:
    old, new = found.get(before.pk, ()), found.get(file.pk, ())
    waived = {finding.key for finding in new if finding.waiver_id is not None}
    before_them, of_them = ([each for each in found if each.trial_until is None] for found in (old, new))
    errors, warnings, notes = (
        _changes(before_them, of_them, severity, waived) for severity in ("error", "warning", "info")
    )
    return Difference(
        before=before,
        errors=errors,
        warnings=warnings,
        notes=notes,
        on_trial=tuple(finding for finding in new if finding.trial_until is not None),
        carried=tuple(finding for finding in new if finding.carried_from_id is not None),
        changes=changes,
        other_rules=before.ruleset != file.ruleset,
    )


def _changes(old: Sequence[Found], new: Sequence[Found], severity: str, waived: Iterable[tuple[str, ...]]) -> Changes:
    before: dict[tuple[str, ...], list[Found]] = defaultdict(list)
    for finding in old:
        if finding.severity == severity:
            before[finding.key].append(finding)
    fresh: list[Found] = []
    remaining: list[Found] = []
    for finding in new:
        if finding.severity == severity:
            known = before[finding.key]
            (remaining if known else fresh).append(finding)
            del known[:1]
    gone = [finding for findings in before.values() for finding in findings]
    return Changes(
        mended=tuple(finding for finding in gone if finding.key not in waived),
        waived=tuple(finding for finding in gone if finding.key in waived),
        new=tuple(fresh),
        remaining=tuple(remaining),
    )


def _figures(before: Reading | None, after: Reading | None) -> tuple[FigureChange, ...] | None:
    if before is None or after is None or (before.template, before.trust) != (after.template, after.trust):
        return None
    return tuple(changes_between(before, after))
