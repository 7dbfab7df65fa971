"""Opening a round: the collection, and the return that each trust owes to it."""

from datetime import date

from django.db import transaction

from footprints.events import record
from footprints.models import Trust, User
from submissions.models import Collection, Return
from templates_app import registry
from templates_app.actions import publish


def open_collection(
    *, by: User | str, template: str, name: str, opens_date: date, due_date: date, illustrative: bool = False
) -> Collection:
    """Open a collection from the newest version of a template, or find the one of that name; every trust that existed when
    the year of the figures ended owes a return. The version counts as published from then on. Repeating it adds nothing.

    Raises DefinitionChanged when the version went out before with other contents.
    """
    definition = registry.get(template)
    with transaction.atomic():
        publish(by=by, template=template, version=definition.version)
        collection, created = Collection.objects.get_or_create(
            template=template,
            year=definition.year,
            name=name,
            defaults={
                "version": definition.version,
                "opens_date": opens_date,
                "due_date": due_date,
                "illustrative": illustrative,
            },
        )
        owed_by = Trust.objects.open_on(year_end(definition.year))
        Return.objects.bulk_create(
            (Return(collection=collection, trust=trust) for trust in owed_by), ignore_conflicts=True
        )
        if created:
            record(verb="collection opened", by=by, subject=collection, detail={"returns": owed_by.count()})
    return collection


def year_end(year: str) -> date:
    """The last day of a financial year: 31 March 2016 of 2015/16."""
    return date(int(year[:4]) + 1, 3, 31)
