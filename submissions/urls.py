"""Addresses of this room."""

from django.urls import path

from submissions.views import changes, files, mend, receipts, returns, rules, waivers

app_name = "submissions"

urlpatterns = [
    path("returns/<int:pk>/", returns.return_page, name="return"),
    path("returns/<int:pk>/workbook/", returns.workbook, name="workbook"),
    path("returns/<int:pk>/upload/", returns.upload, name="upload"),
    path("submissions/<slug:reference>/", files.submission, name="submission"),
    path("submissions/<slug:reference>/mend/", mend.mend, name="mend"),
    path("submissions/<slug:reference>/check-again/", mend.again, name="check_again"),
    path("submissions/<slug:reference>/figures/", files.figures, name="figures"),
    path("submissions/<slug:reference>/changes/", changes.changes, name="changes"),
    path("submissions/<slug:reference>/findings.csv", files.findings_csv, name="findings_csv"),
    path("submissions/<slug:reference>/marked-up/", files.marked_up, name="marked_up"),
    path("submissions/<slug:reference>/file/", files.kept_file, name="file"),
    path("submissions/<slug:reference>/receipt/", receipts.receipt, name="receipt"),
    path("submissions/<slug:reference>/receipt.pdf", receipts.receipt_as_pdf, name="receipt_pdf"),
    path("verify/", receipts.verify, name="verify"),
    path("verify/<slug:reference>/<slug:sha256>/", receipts.verified, name="verified"),
    path("submissions/<slug:reference>/waivers/ask/", waivers.ask, name="ask_waiver"),
    path("submissions/<slug:reference>/rejudged/", rules.rejudged, name="rejudged"),
    path("waivers/", waivers.waivers, name="waivers"),
    path("waivers/<int:waiver>/decide/", waivers.decide, name="decide_waiver"),
    path("waivers/<int:waiver>/withdraw/", waivers.withdraw, name="withdraw_waiver"),
    path("rules/", rules.rules, name="rules"),
    path("rules/propose/", rules.propose, name="propose_rule"),
    path("rules/<int:rule>/", rules.rule, name="rule"),
]
