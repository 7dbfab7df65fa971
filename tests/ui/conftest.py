from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory

Render = Callable[..., str]


@pytest.fixture(autouse=True)
def own_addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.ui.urls"
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


@pytest.fixture
def request_of(rf: RequestFactory) -> Callable[..., HttpRequest]:
    """A request by nobody, or by the person given."""

    def make(name: str = "") -> HttpRequest:
        request = rf.get("/")
        request.user = SimpleNamespace(is_authenticated=bool(name), name=name, email="ada@example.nhs.uk")  # type: ignore[assignment]
        request.csp_nonce = "the-nonce"  # type: ignore[attr-defined]
        return request

    return make


@pytest.fixture
def render(request_of: Callable[..., HttpRequest]) -> Render:
    """Renders the text of a template through the environment of the real settings, as a page would be."""

    def make(source: str, person: str = "", **context: Any) -> str:
        return str(engines["jinja2"].from_string(source).render(context, request_of(person)))  # type: ignore[attr-defined]

    return make
