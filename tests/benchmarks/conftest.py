"""The back-office template, its metrics, and one whole return to spoil in each test."""

from decimal import Decimal
from itertools import cycle

import pytest

from benchmarks.defining.definition_file import read_metrics
from benchmarks.defining.schema import Metric
from templates_app import registry
from templates_app.reading import Place, Value
from templates_app.schema import NUMBER_UNITS, Definition, unit_of


@pytest.fixture(scope="session")
def template() -> Definition:
    return registry.get("back_office", "2016.1")


@pytest.fixture(scope="session")
def metrics(template: Definition) -> dict[str, Metric]:
    return {metric.id: metric for metric in read_metrics(template)}


@pytest.fixture
def whole_return(template: Definition) -> dict[Place, Value]:
    """A number in every cell that takes one, each different: 101, 102, 103 …, and every way of delivery in turn."""
    places = [(line.code, column.code) for _, line, column in template.cells() if unit_of(line, column) in NUMBER_UNITS]
    costs = next(sheet for sheet in template.sheets if sheet.code == "costs")
    ways = cycle(costs.column("delivery").choices)
    return {place: Value("number", Decimal(101 + number)) for number, place in enumerate(places)} | {
        (line.code, "delivery"): Value("text", text=next(ways)) for line in costs.lines
    }
