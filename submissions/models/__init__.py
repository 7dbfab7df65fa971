"""Collections, the returns owed to them, the files submitted, what was found in them and the figures loaded."""

from submissions.models.corrections import Correction
from submissions.models.figures import Figure
from submissions.models.files import Submission, SubmissionQuerySet, new_reference
from submissions.models.findings import FEWEST_LETTERS, LONGEST_SHEET_NAME, Explanation, Finding
from submissions.models.receipts import Receipt
from submissions.models.returns import Collection, Return, ReturnQuerySet
from submissions.models.rules import AddedRule, Rejudgement, Ruleset
from submissions.models.waivers import Waiver

__all__ = [
    "FEWEST_LETTERS",
    "LONGEST_SHEET_NAME",
    "AddedRule",
    "Collection",
    "Correction",
    "Explanation",
    "Figure",
    "Finding",
    "Receipt",
    "Rejudgement",
    "Return",
    "ReturnQuerySet",
    "Ruleset",
    "Submission",
    "SubmissionQuerySet",
    "Waiver",
    "new_reference",
]
