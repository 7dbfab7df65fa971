"""`/health/live` and `/health/ready` say the truth, to anyone, and tell no secret."""

import pytest
import redis
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from stp_portal import health
from stp_portal.heartbeat import KEY, say_worker_is_alive

ALL_WELL = {
    "database": "ok",
    "migrations": "ok",
    "broker": "ok",
    "storage": "ok",
    "worker": "ok",
    "scheduler": "not checked",
}


@pytest.fixture(autouse=True)
def _migrations_read_anew():
    health._check_migrations.cache_clear()
    yield
    health._check_migrations.cache_clear()


def test_live_asks_nothing_of_the_database_even_with_a_session_cookie(client):
    client.cookies["sessionid"] = "somebody"
    response = client.get("/health/live", headers={"host": "10.0.0.7"})
    assert (response.status_code, response.json()) == (200, {"live": True})
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"


def test_ready_when_everything_is_there(client, db, broker):
    say_worker_is_alive()
    response = client.get("/health/ready")
    assert (response.status_code, response.json()) == (200, {"ready": True, "parts": ALL_WELL})


def test_ready_reads_no_session(client, db, broker, django_assert_num_queries):
    client.cookies["sessionid"] = "somebody"
    say_worker_is_alive()
    client.get("/health/ready")
    with django_assert_num_queries(1):
        client.get("/health/ready")


def test_without_a_worker_it_is_not_ready(client, db, broker):
    response = client.get("/health/ready")
    assert (response.status_code, response.json()["ready"]) == (503, False)
    assert response.json()["parts"] == ALL_WELL | {"worker": "none seen in the last 30 seconds"}


def test_a_worker_silent_for_long_is_taken_for_gone(client, db, broker):
    broker.set(KEY, "0")
    assert client.get("/health/ready").json()["parts"]["worker"] == "none seen in the last 30 seconds"


def test_without_a_broker_it_is_not_ready_and_tells_no_secret(client, db, settings):
    settings.REDIS_URL = "redis://:very-secret@127.0.0.1:1/0"
    say_worker_is_alive()  # a worker lives on without its broker
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["parts"] == ALL_WELL | {"broker": "not reachable", "worker": "not reachable"}
    assert b"secret" not in response.content


def test_without_a_database_it_is_not_ready(client, broker):
    say_worker_is_alive()  # no `db` fixture: pytest-django refuses the connection, as a server that is down would
    parts = client.get("/health/ready").json()["parts"]
    assert parts == ALL_WELL | {"database": "not reachable", "migrations": "not reachable"}


def test_with_a_migration_missing_it_is_not_ready(client, db, broker):
    say_worker_is_alive()
    (newest,) = MigrationLoader(connection).graph.leaf_nodes("footprints")
    MigrationRecorder(connection).record_unapplied(*newest)
    assert client.get("/health/ready").json()["parts"] == ALL_WELL | {"migrations": "some are not applied"}


def test_with_a_store_nobody_can_write_to_it_is_not_ready(client, db, broker, monkeypatch):
    say_worker_is_alive()
    monkeypatch.setattr("os.access", lambda folder, how: folder != default_storage.location)
    assert client.get("/health/ready").json()["parts"] == ALL_WELL | {"storage": "not writable"}


def test_a_queued_task_fails_quickly_without_a_broker(settings):
    # An upload is received all the same; its person must not wait for the queue.
    from time import monotonic

    from kombu.exceptions import OperationalError

    from stp_portal.celery import app

    begun = monotonic()
    with (
        app.connection_for_write("redis://127.0.0.1:1/0") as nowhere,
        pytest.raises((OperationalError, redis.RedisError)),
    ):
        app.send_task("submissions.tasks.sweep_unfinished", connection=nowhere)
    assert monotonic() - begun < 3
