"""The publications whose figures are compared beside those of returns, and what each is called. Pure."""

from collections.abc import Mapping
from typing import Final

PUBLICATIONS: Final[Mapping[str, str]] = {
    "eric": "NHS Digital, Estates Return Information Collection (ERIC)",
    "staff": "NHS Digital, NHS hospital and community health service staff",
}
"""Who published what, by the name that stands where a metric over returns has its template."""


def publication_words(name: str, year: str) -> str:
    """One year of a publication. `year` is a financial year such as 2015/16; staff are counted on one day of it."""
    when = f", at 30 September {year[:4]}" if name == "staff" else f" {year}"
    return PUBLICATIONS[name] + when
