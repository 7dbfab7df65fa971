"""PDF documents that can be read aloud: each piece of text knows whether it is a heading, a paragraph or a cell of a table.

reportlab draws, and knows nothing of this. Here its canvas marks what is drawn with the element it belongs to, and writes the tree of
elements into the document (PDF 1.7, section 14.7). Lines, backgrounds and what stands on every page are marked as artefacts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString, PDFtrue
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, Table


@dataclass(eq=False, slots=True)
class Element:
    """A part of a document in the order in which it is read: Document, H1, P, Table, TR, TD and so on."""

    role: str
    alt: str = ""
    """What a picture shows, in words."""
    scope: str = ""
    """Of a TH: Row or Column."""
    text: str = ""
    """The words, which the page breaks into lines."""
    kids: list["Element"] = field(default_factory=list)
    marks: list[tuple[int, int]] = field(default_factory=list)
    """Where it was drawn: page and number on the page."""

    def add(self, role: str, *, alt: str = "", scope: str = "") -> "Element":
        """A new part of this part, after those there are."""
        kid = Element(role, alt, scope)
        self.kids.append(kid)
        return kid

    def walk(self) -> Iterator["Element"]:
        """This part and every part of it, in the order in which they are read."""
        yield self
        for kid in self.kids:
            yield from kid.walk()


class TaggedCanvas(Canvas):  # type: ignore[misc]  # reportlab has no types
    """A canvas that marks what it draws, and knows when it draws a page's frame how many pages there are."""

    def __init__(self, *given: Any, root: Element, **named: Any) -> None:
        super().__init__(*given, **named)
        self.setViewerPreference("DisplayDocTitle", "true")
        self._root = root
        self._held: list[dict[str, Any]] = []
        self._on_pages: list[list[Element]] = [[]]

    @contextmanager
    def drawing(self, element: Element | None) -> Iterator[None]:
        """Mark what is drawn meanwhile as part of an element, or as an artefact."""
        if element is None:
            self._code.append("/Artifact BMC")
        else:
            here = self._on_pages[-1]
            element.marks.append((len(self._on_pages) - 1, len(here)))
            self._code.append(f"/{element.role} <</MCID {len(here)}>> BDC")
            here.append(element)
        yield
        self._code.append("EMC")

    def showPage(self) -> None:
        """Hold the page until all are known."""
        self._held.append(dict(self.__dict__))
        self._on_pages.append([])
        self._startPage()

    def save(self) -> None:
        """Write every page, and the tree of what is on them."""
        for number, held in enumerate(self._held, start=1):
            self.__dict__.update(held)
            with self.drawing(None):
                self.draw_frame(number, len(self._held))
            super().showPage()
        self._write_tree()
        super().save()

    def draw_frame(self, number: int, pages: int) -> None:
        """Draw what stands on every page. For a document's own canvas."""

    def _write_tree(self) -> None:
        document = self._doc
        for number, page in enumerate(document.Pages.pages):
            page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
            page.StructParents, page.Tabs = number, PDFName("S")
        tree = PDFDictionary({"Type": PDFName("StructTreeRoot")})
        written: dict[int, Any] = {}
        tree.dict["K"] = self._write_element(self._root, document.Reference(tree), written)
        parents = [
            part
            for number, elements in enumerate(self._on_pages)
            for part in (number, PDFArray([written[id(element)] for element in elements]))
        ]
        tree.dict["ParentTree"] = PDFDictionary({"Nums": PDFArray(parents)})
        document.Catalog.StructTreeRoot = tree
        document.Catalog.MarkInfo = PDFDictionary({"Marked": PDFtrue})

    def _write_element(self, element: Element, parent: Any, written: dict[int, Any]) -> Any:
        document = self._doc
        entry = PDFDictionary({"Type": PDFName("StructElem"), "S": PDFName(element.role), "P": parent})
        reference = written[id(element)] = document.Reference(entry)
        marks = [
            PDFDictionary({
                "Type": PDFName("MCR"),
                "Pg": document.Reference(document.Pages.pages[page]),
                "MCID": number,
            })
            for page, number in element.marks
        ]  # fmt: skip
        kids = [self._write_element(kid, reference, written) for kid in element.kids]
        entry.dict["K"] = PDFArray([*marks, *kids])
        if element.alt:
            entry.dict["Alt"] = PDFString(element.alt)
        if element.text:
            entry.dict["ActualText"] = PDFString(element.text)
        if element.scope:
            entry.dict["A"] = PDFDictionary({"O": PDFName("Table"), "Scope": PDFName(element.scope)})
        return reference


class Words(Paragraph):  # type: ignore[misc]
    """A paragraph that belongs to an element (an artefact where it belongs to none); so do its parts when it goes over two pages."""

    element: Element | None = None

    def split(self, *given: Any) -> list[Any]:
        """The parts."""
        parts: list[Any] = super().split(*given)
        for part in parts:
            part.element = self.element
        return parts

    def draw(self) -> None:
        """Draw it, marked."""
        with self.canv.drawing(self.element):
            super().draw()


class Grid(Table):  # type: ignore[misc]
    """A table whose backgrounds and lines are artefacts; its cells hold `Words`, which mark themselves."""

    def _drawBkgrnd(self) -> None:
        with self.canv.drawing(None):
            super()._drawBkgrnd()

    def _drawLines(self) -> None:
        with self.canv.drawing(None):
            super()._drawLines()


class QrCode(Flowable):  # type: ignore[misc]
    """A text as a square that a telephone reads."""

    def __init__(self, text: str, side: float, element: Element) -> None:
        super().__init__()
        self.width = self.height = side
        self.hAlign = "RIGHT"
        self._element = element
        self._code = QRCode(None, QRErrorCorrectLevel.M)
        self._code.addData(text)

    def draw(self) -> None:
        """Draw it as one shape."""
        self._code.make()
        rows = self._code.modules
        size = self.width / len(rows)
        with self.canv.drawing(self._element):
            path = self.canv.beginPath()
            for down, row in enumerate(rows, start=1):
                for across, dark in enumerate(row):
                    if dark:
                        path.rect(across * size, self.height - down * size, size, size)
            self.canv.setFillColorRGB(0, 0, 0)
            self.canv.drawPath(path, stroke=0, fill=1)
