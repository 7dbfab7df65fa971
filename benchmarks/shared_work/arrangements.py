"""Where each template says who does whose work, until when and for how much: data, one file a template in `shared_work/`. Pure.

Templates differ in how they ask. One asks the same of every line of a sheet, another has a text in which provider and end stand
together, and one total for all that is done for others. Pages and queries know neither: they read it from here.
"""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from templates_app.definition_yaml import read_yaml

_FOLDER = Path(__file__).parent


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class EachLine(_Frozen):
    """The columns of a sheet that say of every line who does the work; each word is the code of a column."""

    sheet: str
    delivery: str
    own: tuple[str, ...]
    """Answers by which the trust does the work itself."""
    provider: str
    end: str
    notice: str
    cost: str
    """What is paid beside own staff."""
    income: str
    """What others pay the trust."""


class OneAgreement(_Frozen):
    """A line whose text names a provider and, in the usual case, the day on which the agreement ends."""

    at: str
    label: str
    """What it is an agreement for."""
    cost: str | None = None
    """The line that says what it costs in the year."""
    exit_cost: str | None = None
    """The line that says what it would cost to leave early."""


class OneService(_Frozen):
    """A service that trusts do for each other, of which each side gives one amount."""

    label: str
    income: str
    """The line on which the one who does it says what it earns."""
    providers: str
    """The line on which the others say who does it for them; it may name several."""
    paid: str
    """The line on which they say what they pay."""


class MapColumn(_Frozen):
    """One column of a service map: a line, or one of the definition's headline totals."""

    title: str
    at: str | None = None
    headline: str | None = None
    ends: bool = False
    """The text names the end of a contract, which is shown beside it."""
    brief: bool = False
    """It is shown where there is little room too."""


class ServiceMap(_Frozen):
    """How a service is provided across a footprint, as a table with one row a trust."""

    lead: str
    position: str
    """The line that says what part the trust plays."""
    columns: tuple[MapColumn, ...]
    notes: tuple[str, ...] = ()
    plan: str = ""
    """The file of `footprints/data` with the hubs that were planned for the service; what was published of them."""
    plan_words: str = ""
    plan_source: str = ""
    plan_note: str = ""


class Arrangements(_Frozen):
    """All of one template."""

    template: str
    each_line: EachLine | None = None
    agreements: tuple[OneAgreement, ...] = ()
    services: tuple[OneService, ...] = ()
    map: ServiceMap | None = None

    def lines(self) -> frozenset[str]:
        """The single lines that agreements and services stand on."""
        named = [line for one in self.agreements for line in (one.at, one.cost, one.exit_cost)]
        named += [line for one in self.services for line in (one.income, one.providers, one.paid)]
        return frozenset(line for line in named if line)


@cache
def arrangements() -> tuple[Arrangements, ...]:
    """Those of every template that has some, by the template's code."""
    return tuple(
        Arrangements.model_validate(read_yaml(path.read_text(encoding="utf-8")).data)
        for path in sorted(_FOLDER.glob("*.yaml"))
    )


def service_map(template: str) -> ServiceMap | None:
    """The map of a template's service; None for a template without one."""
    return next((known.map for known in arrangements() if known.template == template), None)
