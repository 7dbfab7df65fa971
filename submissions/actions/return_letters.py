"""Letters about a return rather than about one of its files, to people who may see it at that moment."""

from collections.abc import Iterable

from footprints.access import may
from footprints.letters import Draft, page_address, write_letters
from footprints.models import User
from submissions.models import Return
from ui.plain_text import one_line


def write_return_letter(
    *,
    to: Iterable[User],
    return_record: Return,
    kind: str,
    key: str,
    subject: str,
    body: Iterable[str],
    because: str,
    page: str = "",
) -> None:
    """Write the same letter to several people, in the caller's transaction; nothing to whoever may no longer see the return.

    `because` ends the sentence "You get this letter because", and `page` is where the letter leads, the return when not given. The
    return comes with its trust and collection.
    """
    text = return_letter_text(return_record, body, because, page)
    trust = return_record.trust
    write_letters(
        Draft(to=person, kind=kind, key=key, subject=one_line(subject), text=text, trust=trust)
        for person in dict.fromkeys(to)
        if may(person, "see_returns", trust=trust)
    )


def return_letter_text(return_record: Return, body: Iterable[str], because: str, page: str = "") -> str:
    """The whole text of a letter about a return; what each part means, `write_return_letter` says."""
    trust, collection = return_record.trust, return_record.collection
    head = [f"{collection.name}, {trust.name}"]
    if collection.illustrative:
        head.append("EXAMPLE DATA. The figures in this letter are made up and describe no trust.")
    foot = f"--\nYou get this letter because {because}. Nobody reads answers to this address."
    address = page or page_address("submissions:return", return_record.pk)
    return "\n\n".join([*head, *body, address, foot]) + "\n"
