"""A worker's sign of life, kept in the broker for `/health/ready`. Imported with the settings, so it imports little."""

import logging
import time
from typing import cast

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

KEY = "stp_portal:worker-seen"
SILENCE_SECONDS = 30
"""A worker says every two seconds that it lives; silent this long, it is taken for gone."""

logger = logging.getLogger(__name__)


def broker() -> "redis.Redis":
    """A client of the broker that gives up after two seconds."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2, retry=Retry(NoBackoff(), 0)
    )


def say_worker_is_alive() -> None:
    """Note in the broker that a worker is there now. A broker that is down is somebody else's news."""
    try:
        with broker() as client:
            client.set(KEY, str(time.time()), ex=SILENCE_SECONDS)
    except redis.RedisError:
        logger.warning("The broker does not answer; nobody can see that this worker is alive.")


def worker_seen() -> bool:
    """Whether a worker said so in the last `SILENCE_SECONDS`. Raises `redis.RedisError` when the broker does not answer."""
    with broker() as client:
        seen = cast("bytes | None", client.get(KEY))
    return seen is not None and time.time() - float(seen) <= SILENCE_SECONDS
