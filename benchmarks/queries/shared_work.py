"""The files on record of a template's newest round, and what stands in them of who does whose work."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict, cast

from django.db.models import Exists, OuterRef, Q, QuerySet

from footprints.models import Trust
from submissions.models import Collection, Figure, SignOff, Submission
from templates_app import registry
from templates_app.reading import BLANK, Place, Value
from templates_app.schema import Definition

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Signed(TypedDict):
        is_signed: bool

    SignedFile = WithAnnotations[Submission, _Signed]

POUNDS = Decimal(1000)
"""Money in returns is in £000."""


@dataclass(frozen=True, slots=True)
class OnRecord:
    """The returns of some trusts to the newest round of a template."""

    collection: Collection
    definition: Definition
    """By which people speak of the figures: the version of the round."""
    files: "tuple[SignedFile, ...]"
    """The file on record of each trust that has one, by the trust's name; each with its return and trust."""

    @property
    def returned(self) -> frozenset[str]:
        """The ODS codes of those that have one."""
        return frozenset(file.return_record.trust.ods_code for file in self.files)

    def figures(self, wanted: Q) -> Mapping[int, Mapping[Place, Value]]:
        """What stands in the files at some places, by the key of the file. One query."""
        return Figure.objects.filter(wanted, submission__in=[file.pk for file in self.files]).by_submission()


def on_record(template: str, trusts: QuerySet[Trust] | None = None) -> OnRecord | None:
    """What trusts have returned to the newest round of a template: all of England's, or some. None while there is no round; pilots are
    left out. Two queries."""
    collection = Collection.objects.rounds().filter(template=template).order_by("-opens_date", "-pk").first()
    if collection is None:
        return None
    files = (
        Submission.objects.accepted()
        .filter(
            return_record__collection=collection, **({} if trusts is None else {"return_record__trust__in": trusts})
        )
        .select_related("return_record__trust")
        .defer("reading")
        .annotate(is_signed=Exists(SignOff.objects.in_force().filter(submission=OuterRef("pk"))))
        .order_by("return_record__trust__name", "return_record__trust__ods_code")
    )
    definition = registry.get(collection.template, collection.version)
    return OnRecord(collection, definition, tuple(cast("QuerySet[SignedFile]", files)))


def text_at(values: Mapping[Place, Value], line: str, column: str = "value") -> str:
    """The words of a cell; empty where it holds none."""
    value = values.get((line, column), BLANK)
    return value.text.strip() if value.kind == "text" else ""


def pounds_at(values: Mapping[Place, Value], line: str | None, column: str = "value") -> Decimal | None:
    """The amount of a cell in pounds; None where it holds no number, or there is no such line."""
    number = values.get((line, column), BLANK).number if line else None
    return None if number is None else number * POUNDS


def function_of(definition: Definition, line: str) -> str:
    """The title of the function that a line belongs to: of the groups that hold it, the smallest; the template where none does."""
    holding = [(len(lines), name) for name, lines in definition.groups.items() if line in lines]
    return definition.group_titles[min(holding)[1]] if holding else definition.title
