"""Text that people typed, made fit for a letter or for paper. Pure."""

import re

_NEVER_SHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, and those that turn the direction of writing: they can make a line read as what it is not."""


def plain_text(text: str) -> str:
    """The text without control characters; new lines and tabs stay."""
    return _NEVER_SHOWN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """The text in one line, each run of spaces as one."""
    return " ".join(plain_text(text).split())
