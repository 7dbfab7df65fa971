"""Pages and files of one metric, and the list of all."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from benchmarks.defining.schema import Metric
from benchmarks.exports.metric_table import POSITION_RULE, QUANTILE_RULE, table_csv
from benchmarks.exports.metric_workbook import metric_workbook
from benchmarks.models import BenchmarkRun
from benchmarks.queries.metric_list import metric_list
from benchmarks.queries.metric_page import metric_page
from benchmarks.queries.metric_run import MetricRun, find_metric, metric_run, published_years
from benchmarks.queries.run_pages import frozen_runs_of
from benchmarks.run_address import run_key
from benchmarks.words import direction_words, formula_words, unit_words
from footprints.access import NotAllowed, get_visible_footprint, may_somewhere, roles_of, signed_in_as
from footprints.events import record
from footprints.models import Footprint, User

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Every metric, by function, with where it stands."""
    _check_sees_benchmarks(request)
    sources = metric_list()
    illustrative = any(source.run is not None and source.run.illustrative for source in sources)
    return render(request, "benchmarks/metrics.jinja", {"sources": sources, "illustrative": illustrative})


@require_safe
@never_cache
def metric(request: HttpRequest, metric_id: str) -> HttpResponse:
    """One metric: how the trusts compare, by whom it is defined and how it is worked out."""
    _check_sees_benchmarks(request)
    found, run = _asked(request, metric_id)
    context: dict[str, Any] = {
        "metric": found,
        "direction": direction_words(found),
        "formula": formula_words(found),
        "unit": unit_words(found),
        "quantile_rule": QUANTILE_RULE,
        "position_rule": POSITION_RULE,
        "run": run,
        "page": None,
        "illustrative": run is not None and run.illustrative,
    }
    if run is not None:
        footprint = _footprint(request)
        read = metric_run(cast(User, request.user), found, run, footprint)
        if _names_others(request, read):
            record(
                verb="metric seen",
                by=cast(User, request.user),
                subject=run,
                detail={"metric": found.id},
                request=request,
            )
        context |= {
            "page": metric_page(read),
            "footprint": footprint,
            "footprints": list(Footprint.objects.visible_to(cast(User, request.user)).order_by("name")),
            "frozen": frozen_runs_of(run.collection, metric_id=found.id),
            "years": published_years(found),
            "key": run_key(run),
            "asked": f"?{request.GET.urlencode()}" if request.GET else "",
        }
    return render(request, "benchmarks/metric.jinja", context)


@require_safe
@never_cache
def metric_csv(request: HttpRequest, metric_id: str) -> HttpResponse:
    """The values that the reader may see by name, and the quantiles."""
    read = _exported(request, metric_id, "csv")
    return _download(table_csv(read.table), "text/csv; charset=utf-8", f"{_file_name(read)}.csv")


@require_safe
@never_cache
def metric_xlsx(request: HttpRequest, metric_id: str) -> HttpResponse:
    """The same with formulae that work out again what the page shows."""
    read = _exported(request, metric_id, "xlsx")
    return _download(metric_workbook(read.table), XLSX, f"{_file_name(read)}.xlsx")


def _check_sees_benchmarks(request: HttpRequest) -> None:
    if not may_somewhere(request.user, "see_benchmarks"):
        raise NotAllowed(f"You cannot see how trusts compare. {signed_in_as(request.user)}")


def _asked(request: HttpRequest, metric_id: str) -> tuple[Metric, BenchmarkRun | None]:
    found = find_metric(metric_id, request.GET.get("run", ""))
    if found is None:
        raise Http404("There is no such metric, or no such run.")
    return found


def _footprint(request: HttpRequest) -> Footprint | None:
    """The footprint that was asked for, if any. Http404 where it is none of the person's business."""
    code = request.GET.get("footprint", "")
    return get_visible_footprint(request.user, code) if code else None


def _exported(request: HttpRequest, metric_id: str, kind: str) -> MetricRun:
    _check_sees_benchmarks(request)
    found, run = _asked(request, metric_id)
    if run is None:
        raise Http404("There are no figures yet.")
    person = cast(User, request.user)
    read = metric_run(person, found, run, _footprint(request))
    detail = {"metric": found.id, "run": run_key(run), "format": kind}
    record(verb="metric exported", by=person, subject=run, detail=detail, request=request)
    return read


def _names_others(request: HttpRequest, read: MetricRun) -> bool:
    """Whether the person sees figures of returns of other organisations by name; what is published anybody may see."""
    return not read.run.is_published and any(role.trust_id is None for role in roles_of(request.user))


def _file_name(read: MetricRun) -> str:
    made_up = "-illustrative" if read.run.illustrative else ""
    return f"{read.metric.id}-{run_key(read.run)}{made_up}"


def _download(content: str | bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
