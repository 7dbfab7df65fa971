"""The typeface of documents that we draw: DejaVu Sans, which has the letters of all of Europe, Latin, Greek and Cyrillic.

It is in ui/fonts under its own free licence, put there by scripts/vendor_dejavu.py.
"""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase.pdfmetrics import getFont, registerFont
from reportlab.pdfbase.ttfonts import TTFont

from ui.plain_text import plain_text

REGULAR: Final = "DejaVuSans"
BOLD: Final = "DejaVuSans-Bold"
NOT_DRAWN: Final = "?"
"""Stands for a letter that cannot be drawn."""

_FOLDER: Final = Path(__file__).with_name("fonts")
_FROM_THE_RIGHT: Final = ("R", "AL", "AN")
"""What is written from right to left would be drawn back to front, so it is not drawn at all."""


def bring_typeface() -> None:
    """Make both weights known to reportlab; needed before anything is laid out or drawn."""
    _drawn_letters()


def readable(text: str) -> str:
    """The text as it is read aloud: without control characters and what is not seen, every space plain; new lines stay."""
    composed = unicodedata.normalize("NFC", plain_text(text))
    spaced = (" " if letter != "\n" and letter.isspace() else letter for letter in composed)
    return "".join(letter for letter in spaced if unicodedata.category(letter) != "Cf")


def drawable(text: str) -> str:
    """The same in letters that the typeface has, each other as NOT_DRAWN."""
    drawn = _drawn_letters()
    return "".join(
        letter
        if letter == "\n"
        or (ord(letter) in drawn and letter.isprintable() and unicodedata.bidirectional(letter) not in _FROM_THE_RIGHT)
        else NOT_DRAWN
        for letter in readable(text)
    )


@cache
def _drawn_letters() -> frozenset[int]:
    """Letters, by code point, that both weights have."""
    letters = []
    for name in (REGULAR, BOLD):
        registerFont(TTFont(name, str(_FOLDER / f"{name}.ttf")))
        letters.append(frozenset(getFont(name).face.charToGlyph))
    return letters[0] & letters[1]
