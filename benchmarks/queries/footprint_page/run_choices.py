"""Which frozen runs a footprint's page could be about, as fields to choose from."""

from dataclasses import dataclass

from benchmarks.models import BenchmarkRun
from benchmarks.queries.footprint_page.basis import Basis
from templates_app import registry as templates
from ui.formats import long_date


@dataclass(frozen=True, slots=True)
class RunChoice:
    """The frozen runs of one template."""

    template: str
    title: str
    """Of the template, as it stands in a list: "Back office"."""
    items: tuple[dict[str, object], ...]
    """As a select takes them: first none, then the newest."""


def run_choices(basis: Basis) -> list[RunChoice]:
    """One for each template of which a run is frozen; none at all while there is no frozen run."""
    shown = {run.number for run in basis.runs}
    by_template: dict[str, list[BenchmarkRun]] = {}
    for run in basis.frozen:
        by_template.setdefault(run.template, []).append(run)
    return [
        RunChoice(
            template,
            templates.get(template).title,
            ({"value": "", "text": "None"}, *(_item(run, selected=run.number in shown) for run in runs)),
        )
        for template, runs in sorted(by_template.items())
    ]


def _item(run: BenchmarkRun, *, selected: bool) -> dict[str, object]:
    when = long_date((run.frozen_at or run.computed_at).date())
    collection = run.collection.name if run.collection else ""
    return {"value": str(run.number), "text": f"Run {run.number}, {when}: {collection}", "selected": selected}
