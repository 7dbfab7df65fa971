"""Where returns stand, as the database sees it: the facts of every return, its due day, and the stage that follows from the table."""

from datetime import date, datetime
from typing import TYPE_CHECKING, TypedDict, cast

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from submissions.models import Collection, Excuse, Extension, FigureQuery, NilReturn, Return, SignOff, Submission
from submissions.stages import STAGES, Facts, StageRule
from submissions.states import State

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Annotated(TypedDict):
        needs_sign_off: bool
        excused: bool
        gone: bool
        nil: bool
        nil_signed: bool
        on_record: bool
        signed: bool
        queried: bool
        latest: str | None
        downloaded: bool
        opened: bool
        due: date
        in_at: datetime | None
        standing: str

    StandingReturn = WithAnnotations[Return, _Annotated]


def with_standing(returns: QuerySet[Return], today: date) -> "QuerySet[StandingReturn]":
    """Returns with the facts of `Facts`, and `due` (the day that counts, an extension included), `in_at` (when the first file came that
    was accepted, or the nil return was declared; nothing else makes it on time or late) and `standing` (the stage).
    """
    annotated = returns.annotate(
        needs_sign_off=_true_when(Q(collection__sign_off_rule=Collection.SignOffRule.SIGNATORY)),
        excused=Exists(Excuse.objects.in_force().filter(return_record=OuterRef("pk"))),
        gone=_true_when(_gone(today)),
        nil=Exists(_nil()),
        nil_signed=Exists(_nil().exclude(signed_at=None)),
        on_record=Exists(_files().filter(state=State.ACCEPTED)),
        signed=Exists(SignOff.objects.in_force().filter(return_record=OuterRef("pk"))),
        queried=Exists(FigureQuery.objects.open().filter(return_record=OuterRef("pk"))),
        latest=Subquery(_files().order_by("-received_at", "-pk").values("state")[:1]),
        downloaded=_true_when(Q(downloaded_at__isnull=False)),
        opened=_true_when(Q(opened_at__isnull=False)),
        due=Coalesce(Subquery(_granted()), F("collection__due_date")),
        in_at=Coalesce(Subquery(_first_accepted()), Subquery(_nil().values("declared_at")[:1])),
    ).annotate(standing=stage_case())
    return cast("QuerySet[StandingReturn]", annotated)


def facts_of(annotated: "StandingReturn") -> Facts:
    """The facts of a return that came from `with_standing`."""
    return Facts(
        needs_sign_off=annotated.needs_sign_off,
        excused=annotated.excused,
        gone=annotated.gone,
        nil=annotated.nil,
        nil_signed=annotated.nil_signed,
        on_record=annotated.on_record,
        signed=annotated.signed,
        queried=annotated.queried,
        latest=State(annotated.latest) if annotated.latest else None,
        downloaded=annotated.downloaded,
        opened=annotated.opened,
    )


def due_date_of(return_record: Return) -> date:
    """The day by which one return is due: the latest that was granted, or the collection's."""
    granted = return_record.extensions.filter(granted=True).aggregate(latest=Max("until_date"))["latest"]
    due: date = max(granted, return_record.collection.due_date) if granted else return_record.collection.due_date
    return due


def stage_case() -> Case:
    """The table of stages as SQL, over the annotations of the same names. Its rules about the latest file stand together: they are one
    look at that file, not one for each."""
    about_file = [number for number, rule in enumerate(STAGES) if "latest" in rule.when]
    first, last = about_file[0], about_file[-1]
    of_file = Case(*(_when(rule, "state") for rule in STAGES[first : last + 1]), output_field=CharField())
    latest = _files().order_by("-received_at", "-pk").annotate(stage=of_file).values("stage")[:1]
    start = Case(
        *(_when(rule) for rule in STAGES[last + 1 :] if rule.when),
        default=Value(next(rule.stage.value for rule in STAGES if not rule.when)),
        output_field=CharField(),
    )
    return Case(
        *(_when(rule) for rule in STAGES[:first]),
        default=Coalesce(Subquery(latest), start),
        output_field=CharField(),
    )


def _when(rule: StageRule, latest: str = "latest") -> When:
    """One rule of the table; `latest` is what the state of the latest file is called where it is asked for."""
    facts = {latest if fact == "latest" else fact: value for fact, value in rule.when.items()}
    condition = Q(**{fact: value.value if isinstance(value, State) else value for fact, value in facts.items()})
    return When(condition, then=Value(rule.stage.value))


def _gone(today: date) -> Q:
    """Its trust has closed and no other took it over; in a made-up round only where it closed since the round opened."""
    closed_since = Q(collection__illustrative=False) | Q(trust__closed_date__gte=F("collection__opens_date"))
    return Q(trust__closed_date__lt=today, trust__successor=None) & closed_since


def _true_when(condition: Q) -> Combinable:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _files() -> QuerySet[Submission]:
    return Submission.objects.filter(return_record=OuterRef("pk")).order_by()


def _nil() -> QuerySet[NilReturn]:
    return NilReturn.objects.in_force().filter(return_record=OuterRef("pk")).order_by()


def _granted() -> QuerySet[Extension, dict[str, date]]:
    granted = Extension.objects.granted().filter(return_record=OuterRef("pk")).order_by().values("return_record")
    later = granted.filter(until_date__gt=OuterRef("collection__due_date"))
    return cast("QuerySet[Extension, dict[str, date]]", later.annotate(latest=Max("until_date")).values("latest"))


def _first_accepted() -> QuerySet[Submission, dict[str, datetime]]:
    loaded = _files().filter(loaded_at__isnull=False).values("return_record")
    return cast("QuerySet[Submission, dict[str, datetime]]", loaded.annotate(first=Min("received_at")).values("first"))
