"""What people give as their reason: one rule for all that is asked, granted, declared and answered at the desk."""

from submissions.models import FEWEST_LETTERS


class CannotBeDone(Exception):
    """Nothing was done. `troubles` are sentences for the person, by the field of the form that they are about; what is
    about no field stands under `whole`."""

    def __init__(self, **troubles: str) -> None:
        super().__init__(" ".join(troubles.values()))
        self.troubles = troubles


def says_too_little(text: str) -> bool:
    """Whether a text has too few letters to be a reason or an answer."""
    return sum(character.isalnum() for character in text) < FEWEST_LETTERS


def reason_troubles(reason: str) -> dict[str, str]:
    """What is wrong with a reason, for `CannotBeDone`."""
    return {"reason": f"Say why in at least {FEWEST_LETTERS} letters."} if says_too_little(reason) else {}
