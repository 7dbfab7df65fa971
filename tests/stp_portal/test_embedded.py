"""The embedded servers keep their data over every kind of end, and let nobody in without the password."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
import redis

from stp_portal.embedded import CannotStartError, Postgres, Valkey, running, stop
from stp_portal.processes import Child

LONG = "a folder with spaces, longer than a socket's address may be " + "x" * 100


@pytest.fixture(scope="module")
def var(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("portal") / LONG / "var"


def ask(url: str, sql: str):
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


def test_postgres_keeps_what_was_committed_when_it_is_killed(var):
    # As after a power cut: no orderly end, the lock file left, its number since taken by another process (here: us).
    (var / "postgres" / "data.unfinished" / "half").mkdir(parents=True)
    server = Postgres(var / "postgres")
    child = Child(server.program(), var)
    child.start()
    while not server.is_ready():
        assert child.is_running(), child.last_lines()
    ask(server.url, "CREATE TABLE kept (pounds numeric); INSERT INTO kept VALUES (412000.05)")
    lock = server.data / "postmaster.pid"
    stale = lock.read_text().replace(str(child.process.pid), str(os.getpid()), 1)
    child.kill()
    lock.write_text(stale)
    with running(Postgres(var / "postgres"), var) as url:
        assert str(ask(url, "SELECT pounds FROM kept")[0][0]) == "412000.05"
        assert ask(url, "SHOW server_version")[0][0].startswith("18.")
    assert not lock.exists()


def test_postgres_listens_on_this_machine_only_and_asks_for_the_password(var):
    server = Postgres(var / "postgres", durable=False)
    with running(server, var) as url:
        assert ask(url, "SHOW listen_addresses") == [("127.0.0.1",)]
        password = (var / "postgres" / "password").read_text()
        assert (var / "postgres" / "password").stat().st_mode & 0o077 == 0
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(url.replace(password, "guess"))


def test_data_of_another_postgresql_is_not_touched(var):
    version = var / "postgres" / "data" / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(CannotStartError, match=r"made by PostgreSQL 17, this is 18. `make reset`"):
        Postgres(var / "postgres").program()
    version.write_text("18\n")


def test_valkey_keeps_queued_messages_over_a_restart_and_asks_for_the_password(tmp_path):
    server = Valkey(tmp_path / "valkey")
    child = Child(server.program(), tmp_path)
    child.start()
    while not server.is_ready():
        assert child.is_running(), child.last_lines()
    with redis.Redis.from_url(server.url) as client:
        client.rpush("celery", "a message")
    with redis.Redis(port=server.port) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()
    child.stop()
    with running(Valkey(tmp_path / "valkey"), tmp_path) as url, redis.Redis.from_url(url) as client:
        assert client.lrange("celery", 0, -1) == [b"a message"]


def test_a_server_that_cannot_start_says_why(tmp_path):
    server = Valkey(tmp_path / "valkey")
    child = Child(server.program(), tmp_path)
    (tmp_path / "valkey" / "valkey.conf").write_text("no-such-setting yes\n")
    child.start()
    child.process.wait()
    assert "no-such-setting" in str(child.death())


def test_stop_ends_what_was_left_behind(tmp_path):
    assert stop(tmp_path / "never") == "Nothing was running."
    server = Valkey(tmp_path / "valkey")
    child = Child(server.program(), tmp_path)
    child.start()
    command = [sys.executable, "-m", "stp_portal.embedded", "stop"]
    said = subprocess.run(
        command, env=os.environ | {"VAR_DIR": str(tmp_path)}, capture_output=True, text=True, check=True
    )
    assert said.stdout == "Stopped what an earlier run left behind: valkey.\n"
    assert child.process.wait(5) in (0, -signal.SIGTERM)
    assert stop(tmp_path) == "Nothing was running."
