"""Which trust a text names, such as the provider that a return gives for a line. Pure, and cautious: a trust is recognised by its ODS
code or its whole name, never by a place name that it shares with others.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

Kind = Literal["nobody", "one", "several", "no_trust"]

_LONG_NAME: Final = 4
"""Words from which a name without its legal form is unlike to stand in a text by chance."""
_END: Final = "§"
"""Stands for the legal form in which a trust's name ends: NHS Foundation Trust, NHS Trust, NHS FT, FT."""
_BREAK: Final = "|"
_LEGAL_FORM: Final = re.compile(
    r"\b(?:nhs\s+foundation\s+trust|nhs\s+trust|foundation\s+trust|nhs\s*ft|nhst|ft|trust)\b"
)
_NOBODY: Final = frozenset(
    ("", "none", "n/a", "na", "n a", "nil", "no", "not applicable", "-", "–", "nobody", "in-house", "in house", "own")
)
_CODE: Final = re.compile(r"\b[A-Z][A-Z0-9]{2}\b")


@dataclass(frozen=True, slots=True)
class Naming:
    """What a text names."""

    kind: Kind
    """`no_trust`: somebody who is no trust that we recognise."""
    codes: tuple[str, ...] = ()
    """ODS codes of the trusts it names, in order."""


NOBODY: Final = Naming("nobody")


@dataclass(frozen=True)
class TrustNames:
    """The names by which trusts are recognised: present and later ones, by ODS code."""

    names: Mapping[str, tuple[str, ...]]

    def named_in(self, text: str) -> Naming:
        """Whom a text names. Of two names that overlap the longer one is meant: "North East London" is not East London."""
        if names_nobody(text):
            return NOBODY
        codes = [code for code in self._codes_in(text) if code in self.names]
        codes += self._by_name(_words(text))
        found = tuple(sorted(set(codes)))
        return Naming("one" if len(found) == 1 else "several" if found else "no_trust", found)

    def _codes_in(self, text: str) -> list[str]:
        """Words that look like a code. Among other words in capitals, three letters may be a word: there a code needs a digit."""
        shouted = text.upper() == text and any(word not in self.names for word in re.findall(r"\w+", text))
        return [code for code in _CODE.findall(text) if not (shouted and code.isalpha())]

    def _by_name(self, words: list[str]) -> list[str]:
        found, left = list[str](), list(words)
        for name, codes in self._by_length:
            while (start := _place_of(name, left)) is not None:
                found += codes
                left[start : start + len(name)] = [_BREAK]
        return found

    @cached_property
    def _by_length(self) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Each name as words without its legal form, with the codes of those who bear it; the longest first."""
        bearers: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
        for code, names in self.names.items():
            for name in filter(None, names):
                words = tuple(word for word in _words(name) if word not in (_END, _BREAK))
                bearers[words].add(code)
        return sorted(
            ((name, tuple(sorted(codes))) for name, codes in bearers.items() if name),
            key=lambda known: (-len(known[0]), known[0]),
        )


def names_nobody(text: str) -> bool:
    """Whether a text says that there is nobody, such as "none" or nothing at all."""
    return _tidy(text).strip(" .") in _NOBODY


def directory(trusts: Iterable[tuple[str, str, str]]) -> TrustNames:
    """The names of trusts, each given as ODS code, name, and later name or ""."""
    return TrustNames({code: (name, later) for code, name, later in trusts})


def _tidy(text: str) -> str:
    lowered = text.casefold().replace("&", " and ").replace("’", "").replace("'", "")
    return " ".join(lowered.split())


def _words(text: str) -> list[str]:
    """The words of a text, with the legal form as one mark and every other sign that parts names as another. Commas are left out
    inside names ("Barking, Havering and Redbridge"), so they part nothing."""
    marked = _LEGAL_FORM.sub(f" {_END} ", _tidy(text))
    return [
        word
        for word in re.findall(r"[a-z0-9]+|[§|;/()\n–—]", re.sub(r"\s-\s|[;/()\n–—|]", f" {_BREAK} ", marked))
        if word != "the"
    ]


def _place_of(name: tuple[str, ...], words: list[str]) -> int | None:
    """Where a name stands as a whole: followed by its legal form, long enough to be certain, or with nothing else about it."""
    for start in range(len(words) - len(name) + 1):
        if tuple(words[start : start + len(name)]) != name:
            continue
        before = words[start - 1] if start else _BREAK
        after = words[start + len(name)] if start + len(name) < len(words) else _BREAK
        if after == _END or len(name) >= _LONG_NAME or (before in (_BREAK, _END) and after == _BREAK):
            return start
    return None
