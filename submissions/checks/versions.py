"""Whether the workbook is of the version that the return asks for."""

from collections.abc import Iterator

from submissions.checks.case import Case, Hit
from templates_app.schema import Rule
from templates_app.versions import asked_besides


def earlier_version(rule: Rule, case: Case) -> Iterator[Hit]:
    """The workbook is of an earlier version of the same year: it is taken, judged by its own rules, and said so."""
    if case.asked is not case.definition:
        besides = asked_besides(case.asked, case.definition) or "nothing else"
        yield Hit(None, found=f"version {case.definition.version}", names={"shown": besides})
