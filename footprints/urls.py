"""Addresses of this room."""

from django.urls import path

from footprints import views

app_name = "footprints"

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
