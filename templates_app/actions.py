"""What is done to templates: a version is published."""

from django.db import transaction

from footprints.events import record
from footprints.models import User
from templates_app import registry
from templates_app.models import TemplateVersion


class DefinitionChanged(ValueError):
    """The file of a version that was published is no longer what it was."""


@transaction.atomic
def publish(*, by: User | str, template: str, version: str) -> TemplateVersion:
    """Record that a version has gone out, with the checksum of its definition. Repeating it adds nothing.

    `by` is the person, or the name of the part of the portal that did it. Raises UnknownTemplate where there is no such
    version, DefinitionChanged where its file differs from what was published before.
    """
    definition = registry.get(template, version)
    checksum = registry.checksum(template, version)
    published, created = TemplateVersion.objects.get_or_create(
        template=template,
        version=version,
        defaults={
            "checksum": checksum,
            "title": definition.title,
            "published_by": by if isinstance(by, User) else None,
        },
    )
    if published.checksum != checksum:
        raise DefinitionChanged(
            f"{definition.title} {version} was published with other contents than its file has now. "
            "Put the file back as it was, and make the change in a new version."
        )
    if created:
        record(verb="template_published", by=by, subject=published, detail={"checksum": checksum})
    return published
