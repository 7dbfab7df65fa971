"""The plain part of YAML in which definitions are written, read so that nothing changes on the way. Pure.

YAML guesses: `no` becomes false, `1.10` becomes 1.1, `2016-09-30` a date, and an alias repeats what stands elsewhere. Here a
number is the exact decimal that is written, `true` and `false` are the only truth values, everything else is text, and a key
said twice, an anchor, an alias or a tag is a fault. Every value remembers its line, so that a fault can name it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import yaml

Path = tuple[str | int, ...]
"""Where a value stands in the file: keys, and positions counted from nought."""

Plain = Decimal | str | bool | None | tuple["Plain", ...] | dict[str, "Plain"]
"""What a file can hold."""

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_WORDS_THAT_MEAN: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_EMPTY = "The file is empty."


@dataclass(slots=True)
class Written:
    """The contents of one file, the line on which each value starts, and what YAML allows but definitions do not."""

    data: Plain = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[tuple[Path, str]] = field(default_factory=list)

    def line_of(self, path: Path) -> int:
        """The line of the value at this path, or of the nearest value around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(text: str) -> Written:
    """Read one YAML document. A file that is not YAML at all gives one fault and no data."""
    written = Written()
    try:
        events = yaml.parse(text, Loader=yaml.CSafeLoader)
        while not isinstance(event := next(events), yaml.DocumentStartEvent):
            if isinstance(event, yaml.StreamEndEvent):
                written.faults.append(((), _EMPTY))
                return written
        written.data = _value(next(events), events, written, ())
        next(events)
        if not isinstance(next(events), yaml.StreamEndEvent):
            written.faults.append(((), "The file holds more than one document; write one definition in one file."))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        written.lines[()] = mark.line + 1 if mark else 1
        written.faults.append(((), f"The file cannot be read as YAML: {error.problem or error.context}."))
        written.data = None
    return written


def _value(event: yaml.Event, events: Iterator[yaml.Event], written: Written, path: Path) -> Plain:
    written.lines.setdefault(path, _line(event))
    if isinstance(event, yaml.AliasEvent):
        written.faults.append((path, f"*{event.anchor} stands for something written elsewhere; write it out here."))
    elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
        if event.anchor is not None:
            said = f"&{event.anchor} names this for use elsewhere; write it out where it is used."
            written.faults.append((path, said))
        if event.tag is not None:
            written.faults.append((path, f"The tag {event.tag} is not known here; leave it out."))
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        return (_mapping if isinstance(event, yaml.MappingStartEvent) else _sequence)(events, written, path)
    return None


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _sequence(events: Iterator[yaml.Event], written: Written, path: Path) -> Plain:
    items: list[Plain] = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        items.append(_value(event, events, written, (*path, len(items))))
    return tuple(items)


def _mapping(events: Iterator[yaml.Event], written: Written, path: Path) -> Plain:
    items: dict[str, Plain] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        line = _line(event)
        if not isinstance(event, yaml.ScalarEvent):
            written.faults.append((path, f"A list or mapping on line {line} is used as a key; a key is one word."))
            _value(event, events, written, path)
            _value(next(events), events, written, path)
            continue
        key = event.value
        if key in items:
            written.faults.append(((*path, key), f"{key} is said twice here; the second time is on line {line}."))
        written.lines.setdefault((*path, key), line)
        items[key] = _value(next(events), events, written, (*path, key))
    return items


def _scalar(event: yaml.ScalarEvent) -> Plain:
    text = event.value
    if not event.implicit[0]:
        return text
    if text in _WORDS_THAT_MEAN:
        return _WORDS_THAT_MEAN[text]
    return Decimal(text) if _NUMBER.fullmatch(text) else text
