"""Which returns the desk lists, and in which order, as the address of the page writes it."""

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict

from desk.next_action import Action, held_by
from footprints.models import Region, TrustType
from submissions.stages import OUTSTANDING, Holder, Stage

HOLDERS: Final[dict[str, Holder]] = {"trust": "the trust", "signatory": "the signatory", "us": "us"}
"""Who holds a return, by what the address says."""

LATENESS: Final[dict[str, str]] = {
    "late": "Late",
    "soon": "Due within 7 days",
    "later": "Due later",
    "extended": "With an extension",
}
FLAGS: Final[dict[str, str]] = {
    "no_preparer": "No preparer",
    "no_signatory": "No signatory",
    "bounced": "E-mail bounced",
    "paused": "Reminders paused",
    "extension": "Extension asked for",
    "promised": "Promise not kept",
}
SORTS: Final[dict[str, str]] = {
    "action": "Next action",
    "trust": "Trust",
    "footprint": "Footprint",
    "region": "Region",
    "due": "Days left or late",
    "stage": "Stage",
    "holder": "Who holds it",
    "owner": "Owner",
    "contact": "Last contact",
    "promised": "Promised for",
}
"""The columns by which the desk can be sorted, in the order of the page."""

MINE, NOBODY = "mine", "nobody"
LONGEST_TEXT: Final = 60


@dataclass(frozen=True, slots=True)
class DeskFilters:
    """Empty means all. `collection` and `owner` are keys, as text; `owner` may also be "mine" or "nobody"."""

    collection: str = ""
    region: str = ""
    footprint: str = ""
    type: str = ""
    action: str = ""
    stage: str = ""
    holder: str = ""
    owner: str = ""
    lateness: str = ""
    flag: str = ""
    text: str = ""
    sort: str = "action"

    @classmethod
    def from_query(cls, query: QueryDict) -> "DeskFilters":
        """The filters of an address; a value that there is none of counts as all."""

        def one_of(name: str, known: object) -> str:
            value = query.get(name, "")
            return value if value in known else ""  # type: ignore[operator]

        def key(name: str, *words: str) -> str:
            value = query.get(name, "")
            return value if value in words or (value.isascii() and value.isdecimal() and len(value) < 10) else ""

        sort = query.get("sort", "")
        return cls(
            collection=key("collection"),
            region=one_of("region", Region.values),
            footprint=query.get("footprint", "")[:9] if query.get("footprint", "").isalnum() else "",
            type=one_of("type", TrustType.values),
            action=one_of("action", [action.value for action in Action]),
            stage=one_of("stage", [stage.value for stage in OUTSTANDING]),
            holder=one_of("holder", HOLDERS),
            owner=key("owner", MINE, NOBODY),
            lateness=one_of("lateness", LATENESS),
            flag=one_of("flag", FLAGS),
            text=query.get("text", "").replace("\0", "").strip()[:LONGEST_TEXT],
            sort=sort if sort.removeprefix("-") in SORTS else "action",
        )

    @property
    def query(self) -> str:
        """The same as an address writes it, without what is as usual: "region=London&sort=-due"."""
        given = {name: getattr(self, name) for name in self.__slots__}
        return urlencode(
            {name: value for name, value in given.items() if value and (name, value) != ("sort", "action")}
        )

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out, whatever the order."""
        return bool(replace(self, sort="action", collection="").query)

    def with_(self, **changes: str) -> "DeskFilters":
        """The same with some of it changed."""
        return replace(self, **changes)

    def sorted_by(self, column: str) -> "DeskFilters":
        """The same by another column; by the same one, the other way round."""
        return replace(self, sort=f"-{column}" if self.sort == column else column)

    def let_pass(self, standing: Stage, action: Action) -> bool:
        """Whether a return at this stage, with this next, passes the filters of stage, action and holder."""
        held = not self.holder or held_by(standing, action) == HOLDERS[self.holder]
        return held and self.stage in ("", standing) and self.action in ("", action)
