"""What a drawn chart holds, as tests read it."""

import re
from itertools import pairwise
from xml.etree import ElementTree

from ui.svg import WIDTH, width_of


def texts(svg: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in svg.findall("text")]


def centres(svg: ElementTree.Element) -> list[float]:
    return [float(circle.get("cx", "")) for circle in svg.findall("circle")]


def rectangles(svg: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [rectangle for rectangle in svg.findall("rect") if rectangle.get("class") == f"chart-{kind}"]


def labels_stand_clear(svg: ElementTree.Element, pattern: str, width: float = WIDTH) -> bool:
    """Whether no label that matches covers another on its line, or leaves the picture."""
    by_line: dict[str, list[tuple[float, float]]] = {}
    for label in svg.findall("text"):
        if re.search(pattern, label.text or ""):
            wide, x = width_of(label.text or ""), float(label.get("x", ""))
            start = x - wide * {"start": 0, "middle": 0.5, "end": 1}[label.get("text-anchor", "")]
            by_line.setdefault(label.get("y", ""), []).append((start, start + wide))
    height = float(svg.get("viewBox", "").split()[3])
    inside = all(start >= -0.2 and end <= width + 0.2 for line in by_line.values() for start, end in line)
    apart = all(one[1] < two[0] + 0.2 for line in by_line.values() for one, two in pairwise(sorted(line)))
    return inside and apart and all(0 < float(y) <= height for y in by_line)
