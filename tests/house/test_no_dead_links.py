"""Whoever follows the links that the portal shows them gets somewhere: no page leads to one that is refused, missing or broken."""

import re
from collections import deque
from collections.abc import Iterable
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.test import Client

from tests.house.test_access_matrix import PEOPLE, address, scene  # noqa: F401 - a fixture

MOST_ASKED = 2
"""So many addresses with a question mark are opened of one page: other filters and orders of a list lead to the same pages."""
STARTS = ("home", "benchmarks:comparison", "benchmarks:footprint", "benchmarks:contracts")
"""Where a person comes in besides the start page, from a letter or a bookmark, where they may."""


class _Links(HTMLParser):
    """What a page leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the address of a link."""
        known = dict(attrs)
        if tag == "a" and (href := known.get("href")):
            self.found.append(href)


def links_of(html: str) -> list[str]:
    links = _Links()
    links.feed(html)
    return links.found


def kind_of(url: str) -> str:
    """An address without what tells one of its kind from another: numbers, codes and what is asked."""
    parts = urlsplit(url)
    return re.sub(r"[^/]*\d[^/]*", "*", parts.path) + "?" * bool(parts.query)


def dead_links(client: Client, starts: Iterable[str]) -> tuple[list[str], set[str]]:
    """Links that lead to an error, each with the page that shows it; and every kind of address that was opened."""
    waiting = deque((start, "") for start in starts)
    opened: dict[str, int] = {}
    dead: list[str] = []
    while waiting:
        url, shown_on = waiting.popleft()
        kind = kind_of(url)
        if opened.get(kind, 0) >= (MOST_ASKED if kind.endswith("?") else 1):
            continue
        opened[kind] = opened.get(kind, 0) + 1
        response = client.get(url)
        if response.status_code >= 400 and shown_on:
            dead.append(f"{response.status_code} {url} shown on {shown_on}")
        elif response.status_code in (301, 302):
            waiting.append((urljoin(url, response["Location"]), shown_on))
        elif response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            waiting.extend((found, url) for found in _local(url, links_of(response.content.decode())))
        if response.streaming:
            list(response.streaming_content)  # to its end, which closes the file
    return dead, set(opened)


def _local(url: str, hrefs: Iterable[str]) -> list[str]:
    whole = (urldefrag(urljoin(url, href)).url for href in hrefs)
    return [found for found in whole if found.startswith("/") and not found.startswith(("/static/", "//"))]


def test_no_link_that_is_shown_leads_to_an_error(scene: dict[str, object]) -> None:  # noqa: F811
    dead, opened = {}, {}
    for person in PEOPLE:
        client = Client()
        user = scene["people"][person]  # type: ignore[index]
        if user is not None:
            client.force_login(user)
        dead[person], opened[person] = dead_links(client, [address(name, scene) for name in STARTS])
    assert {person: found for person, found in dead.items() if found} == {}
    assert {"/metrics/*/", "/submissions/*/figures/"} <= opened["chief"]
    assert {"/benchmarks/", "/metrics/*/", "/runs/*/"} <= opened["analyst"]
