"""Addresses of this room."""

from django.urls import path

from benchmarks import views

app_name = "benchmarks"

urlpatterns = [
    path("returns/<int:pk>/comparison/", views.comparison, name="comparison"),
    path("footprints/<slug:ons_code>/", views.footprint, name="footprint"),
]
