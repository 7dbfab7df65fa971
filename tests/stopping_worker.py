"""`celery -A tests.stopping_worker worker`: the portal's worker, but for the places that STOP_AT names, one a line.

A place is "before" or "after" and the dotted name of a function, such as "after submissions.actions.load.copy_figures". The
first process that comes to a place leaves an empty file of the place's number in STOP_FOLDER and stands still there, so that
the worker can be killed at exactly that moment. Those that come later pass.
"""

import os
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from celery.signals import worker_process_init

from stp_portal.celery import app

__all__ = ["app"]

STANDING_SECONDS = 30


@worker_process_init.connect
def put_up_the_stops(**_: Any) -> None:
    for number, place in enumerate(os.environ["STOP_AT"].splitlines()):
        when, name = place.split()
        owner, _dot, attribute = name.rpartition(".")
        setattr(resolve_name(owner), attribute, stopping(resolve_name(name), when, str(number)))


def stopping(function: Callable[..., Any], when: str, number: str) -> Callable[..., Any]:
    @wraps(function)
    def at_the_stop(*given: Any, **named: Any) -> Any:
        if when == "before":
            stand_still(number)
        answer = function(*given, **named)
        if when == "after":
            stand_still(number)
        return answer

    return at_the_stop


def stand_still(number: str) -> None:
    try:
        (Path(os.environ["STOP_FOLDER"]) / number).touch(exist_ok=False)
    except FileExistsError:
        return
    time.sleep(STANDING_SECONDS)
