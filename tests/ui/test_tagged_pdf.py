"""A document that can be read aloud: every word in the tree, in order, and every mark where the tree says."""

import io
from collections.abc import Iterator
from functools import partial
from typing import Any

import pypdf
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import SimpleDocTemplate

from ui.tagged_pdf import Element, Grid, QrCode, TaggedCanvas, Words

STYLE = ParagraphStyle("plain", fontSize=20, leading=24)


def said(element: Element, text: str) -> Words:
    element.text = text
    words = Words(text, STYLE)
    words.element = element
    return words


def document() -> pypdf.PdfReader:
    root = Element("Document")
    story: list[Any] = [said(root.add("H1"), "A title"), said(root.add("P"), "Many words. " * 400)]
    table = root.add("Table")
    row = table.add("TR")
    cells = [said(row.add("TH", scope="Row"), "Key"), said(row.add("TD"), "Value")]
    story.append(
        Grid([cells], style=[("GRID", (0, 0), (-1, -1), 1, "black"), ("BACKGROUND", (0, 0), (-1, -1), "white")])
    )
    story.append(QrCode("https://portal.example.nhs.uk/", 80, root.add("Figure", alt="A square")))
    story.append(Words("Nobody reads this aloud", STYLE))
    file = io.BytesIO()
    SimpleDocTemplate(file, lang="en-GB", invariant=1).build(story, canvasmaker=partial(TaggedCanvas, root=root))
    return pypdf.PdfReader(io.BytesIO(file.getvalue()))


def walk(element: Any) -> Iterator[Any]:
    yield element
    for kid in element["/K"]:
        kid = kid.get_object()
        if kid["/Type"] == "/StructElem":
            assert kid["/P"].get_object() == element
            yield from walk(kid)


def test_the_tree_holds_every_element_in_the_order_of_reading() -> None:
    tree = document().trailer["/Root"]["/StructTreeRoot"]
    elements = list(walk(tree["/K"].get_object()))
    assert [element["/S"] for element in elements] == [
        "/Document", "/H1", "/P", "/Table", "/TR", "/TH", "/TD", "/Figure",
    ]  # fmt: skip
    by_role = {element["/S"]: element for element in elements}
    assert by_role["/H1"]["/ActualText"] == "A title"
    assert by_role["/TH"]["/A"]["/Scope"] == "/Row"
    assert by_role["/Figure"]["/Alt"] == "A square"
    assert document().trailer["/Root"]["/MarkInfo"]["/Marked"] is not None


def test_a_paragraph_over_several_pages_is_one_element() -> None:
    reader = document()
    (paragraph,) = [
        each for each in walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"].get_object()) if each["/S"] == "/P"
    ]
    pages = [reader.get_page_number(mark.get_object()["/Pg"].get_object()) for mark in paragraph["/K"]]
    assert pages == list(range(len(reader.pages)))
    assert len(pages) > 2


def test_every_mark_on_a_page_leads_to_its_element() -> None:
    reader = document()
    parents = reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    for number, page in enumerate(reader.pages):
        assert page["/StructParents"] == parents[2 * number] == number
        code = page.get_contents().get_data()
        assert code.count(b"BDC") + code.count(b"BMC") == code.count(b"EMC")
        elements = parents[2 * number + 1]
        assert code.count(b"/MCID") == len(elements)
        for mark, element in enumerate(elements):
            kids = [kid.get_object() for kid in element.get_object()["/K"]]
            assert (page.indirect_reference, mark) in [(kid.raw_get("/Pg"), kid["/MCID"]) for kid in kids]


def test_lines_and_backgrounds_are_not_read_aloud() -> None:
    code = document().pages[-1].get_contents().get_data()
    assert code.count(b"/Artifact BMC") == 4, "background, lines, the words of no element, the frame"
