"""What to say about a file that cannot be taken: what it is, and what to do. Pure."""

from typing import Literal

from templates_app.container import MEND, ReadCode

RefusalCode = (
    ReadCode
    | Literal[
        "empty",
        "too_large",
        "password_protected",
        "sensitivity_label",
        "old_excel",
        "binary_excel",
        "open_document",
        "csv_or_text",
        "pdf",
        "macros",
        "embedded_objects",
    ]
)

_SAVE_AS = (
    "Open it in Excel, choose File, Save As, choose Excel Workbook (.xlsx) as the type, save, and upload the new file."
)
_TEMPLATE = "Upload the template we sent you, saved as an Excel Workbook (.xlsx)."

_WORDS: dict[RefusalCode, str] = {
    "empty": "The file {file} is empty. Save the workbook in Excel again, check that it opens, and upload it.",
    "too_large": "The file {file} is {detail} MB, and we take at most 20 MB. Remove pictures and sheets that you added, save, and upload it again.",
    "password_protected": (
        "This workbook is protected with a password, so we cannot read it. Open it in Excel, choose File, Info, Protect Workbook, "
        "Encrypt with Password, clear the password, save, and upload it again."
    ),
    "sensitivity_label": (
        "This workbook is locked by a sensitivity label, so we cannot read it. Open it in Excel, choose Home, Sensitivity, "
        "a label without encryption, save, and upload it again."
    ),
    "old_excel": f"The file {{file}} is in the old Excel format (.xls), which we cannot read. {_SAVE_AS}",
    "binary_excel": f"The file {{file}} is a binary workbook (.xlsb), which we cannot read. {_SAVE_AS}",
    "open_document": (
        "The file {file} is an OpenDocument spreadsheet (.ods), which we cannot read. Open it, choose Save As, "
        "choose Excel 2007-365 (.xlsx) as the type, save, and upload the new file."
    ),
    "csv_or_text": f"The file {{file}} is plain text or CSV, not a workbook, so it has lost the template's sheets. {_TEMPLATE}",
    "pdf": f"The file {{file}} is a PDF, which we cannot read figures from. {_TEMPLATE}",
    "not_a_workbook": f"The file {{file}} is not an Excel workbook. {{detail}} {_TEMPLATE}",
    "damaged": f"We cannot read the file {{file}} because {{detail}}. {MEND}",
    "macros": (
        "This workbook contains macros, which we do not take. Open it in Excel, choose File, Save As, choose Excel Workbook (.xlsx) "
        "as the type, choose Yes to save without macros, and upload the new file."
    ),
    "embedded_objects": (
        "This workbook has another file, a control or a live data link inside it, which we do not take. Open it in Excel, delete the "
        "object (or copy your figures into the template we sent you), save, and upload it again."
    ),
}


def words_for(code: RefusalCode, file_name: str, detail: str = "") -> str:
    """The sentence for a refusal. `file_name` is shown without what could disturb the text around it."""
    shown = "".join(letter for letter in file_name if letter.isprintable())[-80:] or "you sent"
    return " ".join(_WORDS[code].format(file=shown, detail=detail).split())
