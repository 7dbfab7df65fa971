"""What every test may use: the database, a real Celery worker, and Chromium at two widths. Servers come from `tests/servers.py`."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings
from django.db import connection
from hypothesis import settings as hypothesis_settings

from stp_portal.processes import Child, Program
from tests.libreoffice import libreoffice  # noqa: F401 - a fixture for all
from tests.post_office import box, post_office  # noqa: F401 - fixtures for all

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
)
CELERY_OPTIONS = ("--concurrency", "2", "--without-gossip", "--without-mingle")
READY = "ready."
WIDTHS = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

hypothesis_settings.register_profile("portal", deadline=None)  # a busy machine is no fault of the code
hypothesis_settings.load_profile("portal")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "worker: needs a real Celery worker (the celery_worker_process fixture)")
    config.addinivalue_line("markers", "browser: needs Chromium; skipped without one, failed without one when CI=true")
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")) + 1
    var = Path(settings.VAR_DIR)
    _use_broker(number)
    _use_folders(var / "uploads" / str(number), var / "static")
    _let_tests_empty_tables_that_only_grow()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _let_tests_empty_tables_that_only_grow() -> None:
    """Between tests that commit, Django empties every table; the triggers that keep events for ever must not see that."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    sql_flush = DatabaseOperations.sql_flush

    def without_triggers(self, *given, **named) -> list[str]:
        return ["SET LOCAL session_replication_role = replica", *sql_flush(self, *given, **named)]

    DatabaseOperations.sql_flush = without_triggers


def pytest_report_header() -> str:
    if _chromium():
        return ""
    return "\n!!! NO CHROMIUM ON THIS MACHINE: every test in a browser is skipped. scripts/install_test_programs installs it. !!!\n"


def _use_broker(number: int) -> None:
    """Each process of a parallel run has a Redis database of its own, as it has a PostgreSQL database of its own."""
    from stp_portal.celery import app

    url = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{number}").geturl()
    settings.REDIS_URL = settings.CELERY_BROKER_URL = app.conf.broker_url = os.environ["REDIS_URL"] = url


def _use_folders(uploads: Path, static: Path) -> None:
    uploads.mkdir(parents=True, exist_ok=True)
    static.mkdir(parents=True, exist_ok=True)
    os.environ["UPLOADS_DIR"] = str(uploads)
    settings.UPLOADS_DIR = uploads
    settings.STORAGES = {
        "default": {"BACKEND": "submissions.storage.DurableFileSystemStorage", "OPTIONS": {"location": uploads}},
        # The manifest needs collectstatic; the deployment tests run that.
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def broker() -> Iterator["redis.Redis"]:
    """This test process's own Redis database, emptied before and after."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
        yield client
        client.flushdb()


class CeleryWorker:
    """A real `celery worker` in a process of its own, on this test's database and queue."""

    def __init__(self, folder: Path, *options: str, app: str = "stp_portal", **environment: str) -> None:
        own = {"DATABASE_URL": _test_database_url(), "PYTHONUNBUFFERED": "1"}
        self._child = Child(
            Program(
                name="worker",
                command=(sys.executable, "-m", "celery", "-A", app, "worker", *CELERY_OPTIONS, *options),
                environment=os.environ | own | environment,
                cwd=settings.BASE_DIR,
            ),
            folder,
        )

    @property
    def pid(self) -> int:
        """The number of its main process, which leads the group of its pool."""
        return self._child.process.pid

    def start(self) -> None:
        """Start it, or start it again, and wait until it takes tasks."""
        before = self.log().count(READY)
        self._child.start()
        self.wait_for(lambda: self.log().count(READY) > before, "the worker to be ready", seconds=30)

    def kill(self) -> None:
        """End it and its pool as a power cut would."""
        self._child.kill()

    def log(self) -> str:
        """Everything it wrote."""
        return self._child.log.read_text(errors="replace") if self._child.log.exists() else ""

    def wait_for(self, done: Callable[[], object], what: str, seconds: float = 20) -> None:
        """Wait until `done()`; fails with the worker's log when it takes too long."""
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                pytest.fail(f"Waited {seconds:.0f} s for {what}. The worker wrote:\n{self.log()}")
            time.sleep(0.05)


def _test_database_url() -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


@pytest.fixture
def celery_worker_process(transactional_db: None, broker: "redis.Redis", tmp_path: Path) -> Iterator[CeleryWorker]:
    """A running Celery worker that sees what the test has committed. `.kill()`, `.start()` and `.wait_for()` are the test's own."""
    worker = CeleryWorker(tmp_path / "worker")
    try:
        worker.start()
        yield worker
    finally:
        worker.kill()


def _chromium() -> str | None:
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """One Chromium for the run; use `desktop_page`, `phone_page` or `browser_page`."""
    path = _chromium()
    if not path:
        if os.environ.get("CI") == "true":
            pytest.fail("There is no Chromium, and CI=true asks for one: scripts/install_test_programs installs it.")
        pytest.skip("there is no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop running in this thread; Django would take that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_OPTIONS))
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def _watched_page(chromium, address: str, width: str, javascript: bool = True) -> Iterator[object]:
    """A page that fails its test on a script error, a breach of the content policy or a request to anywhere but `address`."""
    context = chromium.new_context(
        base_url=address,
        viewport=WIDTHS[width],
        locale="en-GB",
        timezone_id="Europe/London",
        java_script_enabled=javascript,
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    troubles: list[str] = []

    def hear_console(message) -> None:
        if "Content Security Policy" in message.text:
            troubles.append(message.text)

    def hear_request(request) -> None:
        if not request.url.startswith((address, "data:", "blob:", "about:")):
            troubles.append(f"remote request: {request.url}")

    page.on("console", hear_console)
    page.on("pageerror", lambda error: troubles.append(f"script error: {error}"))
    page.on("request", hear_request)
    yield page
    context.close()
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def watched_page() -> Callable[..., Iterator[object]]:
    """For the test of these fixtures."""
    return _watched_page


@pytest.fixture
def desktop_page(chromium, live_server) -> Iterator[object]:
    """A page 1280 × 900 on the live server; `page.goto("/")` is the portal's home."""
    yield from _watched_page(chromium, live_server.url, "desktop")


@pytest.fixture
def phone_page(chromium, live_server) -> Iterator[object]:
    """A page 390 × 844 on the live server."""
    yield from _watched_page(chromium, live_server.url, "phone")


@pytest.fixture
def scriptless_page(chromium, live_server) -> Iterator[object]:
    """A desktop page whose browser runs no JavaScript."""
    yield from _watched_page(chromium, live_server.url, "desktop", javascript=False)


@pytest.fixture
def browser_page(chromium, live_server) -> Iterator[object]:
    """A page on the live server as wide as a phone, where things are harder to reach. `page.widths` are those at which a page is to be
    looked at whole: a desktop's too."""
    for page in _watched_page(chromium, live_server.url, "phone"):
        page.widths = [WIDTHS["desktop"], WIDTHS["phone"]]
        yield page


@pytest.fixture
def axe() -> Callable[[object], None]:
    """`axe(page)`: fails with the list of what keeps people out of the page, by WCAG 2.2 AA and best practice."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page) -> None:
        results = Axe().run(page, options={"runOnly": AXE_RULES})
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"

    return check
