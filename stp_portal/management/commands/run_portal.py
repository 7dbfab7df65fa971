"""Starts the whole portal on this machine: its servers, its web server, its worker and its scheduler; Ctrl-C stops them all."""

import contextlib
import json
import os
import secrets
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from signal import SIGTERM
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import get_commands
from django.core.management.base import BaseCommand, CommandError

from stp_portal.embedded import CannotStartError, Postgres, Valkey
from stp_portal.management.commands.prepare_portal import EXAMPLE_LOADED, EXAMPLE_WANTED
from stp_portal.only_one import AlreadyRunningError, only_one
from stp_portal.processes import DiedError, Program, StoppedError, Supervisor, stop_left_over
from submissions.example import sign_ins

READY_SECONDS = 90


class Command(BaseCommand):
    """Run everything until Ctrl-C. With DATABASE_URL or REDIS_URL set, those servers are used and none is started."""

    help = __doc__ or ""
    requires_system_checks = []

    def handle(self, **options: Any) -> None:
        """Check that this can work, start everything in order, look after it, and stop it in reverse."""
        var: Path = settings.VAR_DIR
        host, port = settings.HOST, _port()
        address = f"http://{_shown(host)}:{port}/"
        try:
            with only_one(var, address):
                _check_port_is_free(host, port)
                self._run(Supervisor(var, self._say), address)
        except AlreadyRunningError as other:
            where = f" at {other.address} (process {other.pid})" if other.pid else ""
            raise CommandError(
                f"The portal is already running from this folder{where}. Stop that one first, with Ctrl-C or `make reset`."
            ) from None
        except (CannotStartError, DiedError) as trouble:
            raise CommandError(str(trouble)) from None

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _run(self, supervisor: Supervisor, address: str) -> None:
        supervisor.listen()
        if left := stop_left_over(supervisor.var):
            self._say(f"Stopped what an earlier run left behind: {', '.join(left)}.")
        try:
            environment = self._start_servers(supervisor, address)
            self._say("Preparing the database.")
            supervisor.run_to_end(_manage("prepare_portal", "--note-empty", environment=environment))
            for half_written in supervisor.var.glob("schedule*"):
                half_written.unlink()  # what is due is in the database; a schedule cut short only hinders
            for program in _programs(supervisor.var, environment):
                supervisor.start(program)
            self._wait_until_ready(supervisor, address)
            self._load_example(supervisor, environment)
            while True:
                supervisor.watch()
                supervisor.pause(0.2)
        except StoppedError:
            pass
        finally:
            self._say("\nStopping.")
            supervisor.stop()
            self._say("Stopped.")

    def _start_servers(self, supervisor: Supervisor, address: str) -> dict[str, str]:
        """Start the servers nobody gave us; returns the environment every other program gets."""
        var = supervisor.var
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "stp_portal.settings",
            "PYTHONUNBUFFERED": "1",
            "SECRET_KEY": _secret_key(var),
            "VAR_DIR": str(var),
            "PORTAL_ADDRESS": settings.PORTAL_ADDRESS or address,
            "EMAIL_URL": settings.EMAIL_URL or (var / "mail").as_uri(),
            "EMAIL_FROM": settings.EMAIL_FROM or "STP returns <no-reply@localhost>",
        }
        if not settings.DATABASE_URL:
            postgres = Postgres(var / "postgres")
            self._say("Starting PostgreSQL.")
            supervisor.start(postgres.program(), ready=postgres.is_ready)
            environment["DATABASE_URL"] = postgres.url
        if not settings.REDIS_URL:
            valkey = Valkey(var / "valkey")
            supervisor.start(valkey.program(), ready=valkey.is_ready)
            environment["REDIS_URL"] = valkey.url
        return environment

    def _wait_until_ready(self, supervisor: Supervisor, address: str) -> None:
        self._say("Starting the web server, the worker and the scheduler.")
        answer = "no answer"
        for _ in range(READY_SECONDS * 5):
            ready, answer = _ask_ready(address)
            if ready:
                self._say(f"\nThe portal is at {address}    (Ctrl-C stops it; logs are in {supervisor.var / 'log'})\n")
                return
            supervisor.watch()
            supervisor.pause(0.2)
        self._say(
            f"\nAfter {READY_SECONDS} seconds not everything works: {answer}\nLooking after it all the same, at {address}\n"
        )

    def _load_example(self, supervisor: Supervisor, environment: dict[str, str]) -> None:
        """On the first start, send the example returns through the worker that now runs; a broken-off load is taken up again."""
        note, loaded = supervisor.var / EXAMPLE_WANTED, supervisor.var / EXAMPLE_LOADED
        if loaded.exists():
            self._say(sign_ins())
        if not note.exists() or "load_example" not in get_commands():
            return
        self._say("Loading example data through the worker. The portal can be used meanwhile.")
        try:
            supervisor.run_to_end(_manage("load_example", environment=environment), show=True, watch=True)
        except DiedError as death:
            self._say(f"The example data is not complete: {death}\nThe next start tries again.")
        else:
            note.rename(loaded)


