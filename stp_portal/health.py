"""Two answers for whatever watches the portal: is this process alive, and has it everything it needs?"""

import functools
import logging
import os
from collections.abc import Callable

from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from stp_portal.heartbeat import SILENCE_SECONDS, broker, worker_seen

logger = logging.getLogger(__name__)

View = Callable[[HttpRequest], HttpResponse]


class NotReadyError(Exception):
    """A part the portal needs is not there; the text is shown to whoever asks, so it holds no secret."""


class HealthMiddleware:
    """Answers `/health/live` and `/health/ready` before anything else looks at the request.

    So a watcher needs no session, no sign-in and no allowed host name, and one that sends a cookie along does not make
    "is the process alive?" ask the database who that is.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, or what comes next for every other address."""
        view = VIEWS.get(request.path_info)
        if view is None:
            return self.get_response(request)
        response = view(request)
        response["Cache-Control"] = "no-store"
        return response


def live(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers; asks nothing of anything else."""
    return JsonResponse({"live": True})


def ready(request: HttpRequest) -> HttpResponse:
    """200 when every part works, 503 when one does not; the JSON names each: `{"ready", "parts": {name: "ok" or what is wrong}}`."""
    parts = {name: _state(name, check) for name, check in CHECKS.items()}
    is_ready = all(state == "ok" for state in parts.values())
    return JsonResponse(
        {"ready": is_ready, "parts": parts | {"scheduler": "not checked"}}, status=200 if is_ready else 503
    )


VIEWS: dict[str, View] = {"/health/live": live, "/health/ready": ready}


def _state(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except NotReadyError as trouble:
        return str(trouble)
    except Exception:
        logger.exception("/health/ready: %s does not work", name)
        return "not reachable"
    return "ok"


def _check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@functools.cache
def _check_migrations() -> None:
    # Cached once true: migrations are applied before this process starts, and reading them all takes a while.
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReadyError("some are not applied")


def _check_broker() -> None:
    with broker() as client:
        client.ping()


def _check_storage() -> None:
    if isinstance(default_storage, FileSystemStorage):
        folder = default_storage.location
        os.makedirs(folder, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise NotReadyError("not writable")
    else:
        default_storage.exists("health")


def _check_worker() -> None:
    if not worker_seen():
        raise NotReadyError(f"none seen in the last {SILENCE_SECONDS} seconds")


CHECKS: dict[str, Callable[[], None]] = {
    "database": _check_database,
    "migrations": _check_migrations,
    "broker": _check_broker,
    "storage": _check_storage,
    "worker": _check_worker,
}
