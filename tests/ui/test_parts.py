import pytest

from tests.ui.conftest import Render


def test_a_status_says_its_word_and_draws_its_icon(render: Render) -> None:
    part = "{% from 'ui/parts/status_tag.jinja' import status_tag %}"
    tag = render(part + "{{ status_tag('Sent', 'green') }}")
    assert "nhsuk-tag--green" in tag
    assert "<span>Sent</span>" in tag
    assert 'aria-hidden="true"' in tag
    assert "<svg" not in render(part + "{{ status_tag('Sent', 'green', icon='') }}")


def test_an_unknown_icon_raises(render: Render) -> None:
    with pytest.raises(Exception, match="tikc"):
        render("{% from 'ui/parts/icon.jinja' import icon %}{{ icon('tikc') }}")


def test_counts_lead_to_what_they_count(render: Render) -> None:
    page = render(
        "{% from 'ui/parts/counts.jinja' import counts %}{{ counts(items) }}",
        items=[{"number": 1207, "text": "errors", "href": "#errors", "tone": "bad"}, {"number": 0, "text": "notes"}],
    )
    assert "1,207" in page
    assert page.count("<a ") == 1


def test_stages_say_their_state_in_words(render: Render) -> None:
    states = ["done", "current", "waiting", "failed"]
    page = render(
        "{% from 'ui/parts/stages.jinja' import stages %}{{ stages(items) }}",
        items=[{"text": f"Stage {state}", "state": state} for state in states],
    )
    for words in ("Done", "In progress", "To come", "Stopped"):
        assert f">{words}<" in page
    assert page.count('aria-current="step"') == 1
