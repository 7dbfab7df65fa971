"""The data says places that the templates truly have, of the unit that is read there."""

import pytest

from benchmarks.shared_work.arrangements import Arrangements, arrangements, service_map
from footprints.planned_hubs import planned_hubs
from templates_app import registry
from templates_app.schema import Definition, Line, choices_of, unit_of


def line_of(definition: Definition, code: str) -> Line:
    return definition.sheet_of(code).line(code)


def unit_at(definition: Definition, code: str) -> str:
    return unit_of(line_of(definition, code), definition.sheet_of(code).column("value"))


@pytest.mark.parametrize("known", arrangements(), ids=lambda known: known.template)
def test_every_place_is_one_of_the_newest_definition(known: Arrangements) -> None:
    definition = registry.get(known.template)
    if each := known.each_line:
        [sheet] = [sheet for sheet in definition.sheets if sheet.code == each.sheet]
        units = [
            sheet.column(code).unit
            for code in (each.delivery, each.provider, each.end, each.notice, each.cost, each.income)
        ]
        assert units == ["choice", "text", "date", "count", "thousand_pounds", "thousand_pounds"]
        assert set(each.own) < set(choices_of(sheet.lines[0], sheet.column(each.delivery)))
    for agreement in known.agreements:
        assert unit_at(definition, agreement.at) == "text"
        for amount in filter(None, (agreement.cost, agreement.exit_cost)):
            assert unit_at(definition, amount) == "thousand_pounds"
    for service in known.services:
        units = [unit_at(definition, line) for line in (service.income, service.providers, service.paid)]
        assert units == ["thousand_pounds", "text", "thousand_pounds"]


def test_the_map_shows_lines_and_totals_of_its_definition() -> None:
    known, definition = service_map("pathology"), registry.get("pathology")
    assert known is not None
    assert unit_at(definition, known.position) == "choice"
    for column in known.columns:
        assert (column.at is None) != (column.headline is None)
        assert column.headline is None or column.headline in definition.headlines
        assert column.at is None or line_of(definition, column.at)
    assert 4 < sum(column.brief for column in known.columns) < len(known.columns)
    assert planned_hubs(known.plan)
    assert known.plan_source
    assert known.plan_note


def test_a_template_without_a_map_has_none() -> None:
    assert service_map("back_office") is None
    assert service_map("crockery") is None
