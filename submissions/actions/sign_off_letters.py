"""The letters about signatures and reopenings, written in the transaction of what they tell of."""

from collections.abc import Iterable

from footprints.access import may
from footprints.letters import page_address
from footprints.models import Role, RoleKind, User
from submissions.actions.return_letters import write_return_letter
from submissions.models import NilReturn, Reopening, Return, SignOff, Submission
from submissions.queries.people import people_of
from submissions.queries.signing import nil_reference, sent_by
from ui.formats import moment
from ui.plain_text import one_line


def write_ready_to_sign_letters(file: Submission) -> None:
    """Tell the signatories that a return waits for one of them; not whoever sent the file. Nothing where nobody signs."""
    return_record = file.return_record
    if return_record.collection.needs_sign_off:
        body = [f"The file {file.reference} is accepted. It counts when you have signed it."]
        _write_ready(return_record, sent_by(file), f"to sign {file.reference}", body)


def write_nil_ready_to_sign_letters(nil: NilReturn) -> None:
    """The same for a nil return that somebody declared."""
    return_record = nil.return_record
    if return_record.collection.needs_sign_off:
        body = [f"{nil.declared_by.name} declared that there is nothing to report: {one_line(nil.reason)}"]
        _write_ready(return_record, sent_by(nil), f"to sign {nil_reference(nil)}", body)


def write_signed_letters(sign_off: SignOff) -> None:
    """Tell whoever signed and those who sent the file."""
    file, return_record = sign_off.submission, sign_off.return_record
    body = [
        f"{sign_off.signed_by.name} signed this return on {moment(sign_off.signed_at)}.",
        f"Reference {file.reference}\nDigest of what was signed: {sign_off.digest}",
        f"The declaration: {sign_off.declaration}",
        "Nothing can be uploaded, corrected or explained any more, unless NHS Improvement reopens the return. The receipt:",
    ]
    people = [sign_off.signed_by, *_senders(sent_by(file))]
    page = page_address("submissions:receipt", file.reference)
    _write(people, return_record, "signed", f"signed {sign_off.pk}", "The return is signed", body, page=page)


def write_signed_nil_letters(nil: NilReturn, declaration: str, digest: str) -> None:
    """The same for a nil return."""
    assert nil.signed_by is not None  # noqa: S101 - just signed
    assert nil.signed_at is not None  # noqa: S101
    body = [
        f"{nil.signed_by.name} signed the nil return on {moment(nil.signed_at)}.",
        f"Reference {nil_reference(nil)}\nDigest of what was signed: {digest}",
        f"The declaration: {declaration}",
    ]
    people = [nil.signed_by, nil.declared_by]
    key = f"signed {nil_reference(nil)}"
    _write(people, nil.return_record, "signed", key, "The nil return is signed", body)


def write_sent_back_letters(file: Submission, by: User, note: str, *, key: str) -> None:
    """Tell those who sent the file, or where none of them may upload any more all who prepare the trust's returns."""
    return_record = file.return_record
    able = [person for person in _senders(sent_by(file)) if may(person, "upload", trust=return_record.trust)]
    body = [
        f"{by.name} looked at {file.reference}, did not sign it, and sends it back to you:",
        one_line(note),
        "Upload a mended workbook or correct the figures on the page. If the figures are right, tell them so. The return:",
    ]
    people = able or people_of(return_record.trust, [RoleKind.PREPARER])
    _write(people, return_record, "sent back", key, "Your return is sent back to you", body)


def write_reopening_asked_letters(reopening: Reopening) -> None:
    """Tell those who decide on it, and whoever signed where somebody else asks."""
    return_record = reopening.sign_off.return_record
    said = f"{reopening.asked_by.name} asks for this signed return to be reopened: {one_line(reopening.reason)}"
    page = page_address("submissions:decide_reopening", reopening.pk)
    deciders = User.objects.filter(
        pk__in=Role.objects.current().filter(kind=RoleKind.COLLECTION_MANAGER).values("user"), is_active=True
    )
    key, subject = f"reopening asked {reopening.pk}", "A reopening is asked for"
    _write(deciders, return_record, "reopening", key, subject, [said, "Grant or refuse it here:"], page=page)
    people = {reopening.asked_by, reopening.sign_off.signed_by}
    waits = "NHS Improvement decides on it, and you get a letter. Until then the return stays signed."
    _write(people, return_record, "reopening", f"{key} told", subject, [said, waits])


def write_reopening_decided_letters(reopening: Reopening) -> None:
    """Tell whoever asked, whoever signed, and those who sent the file."""
    sign_off = reopening.sign_off
    assert reopening.decided_by is not None  # noqa: S101 - just decided
    what = "granted: the return is open again" if reopening.granted else "refused: the return stays signed"
    then = (
        "Change what is wrong, and let it be signed again" if reopening.granted else "Ask again if there is more to say"
    )
    body = [
        f"{reopening.decided_by.name} of NHS Improvement has decided. The reopening is {what}.",
        f"The reason: {one_line(reopening.decision_reason)}",
        f"{then}. The return:",
    ]
    people = [reopening.asked_by, sign_off.signed_by, *_senders(sent_by(sign_off.submission))]
    subject = "Your return is reopened" if reopening.granted else "Your return is not reopened"
    _write(people, sign_off.return_record, "reopening", f"reopening decided {reopening.pk}", subject, body)


def _write_ready(return_record: Return, sent: frozenset[int], key: str, body: list[str]) -> None:
    signatories = people_of(return_record.trust, [RoleKind.SIGNATORY])
    people = [person for person in signatories if person.pk not in sent]
    page = page_address("submissions:sign_off", return_record.pk)
    ask = "See what you sign, and sign it or send it back, here:"
    _write(people, return_record, "to sign", key, "A return is ready for you to sign", [*body, ask], page=page)


def _senders(people: Iterable[int]) -> list[User]:
    return list(User.objects.filter(pk__in=people).order_by("pk"))


def _write(
    people: Iterable[User],
    return_record: Return,
    kind: str,
    key: str,
    subject: str,
    body: list[str],
    *,
    page: str = "",
) -> None:
    write_return_letter(
        to=people,
        return_record=return_record,
        kind=kind,
        key=key,
        subject=f"{subject} ({return_record.trust.name})",
        body=body,
        because="you sign, send or look after this return",
        page=page,
    )
