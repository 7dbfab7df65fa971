"""A whole portal for a drill: PostgreSQL, broker, web server, worker and scheduler as `make run` starts them, on ports of their own,
with people who can send files and read pages over HTTP."""

import contextlib
import hashlib
import http.client
import io
import os
import secrets
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stp_portal.embedded import Postgres, Valkey
    from stp_portal.processes import Child
    from submissions.models import Return
    from templates_app.reading import Place, Value

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
HOST = "127.0.0.1"
READY_SECONDS = 90
FORM = "a-piece-of-the-form"


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str
    seconds: float


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    port: int
    session: str
    token: str = field(default_factory=lambda: secrets.token_hex(16))

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, b"", {})

    def upload(self, path: str, data: bytes, file_name: str) -> Answer:
        head = f'--{FORM}\r\nContent-Disposition: form-data; name="workbook"; filename="{file_name}"\r\n\r\n'
        body = head.encode() + data + f"\r\n--{FORM}--\r\n".encode()
        return self._ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={FORM}"})

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Raises OSError or HTTPException when there is no answer."""
        start = time.perf_counter()
        own = {"Cookie": f"sessionid={self.session}; csrftoken={self.token}", "X-CSRFToken": self.token}
        with contextlib.closing(http.client.HTTPConnection(HOST, self.port, timeout=30)) as connection:
            connection.request(method, path, body, own | headers | {"Connection": "close"})
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            seconds = time.perf_counter() - start
            return Answer(answer.status, answer.getheader("Location", ""), text, seconds)


@dataclass(frozen=True)
class ToSend:
    """A filled workbook, for whom it is, and what must come of it."""

    path: str
    data: bytes
    values: "dict[Place, Value]"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass
class Portal:
    """Running while `portal()` lasts. Everything is started by the thread that made it: a child ends with that thread."""

    folder: Path
    port: int
    postgres: "Postgres"
    valkey: "Valkey"
    children: "dict[str, Child]" = field(default_factory=dict)

    def kill(self, name: str) -> None:
        """As a power cut would end it."""
        self.children[name].kill()

    def start(self, name: str) -> None:
        self.children[name].start()

    def restart_postgres(self) -> None:
        child = self.children["postgres"]
        child.stop()
        child.start()
        wait_until(self.postgres.is_ready, "PostgreSQL")

    def flush_broker(self) -> None:
        import redis

        with redis.Redis.from_url(self.valkey.url) as client:
            client.flushall()

    def is_ready(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return Person(self.port, "").get("/health/ready").status == 200
        return False

    def megabytes(self, name: str) -> float:
        """What the processes of a program hold in memory (their resident sets added up)."""
        process = self.children[name].process
        group = process.pid if process else 0
        pages = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                pages += int(fields[21]) if int(fields[2]) == group else 0
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def wait_until(done: Callable[[], bool], what: str, seconds: float = READY_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise SystemExit(f"Waited {seconds:.0f} s for {what}.")
        time.sleep(0.1)


@contextlib.contextmanager
def portal() -> Iterator[Portal]:
    """The portal in a folder that is removed, with the reference data and one open collection."""
    from stp_portal.embedded import Postgres, Valkey
    from stp_portal.processes import Child

    with contextlib.ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="stp-portal-drill-", ignore_cleanup_errors=True))
        )
        made = Portal(folder, free_port(), Postgres(folder / "postgres"), Valkey(folder / "valkey"))
        for server in (made.postgres, made.valkey):
            made.children[server.name] = child = Child(server.program(), folder)
            stack.callback(child.stop)
            child.start()
            wait_until(server.is_ready, server.name)
        environment = use_environment(made)
        from stp_portal.management.commands.run_portal import _programs

        prepare()
        for program in _programs(folder, environment):
            made.children[program.name] = child = Child(program, folder)
            stack.callback(child.stop)
            child.start()
        wait_until(made.is_ready, "the portal to be ready")
        yield made


def use_environment(made: Portal) -> dict[str, str]:
    """What the portal's programs and this process are set by."""
    os.environ.update(
        DATABASE_URL=made.postgres.url,
        REDIS_URL=made.valkey.url,
        VAR_DIR=str(made.folder),
        UPLOADS_DIR=str(made.folder / "uploads"),
        SECRET_KEY=secrets.token_urlsafe(40),
        PORTAL_ADDRESS=f"http://{HOST}:{made.port}",
        EMAIL_URL=(made.folder / "mail").as_uri(),
        EMAIL_FROM="STP returns <drill@localhost>",
        HOST=HOST,
        PORT=str(made.port),
        DJANGO_SETTINGS_MODULE="stp_portal.settings",
        PYTHONUNBUFFERED="1",
    )
    import django

    django.setup()
    return dict(os.environ)


def prepare() -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from submissions.actions.open_collection import open_collection

    with contextlib.redirect_stdout(io.StringIO()):
        call_command("prepare_portal", verbosity=0)
    today = timezone.localdate()
    open_collection(
        by="drill",
        template="back_office",
        name="Drill",
        opens_date=today,
        due_date=today + timedelta(days=1),
        illustrative=True,
    )


def preparer_of(made: Portal, return_record: "Return") -> Person:
    from footprints.models import RoleKind

    return signed_in(
        made, f"finance@{return_record.trust.ods_code.lower()}.example", RoleKind.PREPARER, trust=return_record.trust
    )


def signed_in(made: Portal, email: str, kind: Any, **where: Any) -> Person:
    """A new person with a role, and a session of theirs."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from footprints.actions import create_person, grant_role

    user = create_person(by="drill", email=email, name=email.partition("@")[0])
    grant_role(by="drill", to=user, kind=kind, **where)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return Person(made.port, str(session.session_key))


def files_for(return_record: "Return", count: int) -> list[ToSend]:
    """So many different files of a trust, the same in every drill."""
    from django.urls import reverse

    from submissions.actions.download import trust_details
    from templates_app import registry
    from templates_app.example_figures import example_values
    from templates_app.trust_reference import trust_reference
    from templates_app.workbook_write import write_workbook

    collection, code = return_record.collection, return_record.trust.ods_code
    definition = registry.get(collection.template, collection.version)
    checksum = registry.checksum(collection.template, collection.version)
    published = trust_reference(code).published.get(collection.year, {})
    path = reverse("submissions:upload", args=[return_record.pk])
    files = []
    for seed in range(count):
        values = dict(example_values(definition, published, seed=seed, trust_code=code))
        files.append(
            ToSend(
                path, write_workbook(definition, trust_details(return_record), values=values, checksum=checksum), values
            )
        )
    return files


def returns(count: int) -> "list[Return]":
    """The returns of trusts of whose kind every line is asked."""
    from submissions.models import Return

    owed = Return.objects.select_related("trust", "collection").filter(trust__trust_type="acute")
    return list(owed.order_by("trust__ods_code")[:count])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
