"""The views of the desk that people keep."""

from typing import Final

from django.db import transaction

from desk.models import SavedView
from footprints.access import NotAllowed, may_somewhere, signed_in_as
from footprints.access_table import IN_WORDS
from footprints.models import User
from submissions.actions.reasons import CannotBeDone

MOST_VIEWS: Final = 30
"""More than that nobody finds again."""
LONGEST_QUERY: Final = 500
"""What there is room for; only a search in a script that addresses write at length gets there."""


class CannotSave(CannotBeDone):
    """The view cannot be saved. Troubles are about name."""


def save_view(*, by: User, name: str, query: str) -> SavedView:
    """Keep the filters and the order of the desk under a name; under a name that there is, in the place of what it was.

    Raises NotAllowed, CannotSave.
    """
    if not may_somewhere(by, "see_desk"):
        raise NotAllowed(f"You cannot {IN_WORDS['see_desk']}. {signed_in_as(by)}")
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        if len(query) > LONGEST_QUERY:
            raise CannotSave(name="This view is too long to be kept. Search for fewer letters.")
        own = SavedView.objects.filter(user=by)
        if not name.strip():
            raise CannotSave(name="Enter a name for the view")
        if own.count() >= MOST_VIEWS and not own.filter(name=name.strip()).exists():
            raise CannotSave(name=f"You have {MOST_VIEWS} views. Delete one before you save another.")
        view, _ = SavedView.objects.update_or_create(user=by, name=name.strip(), defaults={"query": query})
    return view


def delete_view(*, by: User, view: SavedView) -> None:
    """Forget a view. Raises NotAllowed where it is somebody else's."""
    if view.user_id != by.pk:
        raise NotAllowed("This view is somebody else's.")
    view.delete()
