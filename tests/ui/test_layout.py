import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.http import HttpRequest
from django.template.loader import get_template

from tests.ui.conftest import Render
from tests.ui.test_fields import EveryForm

PAGE = "{% extends 'ui/layout.jinja' %}{% block title %}Findings{% endblock %}{% block content %}<h1>Hello</h1>{% endblock %}"
FORM = "{% extends 'ui/page_form.jinja' %}{% block title %}Invite{% endblock %}{% block button %}Send{% endblock %}"


def _faults(page: str) -> list[str]:
    """What the content security policy would refuse, and what would leave this server."""
    remote = [address for address in re.findall(r"https?://[^\"' <)]+", page) if "www.w3.org" not in address]
    inline = re.findall(r"<[^>]+\s(?:style|on[a-z]+)=[^>]*>", page) + re.findall(r"<style", page)
    scripts = [tag for tag in re.findall(r"<script[^>]*>", page) if "nonce=" not in tag and "src=" not in tag]
    return remote + inline + scripts


def test_the_faults_are_seen() -> None:
    page = "<script>1</script><p style='a'><img src='https://example.org/a.png'><b onclick='x'>"
    assert len(_faults(page)) == 4


@pytest.mark.parametrize("person", ["", "Ada Lovelace"])
def test_pages_keep_the_content_security_policy(render: Render, person: str) -> None:
    page = render(PAGE, person, illustrative=True, navigation=[{"href": "/", "text": "Home", "current": True}])
    assert _faults(page) == []
    assert 'nonce="the-nonce"' in page


def test_the_title_says_page_and_service(render: Render) -> None:
    assert "<title>Findings – STP returns</title>" in render(PAGE)


def test_a_page_needs_a_title(render: Render) -> None:
    with pytest.raises(Exception, match="title"):
        render("{% extends 'ui/layout.jinja' %}{% block content %}{% endblock %}")


def test_the_person_is_named_and_signs_out_by_post(render: Render) -> None:
    page = render(PAGE, "Ada Lovelace")
    assert "Ada Lovelace" in page
    form = page[page.index("<form") : page.index("</form>")]
    assert 'action="/people/sign-out" method="post"' in form
    assert "csrfmiddlewaretoken" in form


def test_nobody_signed_in_is_offered_no_way_out(render: Render) -> None:
    assert "Sign out" not in render(PAGE)


def test_navigation_marks_the_current_page(render: Render) -> None:
    page = render(
        PAGE, navigation=[{"href": "/a", "text": "Returns", "current": True}, {"href": "/b", "text": "Compare"}]
    )
    assert page.count('aria-current="page"') == 1
    assert "Compare" in page


def test_made_up_figures_are_said_to_be(render: Render) -> None:
    assert render(PAGE, illustrative=True).count("made up") == 1
    assert "made up" not in render(PAGE)


def test_no_page_claims_to_be_by_nhs_england(render: Render) -> None:
    assert "NHS England" not in render(PAGE)


def test_a_form_page_lists_errors_in_title_and_summary(render: Render) -> None:
    page = render(FORM, form=EveryForm({}))
    assert "<title>Error: Invite – STP returns</title>" in page
    assert "There is a problem" in page
    assert 'enctype="multipart/form-data"' in page
    assert page.count("csrfmiddlewaretoken") == 1
    assert _faults(page) == []


def test_a_form_page_without_errors(render: Render) -> None:
    page = render(FORM, form=EveryForm())
    assert "<title>Invite – STP returns</title>" in page
    assert "There is a problem" not in page


def test_messages_are_banners_with_ids_of_their_own(render: Render) -> None:
    messages = [
        SimpleNamespace(level_tag="success", message="Signed & sent"),
        SimpleNamespace(level_tag="info", message="Due today"),
    ]
    page = render(
        "{% from 'ui/parts/notices.jinja' import notices %}{{ notices(messages_) }}",
        messages_=messages,
    )
    assert "Signed &amp; sent" in page
    assert 'id="notice-1"' in page
    assert 'id="notice-2"' in page
    assert page.count("nhsuk-notification-banner--success") == 1


@pytest.mark.parametrize("name", ["403.html", "403_csrf.html", "404.html"])
def test_error_pages_lead_home(request_of: Callable[..., HttpRequest], name: str) -> None:
    page = get_template(name).render({"exception": ""}, request_of("Ada"))
    assert '<a href="/">Go to your home page</a>' in page
    assert _faults(page) == []


def test_a_refusal_says_why(request_of: Callable[..., HttpRequest]) -> None:
    assert "Only Ealing may sign" in get_template("403.html").render(
        {"exception": "Only Ealing may sign"}, request_of()
    )


def test_the_page_for_our_own_faults_needs_nothing() -> None:
    page = get_template("500.html").render()
    assert "This is our fault" in page
    assert _faults(page) == []
