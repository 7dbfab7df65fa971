from types import SimpleNamespace
from typing import Any

import jinja2
import pytest

from tests.ui.conftest import Render


@pytest.mark.parametrize(
    "source",
    [
        "{{ findngs }}",
        "{{ 'a' ~ findngs }}",
        "{% for finding in findngs %}{% endfor %}",
        "{{ findngs | length }}",
        "{{ findngs | join(', ') }}",
        "{{ trust.nmae }}",
        "{{ trust.address.town }}",
        "{% for line in trust.lnes %}{% endfor %}",
        "{{ trust.nmae | pounds }}",
        "{{ facts.town }}",
    ],
)
def test_a_misspelt_name_raises(render: Render, source: str) -> None:
    with pytest.raises((jinja2.UndefinedError, TypeError)):
        render(source, trust=SimpleNamespace(name="Ealing"), facts={"name": "Ealing"})


@pytest.mark.parametrize(
    "source",
    ["{{ 'yes' if later else 'no' }}", "{{ later | default('no') }}", "{{ 'no' if later.never is not defined }}"],
)
def test_a_name_may_be_asked_about(render: Render, source: str) -> None:
    assert render(source) == "no"


def test_everything_printed_is_escaped(render: Render) -> None:
    assert render("{{ name }}", name="<b>") == "&lt;b&gt;"


def test_addresses_and_files(render: Render) -> None:
    assert render("{{ url('footprints:sign_in') }} {{ static('portal/portal.css') }}") == (
        "/people/sign-in /static/portal/portal.css"
    )


def test_formats_are_filters(render: Render) -> None:
    assert render("{{ 7 | plural('error') }}, {{ 412000 | pounds }}") == "7 errors, £412,000"


@pytest.mark.parametrize(
    ("component", "macro", "params"),
    [
        ("action-link", "actionLink", {"text": "Go", "href": "/"}),
        ("back-link", "backLink", {"href": "/"}),
        ("breadcrumb", "breadcrumb", {"items": [{"text": "Home", "href": "/"}]}),
        ("button", "button", {"text": "Go"}),
        ("button", "button", {"text": "Go", "href": "/", "variant": "secondary"}),
        ("card", "card", {"heading": "A return", "text": "Due soon"}),
        (
            "character-count",
            "characterCount",
            {"label": "Why", "name": "why", "id": "why", "value": "", "maxlength": 200},
        ),
        (
            "checkboxes",
            "checkboxes",
            {"name": "a", "fieldset": {"legend": "b"}, "items": [{"value": "1", "text": "x"}]},
        ),
        ("contents-list", "contentsList", {"items": [{"text": "One", "href": "/"}]}),
        ("details", "details", {"summaryText": "More", "text": "Text"}),
        ("fieldset", "fieldset", {"legend": {"text": "Legend"}, "html": "x"}),
        ("inset-text", "insetText", {"text": "Text"}),
        ("input", "input", {"label": "Name", "name": "name", "suffix": "%", "hint": "As on your badge"}),
        ("pagination", "pagination", {"nextUrl": "/2", "nextPage": "Two"}),
        (
            "pagination",
            "pagination",
            {"items": [{"number": 1, "href": "/1", "current": True}, {"number": 2, "href": "/2"}]},
        ),
        ("panel", "panel", {"titleText": "Signed", "text": "Done"}),
        ("search-input", "searchInput", {"label": "Search", "name": "q"}),
        ("summary-list", "summaryList", {"rows": [{"key": {"text": "Trust"}, "value": {"text": "Ealing"}}]}),
        ("tables", "table", {"caption": "Costs", "head": ["Line", "Cost"], "rows": [["Pay", "1"], ["Other", "2"]]}),
        ("tabs", "tabs", {"items": [{"label": "One", "id": "one", "panel": {"text": "x"}}]}),
        ("tag", "tag", {"text": "Sent", "colour": "green"}),
        (
            "task-list",
            "taskList",
            {"idPrefix": "t", "items": [{"title": {"text": "Upload"}, "status": {"text": "Done"}}]},
        ),
        ("warning-callout", "warningCallout", {"heading": "Late", "text": "Ten days"}),
    ],
)
def test_nhs_components_ask_for_parameters_they_were_not_given(
    render: Render, component: str, macro: str, params: dict[str, Any]
) -> None:
    page = f"{{% from 'nhsuk/components/{component}/macro.jinja' import {macro} %}}{{{{ {macro}(params) }}}}"
    assert "nhsuk-" in render(page, params=params)
