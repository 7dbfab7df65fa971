"""Every address of the portal, save `/health/…`, which `stp_portal.health` answers before all else."""

from django.urls import include, path

from stp_portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("national/", views.national, name="national"),
    path("", include("footprints.urls")),
    path("", include("submissions.urls")),
    path("", include("desk.urls")),
    path("", include("benchmarks.urls")),
]
