"""What the tests of signing need: a return with an accepted file, its signatory, and what is on the screen."""

from footprints.models import RoleKind, User
from submissions.actions.process import process
from submissions.actions.sign_off import Signed, sign_off
from submissions.models import Collection, Return, Submission
from submissions.queries.signing import ToSign, to_sign
from tests.factories import CollectionFactory, ReturnFactory, RoleFactory
from tests.submissions.scenes import received

REASON = "The pay of one department was left out."


def owed(**more: object) -> Return:
    """A return of a round that needs signatures."""
    return ReturnFactory(collection=CollectionFactory(sign_off_rule=Collection.SignOffRule.SIGNATORY), **more)


def accepted(return_record: Return, data: bytes | None = None) -> Submission:
    """A file of it that is on record."""
    submission = received(return_record, data)
    process(submission_id=submission.pk)
    submission.refresh_from_db()
    assert submission.state == "accepted"
    return submission


def signatory_of(return_record: Return) -> User:
    return RoleFactory(kind=RoleKind.SIGNATORY, trust=return_record.trust, user__name="Tom Okafor").user


def manager() -> User:
    return RoleFactory(kind=RoleKind.COLLECTION_MANAGER, user__name="Ian Moss").user


def shown(return_record: Return, by: User) -> ToSign:
    """What is on the person's screen."""
    return to_sign(Return.objects.get(pk=return_record.pk), by)


def signs(return_record: Return, by: User, page: ToSign | None = None) -> Signed:
    """Sign what is on the screen: as it stands now, unless a page was opened before."""
    page = page or shown(return_record, by)
    return sign_off(by=by, return_record=return_record, reference=page.reference, digest=page.digest, declared=True)
