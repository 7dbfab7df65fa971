"""The footprint's page on frozen runs: it never leads to live figures but where it says so, and the runs to choose from."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import resolve, reverse

from benchmarks.actions import freeze
from footprints.models import Footprint, RoleKind, User
from submissions.models import Collection
from tests.benchmarks.footprint_scenes import address, html, laboratory, run_of, twelve
from tests.benchmarks.pages import lead, status
from tests.factories import CollectionFactory, DisputeFactory, FigureFactory, RoleFactory, TrustFactory

pytestmark = pytest.mark.django_db

LINK = re.compile(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
BY_QUERY = {"metric", "comparison", "footprint_csv"}
BY_PATH = {"number": "run", "run": "number"}


@pytest.fixture
def frozen() -> tuple[Footprint, list[int]]:
    """Two trusts with a disputed figure and pathology, in one frozen run of each template."""
    footprint, costs, files = twelve()
    tests = CollectionFactory(template="pathology", version="2016.1", name="Pathology 2015/16")
    for _ in range(6):
        laboratory(tests, TrustFactory(trust_type="acute"), 400)
    hub = laboratory(tests, files["dear"].return_record.trust, 500)
    FigureFactory(submission=hub, line="PSV1", column="value", kind="text", text="hub for others", number=None)
    DisputeFactory(return_record=files["cheap"].return_record, metric="M06")
    run_of(costs)
    run_of(tests)
    manager = RoleFactory(kind=RoleKind.COLLECTION_MANAGER, trust=None).user
    runs = [freeze(by=manager, collection=collection, purpose="the board") for collection in (costs, tests)]
    return footprint, [run.number or 0 for run in runs]


def links(person: User, where: str) -> dict[str, list[tuple[str, str]]]:
    """The links of the page's main part into this room, with their words, by the name of the address."""
    main = html(person, where).split("<main", 1)[1].split("</main>", 1)[0]
    found: dict[str, list[tuple[str, str]]] = {}
    for link, words in LINK.findall(main):
        if link.startswith("/"):
            match = resolve(urlsplit(link).path)
            if match.namespace == "benchmarks":
                found.setdefault(match.url_name or "", []).append((link.replace("&amp;", "&"), words))
    return found


def test_no_link_of_a_frozen_page_leads_to_live_figures(frozen: tuple[Footprint, list[int]]) -> None:
    footprint, numbers = frozen
    found = links(lead(footprint), address(footprint, f"?run={numbers[0]}&run={numbers[1]}"))
    # the one way out is named as what it is
    assert found.pop("footprint") == [(address(footprint), "live page")]
    assert found.keys() == BY_QUERY | BY_PATH.keys(), "contracts, counterparties and services have no frozen page"
    for name, listed in found.items():
        for link, _ in listed:
            parts = urlsplit(link)
            where = (
                {str(resolve(parts.path).kwargs.get(BY_PATH.get(name, "")))}
                if name in BY_PATH
                else parse_qs(parts.query)["run"]
            )
            assert set(where) <= {str(number) for number in numbers}
    assert {urlsplit(link).query for link, _ in found["footprint_csv"]} == {f"run={numbers[0]}&run={numbers[1]}"}
    of_pathology = {link for link, _ in found["metric"] if "/P01/" in link}
    assert of_pathology == {reverse("benchmarks:metric", args=["P01"]) + f"?run={numbers[1]}"}


def test_every_kind_of_link_of_a_frozen_page_opens(frozen: tuple[Footprint, list[int]]) -> None:
    footprint, numbers = frozen
    person = lead(footprint)
    found = links(person, address(footprint, f"?run={numbers[0]}"))
    for (link, _), *_others in found.values():
        assert status(person, link) == 200


def test_a_live_page_leads_to_live_figures(frozen: tuple[Footprint, list[int]]) -> None:
    footprint, _ = frozen
    found = links(lead(footprint), address(footprint))
    assert {"contracts", "counterparties", "service", "comparison", "metric", "number"} <= found.keys()
    assert not [link for listed in found.values() for link, _ in listed if "run=" in link]


def test_the_run_that_is_shown_is_chosen_in_its_field(frozen: tuple[Footprint, list[int]]) -> None:
    footprint, (costs, tests) = frozen
    page = html(lead(footprint), address(footprint, f"?run={costs}"))
    assert page.count('<select class="nhsuk-select" id="run-') == 2
    assert re.findall(r'<option value="([^"]*)" selected', page) == [str(costs)]
    assert f">Run {tests}, " in page
    assert f"Run {costs}</a></strong>, frozen on" in page
    Collection.objects.filter(template="pathology").update(purpose=Collection.Purpose.PILOT)
    person = lead(footprint)
    assert 'id="run-pathology"' not in html(person, address(footprint))
    assert status(person, address(footprint, f"?run={tests}")) == 404


def test_before_anything_is_frozen_there_is_no_field() -> None:
    footprint, collection, _ = twelve()
    run_of(collection)
    assert 'name="run"' not in html(lead(footprint), address(footprint))
