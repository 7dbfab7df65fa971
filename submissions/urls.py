"""Addresses of this room."""

from django.urls import path

from submissions import views

app_name = "submissions"

urlpatterns = [
    path("returns/<int:pk>/", views.return_page, name="return"),
    path("returns/<int:pk>/workbook/", views.workbook, name="workbook"),
    path("returns/<int:pk>/upload/", views.upload, name="upload"),
    path("submissions/<slug:reference>/", views.submission, name="submission"),
    path("submissions/<slug:reference>/figures/", views.figures, name="figures"),
    path("submissions/<slug:reference>/findings.csv", views.findings_csv, name="findings_csv"),
    path("submissions/<slug:reference>/marked-up/", views.marked_up, name="marked_up"),
    path("submissions/<slug:reference>/file/", views.kept_file, name="file"),
]
