"""Loaded by `-p` before Django's settings: gives the test run its own PostgreSQL, broker, folders and secret.

One PostgreSQL and one Valkey serve the whole run; the processes of pytest-xdist inherit their addresses. With DATABASE_URL
or REDIS_URL set those servers are used instead. Both end with the run, and on Linux also when it is killed.
"""

import atexit
import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

FROM_OUTSIDE = ("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DEBUG", "S3_BUCKET", "S3_ENDPOINT_URL", "SECURE_COOKIES")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _give_servers()
    yield


def _give_servers() -> None:
    from stp_portal.embedded import Postgres, Valkey, running

    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stp-portal-tests-", ignore_cleanup_errors=True)))
    for name in FROM_OUTSIDE:
        os.environ.pop(name, None)
    os.environ.update(
        VAR_DIR=str(var),
        UPLOADS_DIR=str(var / "uploads"),
        SECRET_KEY="a secret for tests, never to be used for people",
        PORTAL_ADDRESS="https://portal.example.nhs.uk",
        EMAIL_URL=(var / "mail").as_uri(),
        EMAIL_FROM="STP returns <returns@example.nhs.uk>",
    )
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = stack.enter_context(running(Postgres(var / "postgres", durable=False), var))
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = stack.enter_context(running(Valkey(var / "valkey", durable=False), var))
