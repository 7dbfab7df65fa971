"""The fixtures every room relies on do what they say, and fail when they should."""

from pathlib import Path

import pytest
from django.conf import settings

from stp_portal.heartbeat import worker_seen
from tests.journeys.story import Person

PAGE = '<!doctype html><html lang="en"><head><title>A page</title></head><body><main><h1>A page</h1>{}</main></body></html>'


@pytest.mark.worker
def test_the_worker_is_real_and_sees_this_tests_queue(celery_worker_process, broker):
    from stp_portal.celery import app

    celery_worker_process.wait_for(worker_seen, "a sign of life")
    assert [*app.control.inspect(timeout=5).ping()]
    celery_worker_process.kill()
    app.send_task("nobody.knows_this", ignore_result=True)
    assert broker.llen("celery") == 1
    celery_worker_process.start()
    celery_worker_process.wait_for(lambda: broker.llen("celery") == 0, "the worker to take the message")


@pytest.mark.worker
def test_the_worker_has_this_tests_database(celery_worker_process, django_user_model):
    environment = Path(f"/proc/{celery_worker_process.pid}/environ").read_text()
    name = settings.DATABASES["default"]["NAME"]
    assert name.startswith("test_")
    assert f"/{name}\0" in environment


@pytest.mark.browser
def test_axe_finds_what_keeps_people_out(desktop_page, axe):
    desktop_page.set_content(PAGE.format(""))
    axe(desktop_page)
    desktop_page.set_content(PAGE.format('<input type="text">'))
    with pytest.raises(AssertionError, match="label"):
        axe(desktop_page)


@pytest.mark.browser
def test_every_page_is_seen_at_both_widths(browser_page):
    browser_page.goto("/health/live")
    assert browser_page.evaluate("innerWidth") == 390
    seen = []
    Person(browser_page, lambda page: seen.append(page.evaluate("innerWidth"))).finds_nothing_in_the_way()
    assert seen == [1280, 390]


@pytest.mark.browser
def test_the_phone_is_narrow_and_the_scriptless_page_runs_no_script(phone_page, scriptless_page):
    assert phone_page.viewport_size == {"width": 390, "height": 844}
    scriptless_page.set_content(PAGE.format('<noscript id="without">No script</noscript>'))
    assert scriptless_page.locator("#without").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        ('<img src="https://example.com/picture.png">', "remote request: https://example.com/picture.png"),
        ("<script>throw new Error('broken')</script>", "script error: broken"),
        (
            """<meta http-equiv="Content-Security-Policy" content="style-src 'none'"><style>p { color: red }</style>""",
            "Content Security Policy",
        ),
    ],
    ids=["remote request", "script error", "content policy"],
)
def test_a_page_fails_its_test_on(content, trouble, watched_page, live_server, chromium):
    pages = watched_page(chromium, live_server.url, "desktop")
    page = next(pages)
    page.set_content(PAGE.format(content))
    page.wait_for_timeout(100)
    with pytest.raises(AssertionError, match=trouble):
        next(pages)
