"""The hubs of laboratories that NHS Improvement planned in 2017, as published. Pure.

Read by the trade press in September 2017; the list is not whole (see SOURCES.md), and which trusts would be spokes of which hub was not
in it. So a trust that is missing here may still have been planned as a hub.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from ui.formats import pounds

_FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class PlannedHub:
    """One network of the plan, by its hub."""

    area: str
    """The area of NHS Improvement, as the source groups them."""
    hub: str
    """ODS code."""
    hub_name: str
    second_hub: str
    """ODS code of the other hub, where there are two; else empty."""
    saving: Decimal | None
    """The saving to be reached by 2020/21, in pounds a year; None where none was published."""
    source: str

    def other_hub(self, code: str) -> str:
        """The ODS code of the hub beside this one; empty where it is the only one."""
        return self.hub if code == self.second_hub else self.second_hub

    @property
    def saving_words(self) -> str:
        """The published target in words."""
        return "no target published" if self.saving is None else f"{pounds(self.saving)} a year by 2020/21"


@cache
def planned_hubs(file_name: str) -> Mapping[str, PlannedHub]:
    """The plan in one file by ODS code; where a network has two hubs it stands under both."""
    found: dict[str, PlannedHub] = {}
    with (_FOLDER / file_name).open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            target = row["savings_target_gbp_by_2020_21"]
            hub = PlannedHub(
                area=row["nhsi_area"],
                hub=row["hub_ods_code"],
                hub_name=row["hub_name"],
                second_hub=row["second_hub_ods_code"],
                saving=Decimal(target) if target else None,
                source=row["source"],
            )
            found |= {code: hub for code in (hub.hub, hub.second_hub) if code}
    return found
