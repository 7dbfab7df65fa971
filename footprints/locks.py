"""Locks that the database keeps for a connection: a worker that is killed holds nothing, and nobody has to clean up after it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def held(key: int, *, wait: bool = False) -> Iterator[bool]:
    """Whether this connection alone holds the lock of this number, inside the block; with `wait` it does, as soon as nobody else does."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_lock(%s)", [key])
        else:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        mine = wait or bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
