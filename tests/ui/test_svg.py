"""Pieces of charts: well-formed, escaped, and with nothing that the content security policy refuses."""

from xml.etree import ElementTree

from ui.svg import WIDTH, at, line, polyline, svg, text


def test_a_picture_says_what_it_is() -> None:
    drawn = ElementTree.fromstring(svg("one", "Arrivals", "10 of 20 in.", 100, [line(0, 1, 2, 3, "#000", 1)]))
    assert drawn.get("viewBox") == f"0 0 {WIDTH} 100.0"
    assert drawn.get("aria-labelledby") == "chart-one-title chart-one-desc"
    assert (drawn.findtext("title"), drawn.findtext("desc")) == ("Arrivals", "10 of 20 in.")


def test_words_cannot_become_markup() -> None:
    hostile = "</text><script>alert(1)</script>"
    drawn = svg(hostile, hostile, hostile, 1, [text(hostile, 0, 0)])
    assert "<script>" not in drawn
    assert ElementTree.fromstring(drawn).findtext("text") == hostile


def test_a_line_goes_through_its_points() -> None:
    drawn = ElementTree.fromstring(polyline([(0, 1.04), (2.06, 3)], "#000", 2, "now"))
    assert (drawn.get("points"), drawn.get("class")) == ("0.0,1.0 2.1,3.0", "chart-now")


def test_dashes_are_asked_for() -> None:
    assert "stroke-dasharray" not in line(0, 0, 1, 1, "#000", 1)
    assert "stroke-dasharray" in line(0, 0, 1, 1, "#000", 1, dashed=True)
    assert at(1.25) == "1.2"
