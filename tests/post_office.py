"""A mail server on this machine, to which the portal really sends. `post_office` and `box` are fixtures for all."""

import contextlib
import socket
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller


class Postbox:
    """What a mail server does with what it is given: takes it, or says what `answers` tells for that recipient."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.data_answer = "250 OK"
        self.asked = 0

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        self.asked += 1
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope) -> str:
        if self.data_answer.startswith("250"):
            self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.data_answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def post_office(settings) -> Iterator[Callable[[Postbox], Controller]]:
    """Opens mail servers at the address that the portal sends to; at first there is none."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    opened: list[Controller] = []

    def open_(box: Postbox) -> Controller:
        server = Controller(box, hostname="127.0.0.1", port=settings.EMAIL_PORT)
        server.start()
        opened.append(server)
        return server

    yield open_
    for server in opened:
        with contextlib.suppress(AssertionError):  # stopped by its test
            server.stop(no_assert=True)


@pytest.fixture
def box(post_office) -> Postbox:
    """A mail server that is there, with what it took."""
    box = Postbox()
    post_office(box)
    return box
