"""Addresses of this room."""

from django.urls import path, register_converter

from benchmarks.run_address import RunConverter
from benchmarks.views import comparisons, contracts, disputes, explained, footprints, metric, national, runs

app_name = "benchmarks"

register_converter(RunConverter, "run")

urlpatterns = [
    path("benchmarks/", national.national, name="national"),
    path("benchmarks/<slug:table>.csv", national.national_csv, name="national_csv"),
    path("numbers/<run:run>/<slug:metric_id>/<slug:ods_code>/", explained.number, name="number"),
    path("returns/<int:pk>/disputes/", disputes.disputes, name="disputes"),
    path("disputes/<int:dispute>/lift/", disputes.lift, name="lift_dispute"),
    path("runs/", runs.runs, name="runs"),
    path("runs/freeze/", runs.freeze_run, name="freeze_run"),
    path("runs/<int:number>/", runs.run, name="run"),
    path("runs/<int:number>/against/<slug:other>/", runs.run_difference, name="run_difference"),
    path("runs/published/<slug:template>/<slug:year>/", runs.published, name="published_run"),
    path("metrics/", metric.metrics, name="metrics"),
    path("metrics/<slug:metric_id>/", metric.metric, name="metric"),
    path("metrics/<slug:metric_id>/values.csv", metric.metric_csv, name="metric_csv"),
    path("metrics/<slug:metric_id>/values.xlsx", metric.metric_xlsx, name="metric_xlsx"),
    path("returns/<int:pk>/comparison/", comparisons.comparison, name="comparison"),
    path("footprints/<slug:ons_code>/", footprints.footprint, name="footprint"),
    path("footprints/<slug:ons_code>/functions.csv", footprints.footprint_csv, name="footprint_csv"),
    path("footprints/<slug:ons_code>/contracts/", contracts.contracts, name="contracts"),
    path("counterparties/", contracts.all_counterparties, name="all_counterparties"),
    path("footprints/<slug:ons_code>/counterparties/", contracts.counterparties, name="counterparties"),
    path("footprints/<slug:ons_code>/services/<slug:service>/", contracts.service, name="service"),
]
