"""What pydantic finds wrong with the shape of a metric file, as sentences for whoever wrote the file. Pure."""

from typing import Any

from pydantic_core import ErrorDetails

from templates_app.definition_yaml import Path

_SHAPE_SENTENCES = {
    "missing": "{field} is missing.",
    "extra_forbidden": "{field} is not a word that metrics know.",
    "literal_error": "{found} is not one of {expected}.",
    "string_pattern_mismatch": "{found} is not written as {field} is ({pattern}).",
    "string_type": "{found} is read as something other than text; write it in quotes.",
    "string_too_short": "{field} is empty.",
    "too_short": "{field} is empty; at least {min_length} is needed.",
    "tuple_type": "{field} is a list; write it as [one, two] or with a dash on each line.",
    "bool_type": "{found} is neither true nor false.",
    "int_type": "{found} is not a whole number.",
    "decimal_type": "{found} is not a number.",
    "is_instance_of": "{found} is not a number.",
    "date_type": "{found} is not a day; write it as 2017-03-31.",
    "model_type": "A set of names with values is needed here.",
}


def shape_fault(detail: ErrorDetails) -> tuple[Path, str]:
    """Where in the file one fault of shape stands, and the sentence that says it."""
    names = [part for part in detail["loc"] if isinstance(part, str)]
    found = "Nothing" if detail["input"] is None else str(detail["input"])
    words: dict[str, Any] = {"field": names[-1] if names else "metric", "found": found, **detail.get("ctx", {})}
    sentence = _SHAPE_SENTENCES.get(detail["type"])
    return detail["loc"], sentence.format(**words) if sentence else f"{detail['msg']}."
