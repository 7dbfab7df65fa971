"""Pieces of charts: well-formed, escaped, and with nothing that the content security policy refuses."""

from xml.etree import ElementTree

from ui.svg import TEXT, WIDTH, at, circle, diamond, fitted, line, polyline, rectangle, svg, text, width_of


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


def test_a_picture_may_be_narrower() -> None:
    assert 'viewBox="0 0 240 10.0"' in svg("one", "x", "x", 10, [], 240)


def test_shapes_tell_what_they_are_and_may_be_hollow() -> None:
    bar = ElementTree.fromstring(rectangle(1, 2, 0.333, 4, "#000", "own"))
    assert (bar.get("class"), bar.get("width"), bar.get("fill")) == ("chart-own", "0.33", "#000")
    dots = [ElementTree.fromstring(circle(1, 2, 5, "#000", "dot", hollow=hollow)) for hollow in (False, True)]
    assert [(dot.get("fill"), dot.get("stroke")) for dot in dots] == [("#000", "#ffffff"), ("#ffffff", "#000")]
    mark = ElementTree.fromstring(diamond(10, 10, 5, "#000", "near", hollow=True))
    assert mark.get("points") == "10.0,5.0 15.0,10.0 10.0,15.0 5.0,10.0"
    assert (mark.get("fill"), mark.get("stroke")) == ("#ffffff", "#000")


def test_capitals_are_wider_and_words_are_cut_to_their_room() -> None:
    assert width_of("RWW") > width_of("abc") > width_of("ill")
    assert width_of("RQW") >= 2.44 * TEXT  # as wide as Arial draws it
    assert fitted("Payroll", 200) == "Payroll"
    cut = fitted("Estates and facilities management", 120)
    assert cut.endswith("…")
    assert 90 < width_of(cut) <= 120
    assert fitted("Payroll", 3) == "…"
