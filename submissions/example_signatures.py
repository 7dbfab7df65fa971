"""The signatures of the example round: most returns are signed, some wait, a few are reopened. Given through the real actions."""

from typing import Final

from footprints.models import RoleKind, User
from submissions.actions.reopen import ask_reopening, decide_reopening
from submissions.actions.sign_off import sign_off
from submissions.example import EXAMPLE_PEOPLE, draw, example_person, signatory_of
from submissions.models import Collection, Return, Submission
from submissions.queries.signed_content import digest_of

WAITS_OF_TEN: Final = 2
"""Of ten accepted returns, so many wait for their director."""


def sign_examples(collection: Collection) -> int:
    """Have most directors sign what is accepted and was never signed; of a hundred signed returns one is asked to be reopened, and one
    is. Gives how many were signed; repeating it signs none."""
    if not collection.needs_sign_off:
        return 0
    never_signed = Submission.objects.accepted().filter(
        return_record__collection=collection, return_record__sign_offs=None
    )
    signed = 0
    for file in never_signed.select_related("return_record__trust", "return_record__collection").defer("reading"):
        code = file.return_record.trust.ods_code + collection.template
        if draw(code + "signs", 10) < WAITS_OF_TEN:
            continue
        director = signatory_of(file.return_record.trust)
        sign_off(
            by=director,
            return_record=file.return_record,
            reference=file.reference,
            digest=digest_of(file),
            declared=True,
        )
        signed += 1
        _reopen(file.return_record, director, draw(code + "reopens", 100))
    return signed


def _reopen(return_record: Return, director: User, drawn: int) -> None:
    if drawn > 1:
        return
    asked = ask_reopening(
        by=director, return_record=return_record, reason="The pay of one department stands in another's line."
    )
    if drawn == 1:
        manager = example_person(
            next(person for person in EXAMPLE_PEOPLE if person.kind == RoleKind.COLLECTION_MANAGER)
        )
        decide_reopening(
            by=manager, reopening=asked, grant=True, reason="The round is still open, and the line is compared."
        )
