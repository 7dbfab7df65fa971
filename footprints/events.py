"""Writing the log. Nothing is recorded without saying who did it."""

from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest

from footprints.models import Event, Footprint, Trust, User


class Anonymous(ValueError):
    """An event without an actor, or without a verb, was refused."""


def record(
    *,
    verb: str,
    by: User | str,
    subject: Model | str = "",
    trust: Trust | None = None,
    footprint: Footprint | None = None,
    detail: dict[str, Any] | None = None,
    request: HttpRequest | None = None,
) -> Event:
    """Add one event.

    `by` is the person who acted, or the name of the part of the portal that did, such as "load_reference".
    `subject` is the record acted upon, or a text written kind:key. `detail` holds no figures and no passwords; it is
    written as JSON. Raises Anonymous when nobody is named.
    """
    if not verb.strip():
        raise Anonymous("An event needs a verb.")
    if isinstance(by, str):
        if not by.strip():
            raise Anonymous("An event needs a person, or the name of the part of the portal that acted.")
        user, system, roles = None, by.strip(), ""
    elif isinstance(by, User) and by.pk is not None:
        user, system = by, ""
        roles = ",".join(sorted({role.kind for role in by.current_roles}))
    else:
        raise Anonymous("An event needs a person who is known, or the name of the part of the portal that acted.")
    return Event.objects.create(
        verb=verb.strip(),
        user=user,
        system=system,
        roles=roles,
        subject=subject if isinstance(subject, str) else subject_of(subject),
        trust=trust,
        footprint=footprint,
        detail=detail or {},
        address=address_of(request) if request is not None else None,
    )


def subject_of(thing: Model) -> str:
    """How the log writes a record: the kind in small letters, a colon, the key."""
    return f"{thing._meta.model_name}:{thing.pk}"


def address_of(request: HttpRequest) -> str | None:
    """The network address a request came from; None for a local socket, or when what was written down is no address.

    Behind a proxy that is trusted to say which scheme was used, it is the last address that proxy wrote down: the ones
    before it could have been made up by the sender.
    """
    address: str = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        address = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip() or address
    try:
        return str(ip_address(address))
    except ValueError:
        return None
