"""What exactly somebody signs, and its digest: worked out when the page is shown, and again when it is signed."""

import hashlib
import json

from submissions.models import Explanation, Figure, Finding, NilReturn, Submission


def digest_of(file: Submission) -> str:
    """SHA-256, in hexadecimal, over `signed_content` as JSON with sorted keys and no spaces. Three queries."""
    return _digest(signed_content(file))


def digest_of_nil(nil: NilReturn) -> str:
    """The same over a nil return: what is declared, for which return, by whom and when."""
    return _digest(
        {
            "nil": nil.pk,
            "return": nil.return_record_id,
            "reason": nil.reason,
            "declared": [nil.declared_by_id, nil.declared_at.isoformat()],
        }
    )


def signed_content(file: Submission) -> dict[str, object]:
    """The file, the rules it was judged by, every figure by its place, every explanation with who gave it, and what a waiver let pass.

    Numbers are text with every digit, so that nothing depends on how a machine writes them.
    """
    figures = Figure.objects.filter(submission=file).values_list("line", "column", "kind", "number", "text")
    explanations = Explanation.objects.filter(finding__submission=file).values_list(
        "finding__position", "finding__code", "finding__line", "finding__column", "text", "given_by", "given_at"
    )
    waived = Finding.objects.filter(submission=file, waiver__isnull=False)
    return {
        "return": file.return_record_id,
        "reference": file.reference,
        "sha256": file.sha256,
        "template": [file.template, file.version],
        "ruleset": file.ruleset,
        "figures": sorted(
            [line, column, kind, "" if number is None else format(number, "f"), text]
            for line, column, kind, number, text in figures
        ),
        "explanations": sorted([*said, given_at.isoformat()] for *said, given_at in explanations),
        "waived": sorted([*finding] for finding in waived.values_list("position", "code", "line", "column", "waiver")),
    }


def _digest(content: dict[str, object]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
