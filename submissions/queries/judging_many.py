"""What many returns are judged against, gathered in a handful of queries instead of a handful a return."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from django.utils import timezone

from footprints.models import PublishedFigure
from submissions.models import Collection, Figure, Return, Submission, SubmissionQuerySet, Waiver
from submissions.queries.judging import context_of, files_of_last_year, year_before
from submissions.queries.other_returns import other_returns, templates_held_against
from submissions.states import JUDGED
from templates_app.reading import Context, OtherReturn, Place, Published, Waived
from templates_app.schema import Definition

_AT_ONCE = 50
"""Files whose readings are in memory together, some 40 kB each."""

_LastYear = tuple[int, str, str, bool]
"""Trust, template, year, and whether the figures are made up."""


def latest_judged(files: SubmissionQuerySet) -> Iterator[Submission]:
    """Of these files the latest of each return whose findings are known, by collection and trust."""
    judged = files.filter(state__in=JUDGED, reading__isnull=False)
    latest = judged.order_by("return_record", "-received_at", "-pk").distinct("return_record").values("pk")
    return (
        Submission.objects.filter(pk__in=latest)
        .select_related("return_record__trust", "return_record__collection")
        .order_by("-return_record__collection__due_date", "return_record__trust__name", "pk")
        .iterator(chunk_size=_AT_ONCE)
    )


class Contexts:
    """What each return of some collections is judged against today: the same as `context_for` gives for one."""

    def __init__(self, collections: Iterable[Collection]) -> None:
        self._collections = tuple(collections)
        self._published = self._published_figures()
        self._last_year = self._last_year_figures()
        self._waived = self._waived_rules()
        self._others: dict[frozenset[str], Mapping[int, Mapping[str, OtherReturn]]] = {}

    def of(self, return_record: Return, definition: Definition, on_trial: Mapping[str, date]) -> Context:
        """What one return is judged against by a definition; `on_trial` are the last days of rules on trial, by code."""
        trust, collection = return_record.trust, return_record.collection
        return context_of(
            return_record,
            definition,
            published=self._published.get(trust.pk, {}),
            last_year=self._last_year.get(_before(return_record), {}),
            others=self._other_returns(definition, collection).get(return_record.pk, {}),
            on_trial=on_trial,
            waived=self._waived.get((trust.pk, collection.template), {}),
        )

    def _other_returns(self, definition: Definition, collection: Collection) -> Mapping[int, Mapping[str, OtherReturn]]:
        templates = templates_held_against(definition, collection)
        if templates not in self._others:
            returns = Return.objects.filter(collection__in=self._collections).select_related("collection")
            self._others[templates] = other_returns(returns, templates) if templates else {}
        return self._others[templates]

    def _published_figures(self) -> Mapping[int, Mapping[tuple[str, str], Published]]:
        trusts = Return.objects.filter(collection__in=self._collections).values("trust")
        rows = PublishedFigure.objects.filter(trust__in=trusts, is_partial=False)
        found: dict[int, dict[tuple[str, str], Published]] = defaultdict(dict)
        for trust_id, year, measure, value, source in rows.values_list(
            "trust_id", "year", "measure", "value", "source"
        ):
            found[trust_id][year, measure] = Published(value, source)
        return found

    def _last_year_figures(self) -> Mapping[_LastYear, Mapping[Place, Decimal]]:
        files = files_of_last_year(self._collections)
        rows = Figure.objects.filter(submission__in=files.values("pk"), number__isnull=False).values_list(
            "submission__return_record__trust_id",
            "submission__return_record__collection__template",
            "submission__return_record__collection__year",
            "submission__return_record__collection__illustrative",
            "line",
            "column",
            "number",
        )
        found: dict[_LastYear, dict[Place, Decimal]] = defaultdict(dict)
        for trust_id, template, year, made_up, line, column, number in rows:
            if number is not None:
                found[trust_id, template, year, made_up][line, column] = number
        return found

    def _waived_rules(self) -> Mapping[tuple[int, str], Mapping[tuple[str, str], Waived]]:
        templates = {collection.template for collection in self._collections}
        found: dict[tuple[int, str], dict[tuple[str, str], Waived]] = defaultdict(dict)
        for waiver in Waiver.objects.in_force(timezone.localdate()).filter(template__in=templates):
            waived = Waived(waiver.pk, waiver.reason, waiver.expires_date)
            found[waiver.trust_id, waiver.template][waiver.rule_code, waiver.line] = waived
        return found


def _before(return_record: Return) -> _LastYear:
    """What a return of the year before is found by."""
    collection = return_record.collection
    return return_record.trust_id, collection.template, year_before(collection.year), collection.illustrative
