"""What serves people refuses to start half set up; commands that need no server run without one."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as portal_settings
from django.core.exceptions import ImproperlyConfigured

from stp_portal.serving import check_may_serve

SET_BY_US = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "PORTAL_ADDRESS", "EMAIL_URL", "EMAIL_FROM")


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if name not in SET_BY_US}
    return subprocess.run(
        [sys.executable, *command],
        cwd=portal_settings.BASE_DIR,
        env=bare | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_everything_missing_is_named_at_once(settings):
    settings.SECRET_KEY, settings.DATABASE_URL, settings.REDIS_URL = "short", "", ""
    settings.PORTAL_ADDRESS, settings.EMAIL_URL, settings.EMAIL_FROM = "portal.example.nhs.uk", "", "returns"
    with pytest.raises(ImproperlyConfigured) as trouble:
        check_may_serve()
    for name in SET_BY_US:
        assert name in str(trouble.value)
    assert "short" not in str(trouble.value)


@pytest.mark.parametrize(
    "command",
    [
        ("-m", "gunicorn", "--check-config", "stp_portal.wsgi:application"),
        ("-m", "celery", "-A", "stp_portal", "worker", "--concurrency", "1"),
        ("-m", "celery", "-A", "stp_portal", "beat", "--schedule", "{folder}/schedule", "--pidfile="),
    ],
    ids=["web", "worker", "scheduler"],
)
def test_none_of_the_three_starts_without_a_secret_key(command, tmp_path):
    command = [word.replace("{folder}", str(tmp_path)) for word in command]
    done = run(*command, DATABASE_URL=os.environ["DATABASE_URL"], REDIS_URL=os.environ["REDIS_URL"])
    assert done.returncode != 0
    assert "The portal cannot serve: SECRET_KEY must be set" in done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("makemigrations", "--check", "--dry-run"),
        ("check",),
        ("collectstatic", "--noinput", "--dry-run", "--verbosity", "0"),
    ],
    ids=lambda command: command[0],
)
def test_commands_that_need_no_server_run_without_any_and_without_warnings(command):
    done = run("-W", "error", "manage.py", *command)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
