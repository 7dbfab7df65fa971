"""Returns on record in which somebody does somebody else's work; only the cells that a test names stand in them."""

from collections.abc import Mapping

from django.utils import timezone

from footprints.models import Footprint, Trust
from submissions.actions.load import copy_figures
from submissions.models import Collection, Submission
from submissions.states import State
from templates_app.rules import place_named
from tests.factories import CollectionFactory, MembershipFactory, ReturnFactory, SubmissionFactory, TrustFactory


def back_office() -> Collection:
    return CollectionFactory(name="Back office 2015/16")


def pathology() -> Collection:
    return CollectionFactory(template="pathology", version="2016.1", name="Pathology 2015/16")


def member(footprint: Footprint, code: str, name: str) -> Trust:
    return MembershipFactory(footprint=footprint, trust=TrustFactory(ods_code=code, name=name)).trust


def filed(collection: Collection, trust: Trust, cells: Mapping[str, str | int | float]) -> Submission:
    """An accepted file with these cells: numbers, words, days as 2018-03-31, or NC."""
    file = SubmissionFactory(
        return_record=ReturnFactory(collection=collection, trust=trust),
        state=State.ACCEPTED,
        loaded_at=timezone.now(),
        template=collection.template,
        version=collection.version,
    )
    rows = []
    for written, said in cells.items():
        line, column = place_named(written)
        is_number = not isinstance(said, str)
        kind = "number" if is_number else "not_calculable" if said == "NC" else "text"
        rows.append(
            (
                file.pk,
                line,
                column,
                kind,
                str(said) if is_number else None,
                "" if kind != "text" else said,
                "Costs",
                "D9",
            )
        )
    copy_figures(rows)
    return file
