"""The receipt as a document to keep: A4, the same bytes for the same receipt, every letter embedded, fit to be read aloud."""

import io
from collections.abc import Iterator
from functools import partial
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, PageTemplate, Spacer

from submissions.queries.receipts import FullReceipt
from ui.formats import moment
from ui.tagged_pdf import Element, Grid, QrCode, TaggedCanvas, Words
from ui.typeface import BOLD, NOT_DRAWN, REGULAR, bring_typeface, drawable, readable

BLUE, INK, QUIET, LINE, PALE = (HexColor(code) for code in ("#005eb8", "#212b32", "#4c6272", "#d8dde0", "#f0f4f5"))
MARGIN: Final = 20 * mm
WIDTH: Final = A4[0] - 2 * MARGIN
LOST: Final = f"Some letters cannot be shown in this document and stand as {NOT_DRAWN}. The page of this receipt and the e-mail show them."

_BASE = ParagraphStyle(
    "base", fontName=REGULAR, fontSize=9, leading=13, textColor=INK, splitLongWords=1, allowWidows=0, allowOrphans=0
)
_style = partial(ParagraphStyle, parent=_BASE)
BODY = _style("body")
QUIET_BODY = _style("quiet", textColor=QUIET, fontSize=8, leading=11.5)
FOOTNOTE = _style("footnote", parent=QUIET_BODY, spaceBefore=10)
NUMBER = _style("number", alignment=TA_RIGHT)
KEY = _style("key", textColor=QUIET)
SUM = _style("sum", fontSize=8)
"""For the 64 digits of a sum, which are easier to compare in one line."""
STRONG = _style("strong", fontName=BOLD)
STRONG_NUMBER = _style("strong_number", parent=NUMBER, fontName=BOLD)
TITLE = _style("title", fontName=BOLD, fontSize=20, leading=28)
CAPTION = _style("caption", fontSize=10.5, leading=15, textColor=QUIET)
STATE = _style("state", fontName=BOLD, fontSize=11, leading=16)
HEADING = _style("heading", fontName=BOLD, fontSize=12, leading=16, spaceBefore=14, spaceAfter=5, keepWithNext=1)
ABOUT = _style("about", parent=STRONG, spaceBefore=6, keepWithNext=1)
LED = _style("led", spaceBefore=6, keepWithNext=1)
EXAMPLE = _style(
    "example", fontName=BOLD, backColor=PALE, borderPadding=6, leftIndent=6, rightIndent=6, spaceBefore=6, spaceAfter=12
)


def receipt_pdf(receipt: FullReceipt, verify_address: str) -> bytes:
    """The document. The same receipt in the same state gives the same bytes."""
    bring_typeface()
    file, root = io.BytesIO(), Element("Document")
    frame = Frame(MARGIN, 20 * mm, WIDTH, A4[1] - 46 * mm, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    collection = receipt.submission.return_record.collection
    document = BaseDocTemplate(
        file,
        pagesize=A4,
        pageTemplates=[PageTemplate(frames=[frame])],
        title=readable(f"Receipt {receipt.reference}: {collection.name}, {receipt.trust_name}"),
        author="STP returns",
        subject="Receipt of an accepted return",
        lang="en-GB",
        invariant=1,
    )
    story = [*_story(root, receipt, verify_address)]
    document.build(story, canvasmaker=partial(_Pages, root=root, reference=receipt.reference))
    return file.getvalue()


class _Pages(TaggedCanvas):
    """Pages with the receipt's head and foot."""

    def __init__(self, *given: Any, reference: str, **named: Any) -> None:
        super().__init__(*given, **named)
        self._reference = reference

    def draw_frame(self, number: int, pages: int) -> None:
        """Draw head and foot."""
        head, foot, right = A4[1] - 15 * mm, 11 * mm, A4[0] - MARGIN
        self.setFillColor(BLUE)
        self.rect(0, A4[1] - 4 * mm, A4[0], 4 * mm, stroke=0, fill=1)
        self.setFont(BOLD, 10)
        self.drawString(MARGIN, head, "STP returns")
        self.setFont(REGULAR, 8)
        self.setFillColor(QUIET)
        self.drawRightString(right, head, f"Receipt {self._reference}")
        self.setStrokeColor(LINE)
        self.line(MARGIN, 15 * mm, right, 15 * mm)
        self.drawString(MARGIN, foot, "Keep this receipt with your papers. It needs no signature.")
        self.drawRightString(right, foot, f"Page {number} of {pages}")


def _story(root: Element, receipt: FullReceipt, verify_address: str) -> Iterator[Flowable]:
    yield _said(root.add("H1"), "Receipt", TITLE)
    collection = receipt.submission.return_record.collection
    yield _said(root.add("P"), f"{collection.name}, {receipt.trust_name}", CAPTION)
    yield Spacer(1, 4 * mm)
    if receipt.illustrative:
        words = "Example data. The figures on this receipt are made up and describe no trust."
        yield _said(root.add("P"), words, EXAMPLE)
    yield _state(root, receipt)
    yield Spacer(1, 5 * mm)
    yield _facts(root.add("Table"), receipt)
    yield _said(root.add("H2"), "Headline totals", HEADING)
    yield _headlines(root.add("Table"), receipt)
    yield from _explanations(root, receipt)
    yield from _corrections(root, receipt)
    heading = _said(root.add("H2"), "Is this receipt genuine?", HEADING)
    yield KeepTogether([heading, _verify(root, verify_address)])
    if any(drawable(part.text) != part.text for part in root.walk()):
        yield _said(root.add("P"), LOST, FOOTNOTE)


def _state(root: Element, receipt: FullReceipt) -> Flowable:
    words = [
        _said(root.add("P"), f"Accepted. {receipt.in_time_words}", STATE),
        _said(root.add("P"), receipt.standing.in_words, BODY),
    ]
    box = Grid([[words]], colWidths=[WIDTH])
    box.setStyle([("BACKGROUND", (0, 0), (-1, -1), PALE), ("LINEBEFORE", (0, 0), (0, -1), 4, BLUE), *_padding(8, 10)])
    return box


def _facts(table: Element, receipt: FullReceipt) -> Flowable:
    said_above = ("Deadline", "State now")
    looks = {receipt.submission.sha256: SUM, receipt.submission.ruleset: SUM, receipt.reference: STRONG}
    rows = []
    for title, words in receipt.facts:
        if title not in said_above:
            row = table.add("TR")
            rows.append(
                [_said(row.add("TH", scope="Row"), title, KEY), _said(row.add("TD"), words, looks.get(words, BODY))]
            )
    grid = Grid(rows, colWidths=[45 * mm, WIDTH - 45 * mm])
    grid.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE), *_padding(3, 0)])
    return grid


