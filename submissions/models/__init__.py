"""Collections, the returns owed to them, the files submitted, what was found in them, the figures loaded, and what people signed,
asked and granted."""

from submissions.models.corrections import Correction
from submissions.models.dispensations import Excuse, NilReturn
from submissions.models.extensions import Extension
from submissions.models.figure_queries import FigureQuery
from submissions.models.figures import Figure
from submissions.models.files import Submission, SubmissionQuerySet, new_reference
from submissions.models.findings import FEWEST_LETTERS, LONGEST_SHEET_NAME, Explanation, Finding
from submissions.models.receipts import Receipt
from submissions.models.returns import Collection, Return, ReturnQuerySet
from submissions.models.rules import AddedRule, Rejudgement, Ruleset
from submissions.models.sign_offs import Reopening, SelfSignOffPermit, SignOff
from submissions.models.waivers import Waiver

__all__ = [
    "FEWEST_LETTERS",
    "LONGEST_SHEET_NAME",
    "AddedRule",
    "Collection",
    "Correction",
    "Excuse",
    "Explanation",
    "Extension",
    "Figure",
    "FigureQuery",
    "Finding",
    "NilReturn",
    "Receipt",
    "Rejudgement",
    "Reopening",
    "Return",
    "ReturnQuerySet",
    "Ruleset",
    "SelfSignOffPermit",
    "SignOff",
    "Submission",
    "SubmissionQuerySet",
    "Waiver",
    "new_reference",
]