def _port() -> int:
    with contextlib.suppress(ValueError):
        if 0 < (port := int(settings.PORT)) < 65536:
            return port
    raise CommandError(f"PORT is {settings.PORT!r}; it must be a number from 1 to 65535, for example PORT=8001.")


def _shown(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104


def _check_port_is_free(host: str, port: int) -> None:
    try:
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        raise CommandError(
            f"Port {port} on {host} cannot be used: {error.strerror}. Choose another with PORT, for example: PORT={port % 65535 + 1} make run"
        ) from None


def _secret_key(var: Path) -> str:
    """The SECRET_KEY given, or one made on the first start and kept, so that people stay signed in over a restart."""
    with contextlib.suppress(ImproperlyConfigured):
        return str(settings.SECRET_KEY)
    kept = var / "secret_key"
    with (
        contextlib.suppress(FileExistsError),
        open(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file,
    ):
        file.write(secrets.token_urlsafe(48))
    return kept.read_text()


def _manage(command: str, *arguments: str, environment: dict[str, str]) -> Program:
    manage = (sys.executable, str(settings.BASE_DIR / "manage.py"), command, *arguments)
    return Program(command, manage, environment, settings.BASE_DIR)


def _programs(var: Path, environment: dict[str, str]) -> Iterator[Program]:
    """The portal itself, in the order to start; the web server comes last and is stopped first."""

    def python(name: str, seconds: float, *arguments: str) -> Program:
        return Program(
            name, (sys.executable, "-m", *arguments), environment, settings.BASE_DIR, stop=((SIGTERM, seconds),)
        )

    celery = ("celery", "--app", "stp_portal")
    yield python("worker", 10, *celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle")
    yield python("scheduler", 5, *celery, "beat", "--schedule", str(var / "schedule"), "--pidfile=")
    options = (
        "--workers",
        "2",
        "--threads",
        "4",
        "--graceful-timeout",
        "5",
        "--access-logfile",
        "-",
        "--no-control-socket",
    )
    yield python(
        "web", 8, "gunicorn", "stp_portal.wsgi:application", "--bind", f"{settings.HOST}:{settings.PORT}", *options
    )


def _ask_ready(address: str) -> tuple[bool, str]:
    host = settings.ALLOWED_HOSTS[0].lstrip(".")
    request = urllib.request.Request(f"{address}health/ready", headers={} if host == "*" else {"Host": host})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310
            return response.status == 200, ""
    except urllib.error.HTTPError as error:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            parts = json.loads(error.read())["parts"]
            return False, "; ".join(f"{name}: {state}" for name, state in parts.items() if state != "ok")
        return False, f"the web server answers {error.code}"
    except OSError as error:
        return False, str(error)