def _headlines(table: Element, receipt: FullReceipt) -> Flowable:
    row = table.add("TR")
    head = (("Total", STRONG), ("Figure", STRONG_NUMBER), ("Unit", STRONG))
    rows = [[_said(row.add("TH", scope="Column"), words, look) for words, look in head]]
    for line in receipt.headlines:
        row = table.add("TR")
        unit = "" if line.figure is None else line.unit
        cells = ((line.title, BODY), (line.in_words, NUMBER), (unit, BODY))
        rows.append([_said(row.add("TD"), words, look) for words, look in cells])
    grid = Grid(rows, colWidths=[WIDTH - 60 * mm, 35 * mm, 25 * mm], repeatRows=1)
    grid.setStyle([
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, 0), 1, QUIET),
        ("LINEBELOW", (0, 1), (-1, -1), 0.5, LINE),
        *_padding(3, 0),
        ("LEFTPADDING", (2, 0), (2, -1), 8),
    ])  # fmt: skip
    return grid


def _explanations(root: Element, receipt: FullReceipt) -> Iterator[Flowable]:
    if receipt.explanations:
        yield _said(root.add("H2"), "Explanations given", HEADING)
    for explanation in receipt.explanations:
        finding = explanation.finding
        where = f" ({finding.sheet}!{finding.cell})" if finding.cell else ""
        given = f"Rule {finding.code}. {explanation.given_by.name}, {moment(explanation.given_at)}"
        yield _said(root.add("H3"), f"{finding.label}{where}", ABOUT)
        yield _said(root.add("P"), explanation.text, BODY)
        yield _said(root.add("P"), given, QUIET_BODY)


def _corrections(root: Element, receipt: FullReceipt) -> Iterator[Flowable]:
    if receipt.corrections:
        yield _said(root.add("H2"), "Corrected on the page", HEADING)
    for changed in receipt.corrections:
        became = f"{changed.old.strip() or 'blank'} became {changed.new.strip() or 'blank'}"
        made = f"{changed.submission.uploaded_by.name}, {moment(changed.submission.received_at)}"
        yield _said(root.add("P"), f"{changed.label} ({changed.sheet}!{changed.cell}): {became}", LED)
        yield _said(root.add("P"), made, QUIET_BODY)


def _verify(root: Element, address: str) -> Flowable:
    how = (
        "Anybody can see that at the address below, without signing in and without seeing figures. It holds the reference and "
        "the SHA-256 of the file."
    )
    link = Words(f'<link href="{escape(address)}" color="#005eb8">{escape(address)}</link>', BODY)
    words = [_said(root.add("P"), how, BODY), link]
    link.element = root.add("P")
    square = QrCode(address, 30 * mm, root.add("Figure", alt="The same address, as a square that a telephone reads"))
    grid = Grid([[words, square]], colWidths=[WIDTH - 34 * mm, 34 * mm])
    grid.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("ALIGN", (1, 0), (1, 0), "RIGHT"), *_padding(0, 0)])
    return grid


def _padding(vertical: int, horizontal: int) -> list[tuple[Any, ...]]:
    everywhere = ((0, 0), (-1, -1))
    return [
        ("TOPPADDING", *everywhere, vertical),
        ("BOTTOMPADDING", *everywhere, vertical),
        ("LEFTPADDING", *everywhere, horizontal),
        ("RIGHTPADDING", *everywhere, horizontal),
    ]


def _said(element: Element, text: str, style: ParagraphStyle) -> Words:
    """The words of an element: those that cannot be drawn are read aloud all the same."""
    element.text = readable(text.strip())
    words = Words(escape(drawable(element.text)).replace("\n", "<br/>"), style)
    words.element = element
    return words
