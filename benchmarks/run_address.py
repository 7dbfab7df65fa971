"""How a run is written in an address: 7 for the frozen run 7, live-back_office-3 for the live run of collection 3, eric-2016-17 for
figures that others published. Pure.

A live run has a new row at every refresh, so its key would lead nowhere a minute later; its collection stays.
"""

from typing import Protocol


class Addressed(Protocol):
    """What of a run its address is made from."""

    @property
    def number(self) -> int | None:
        """Of a frozen run."""

    @property
    def collection_id(self) -> int | None:
        """None for published figures."""

    @property
    def template(self) -> str:
        """Such as back_office, or eric."""

    @property
    def year(self) -> str:
        """Such as 2015/16."""


def run_key(run: Addressed) -> str:
    """How a run is written in an address."""
    if run.number is not None:
        return str(run.number)
    if run.collection_id is not None:
        return f"live-{run.template}-{run.collection_id}"
    return f"{run.template}-{run.year.replace('/', '-')}"


class RunConverter:
    """Takes a run, or what it is written as, in the pattern of an address; gives what it is written as."""

    regex = r"[1-9][0-9]{0,8}|live-[a-z_]+-[0-9]{1,9}|[a-z_]+-20[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> str:
        """As written."""
        return value

    def to_url(self, value: Addressed | str) -> str:
        """The key of a run."""
        return value if isinstance(value, str) else run_key(value)
