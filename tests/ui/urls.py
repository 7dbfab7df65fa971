"""Addresses the layout leads to, so that pages can be rendered here without the rooms above."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


footprints = ([path("sign-in", nothing, name="sign_in"), path("sign-out", nothing, name="sign_out")], "footprints")
urlpatterns = [path("", nothing, name="home"), path("people/", include(footprints))]
