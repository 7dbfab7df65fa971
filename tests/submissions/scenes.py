"""What the tests of the pipeline need: a filled workbook, a file that was received, and several things done at once."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Model

from footprints.models import User
from submissions.actions.download import trust_details
from submissions.actions.receive import receive
from submissions.models import Return, Submission
from templates_app import registry
from templates_app.example_figures import example_values
from templates_app.reading import Place, Value
from templates_app.workbook_write import write_workbook
from tests.factories import RoleFactory

WORDS_FOR_A_NUMBER = {("FIN3", "pay"): Value("text", text="see note")}
"""A slip that is an error: the file is blocked."""
A_FINE_FRACTION = {("FIN3", "pay"): Value("number", number=Decimal("40.20012"))}
"""A slip that is only noted: the file is accepted with a finding."""


def workbook(return_record: Return, changes: Mapping[Place, Value] | None = None, *, seed: int = 1) -> bytes:
    """A whole workbook for a return, clean but for the changes. The same seed gives every trust the same figures."""
    definition = registry.get(return_record.collection.template, return_record.collection.version)
    values = dict(example_values(definition, {}, seed=seed, trust_code="any")) | dict(changes or {})
    checksum = registry.checksum(definition.template, definition.version)
    return write_workbook(definition, trust_details(return_record), values=values, checksum=checksum)


def preparer_of(return_record: Return) -> User:
    """Somebody who may upload for the trust."""
    return RoleFactory(trust=return_record.trust).user


def received(
    return_record: Return, data: bytes | None = None, *, file_name: str = "ours.xlsx", at: datetime | None = None
) -> Submission:
    """A file as it stands when the person has been told "received": a clean workbook unless bytes are given."""
    return receive(
        by=preparer_of(return_record),
        return_record=return_record,
        chunks=[workbook(return_record) if data is None else data],
        file_name=file_name,
        at=at,
    ).submission


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act gave, done in threads of their own with database connections of their own; the first trouble is raised."""
    together = threading.Barrier(len(acts))
    answers: list[Any] = [None] * len(acts)
    troubles: list[BaseException] = []

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            together.wait(10)
            answers[number] = act()
        except BaseException as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads), "they wait for each other"
    if troubles:
        raise troubles[0]
    return answers


def rows(kind: type[Model]) -> list[dict[str, Any]]:
    """Every row of a table, to see that nothing has changed."""
    return list(kind._default_manager.order_by("pk").values())
