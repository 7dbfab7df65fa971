"""The words of rules: their placeholders found and filled. Pure; formatting a figure for its unit is the caller's.

A placeholder is a parameter's name, `{label}` and `{cell}` (of the cell that the finding names), `{label:X}`, `{cell:X}` and
`{value:X}` of another place X, `{found}` (what stands in the cell) or `{shown}` (what the rule worked out).
"""

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_SAID_TWICE = re.compile(r"the figure in ([^\s(),;]+) (?:\(\1\)|in \1)")


def placeholders(text: str) -> tuple[str, ...]:
    """The distinct placeholders of a text without their braces, in order of appearance."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))


def fill(text: str, names: Mapping[str, str]) -> str:
    """The text with its placeholders filled; KeyError names one that `names` does not hold."""
    return _PLACEHOLDER.sub(lambda match: names[match[1]], text)


def static_words(text: str, names: Mapping[str, str]) -> str:
    """The text as it can be said before any figure is known, as on the workbook's Checks sheet.

    What `names` holds is filled in. A figure becomes "the figure in Costs!D9"; what was found or worked out, "the figure".
    """
    neutral = dict(names)
    for name in placeholders(text):
        if name not in neutral:
            what, _, place = name.partition(":")
            neutral[name] = f"the figure in {names[f'cell:{place}']}" if what == "value" and place else "the figure"
    said = _SAID_TWICE.sub(r"the figure in \1", fill(text, neutral))
    return said[:1].upper() + said[1:]
