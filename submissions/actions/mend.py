"""What a person sends from the page of findings: explanations of warnings and corrected figures, together."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from footprints.models import User
from submissions.actions.correct import NothingChanged, correct
from submissions.actions.explain import Explained, accept_if_explained, take_explanations
from submissions.models import Submission
from templates_app.reading import Place


@dataclass(frozen=True, slots=True)
class Mended:
    """What came of it: what was explained, and the submission that holds the corrected figures, still to be checked."""

    explained: Explained
    corrected: Submission | None = None
    cells: int = 0
    accepted: bool = False
    """Whether the return was accepted, since nothing was left to explain and no figure was corrected."""


def mend(
    *,
    by: User,
    submission: Submission,
    explanations: Mapping[int, str],
    corrections: Mapping[Place, str],
    same_is_meant: bool = False,
) -> Mended:
    """Keep the explanations, by finding; then correct the figures, by place. While an explanation has its trouble no figure is
    corrected: the person is shown both again. Explanations are taken first, so that the corrected file carries them.

    Raises NotAllowed, and with nothing taken ReturnIsLocked, CannotExplain or CannotCorrect.
    """
    with transaction.atomic():
        explained = Explained()
        if any(text.strip() for text in explanations.values()):
            explained = take_explanations(
                by=by, submission=submission, answers=explanations, same_is_meant=same_is_meant
            )
        if explained.troubles:
            return Mended(explained)
        try:
            made = correct(by=by, submission=submission, changes=corrections)
        except NothingChanged:
            return Mended(explained, accepted=accept_if_explained(submission=submission))
        return Mended(explained, made.submission, made.cells)
