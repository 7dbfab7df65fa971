"""Every address × every kind of person: what each gets. An address that is missing here fails the suite.

200 shown · 302 sent on (to sign in) · 403 refused with a sentence · 404 as if there were no such thing · 405 other method.
"""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from footprints.models import RoleKind, User
from submissions import storage
from submissions.models import Return, Submission
from submissions.states import State
from tests.factories import (
    AddedRuleFactory,
    CollectionFactory,
    FootprintFactory,
    MembershipFactory,
    ReceiptFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    TrustFactory,
    UserFactory,
    WaiverFactory,
)

PEOPLE = (
    "nobody",
    "preparer",
    "signatory",
    "chief",
    "stranger",
    "lead",
    "other_lead",
    "support",
    "other_support",
    "director",
    "manager",
    "analyst",
    "auditor",
    "administrator",
    "no_role",
)

#                       nobody prep sign chf  strg lead o_l  supp o_s  dir  mgr  anal audi admi none
MATRIX: dict[str, tuple[int, ...]] = {
    "home":                  (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    "national":              (302, 403, 403, 403, 403, 403, 403, 200, 200, 200, 200, 200, 200, 403, 403),
    "footprints:sign_in":    (200, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    "footprints:sign_out":   (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405),
    "submissions:return":    (302, 200, 200, 200, 404, 200, 404, 200, 404, 200, 200, 200, 200, 404, 404),
    "submissions:workbook":  (302, 200, 403, 403, 404, 403, 404, 403, 404, 403, 200, 403, 403, 404, 404),
    "submissions:upload":    (302, 302, 302, 302, 404, 302, 404, 302, 404, 302, 302, 302, 302, 404, 404),
    "submissions:submission":(302, 200, 200, 200, 404, 200, 404, 200, 404, 200, 200, 200, 200, 404, 404),
    "submissions:mend":      (302, 302, 302, 302, 404, 302, 404, 302, 404, 302, 302, 302, 302, 404, 404),
    "submissions:check_again":(302, 302, 302, 302, 404, 302, 404, 302, 404, 302, 302, 302, 302, 404, 404),
    "submissions:figures":   (302, 200, 200, 200, 404, 200, 404, 200, 404, 200, 200, 200, 200, 404, 404),
    "submissions:changes":   (302, 200, 200, 200, 404, 403, 404, 200, 404, 403, 200, 403, 200, 404, 404),
    "submissions:findings_csv":(302, 200, 200, 200, 404, 403, 404, 200, 404, 403, 200, 403, 200, 404, 404),
    "submissions:marked_up": (302, 200, 403, 403, 404, 403, 404, 403, 404, 403, 200, 403, 403, 404, 404),
    "submissions:file":      (302, 200, 200, 403, 404, 403, 404, 403, 404, 403, 200, 403, 200, 404, 404),
    "submissions:ask_waiver":(302, 200, 403, 403, 404, 403, 404, 200, 404, 403, 403, 403, 403, 404, 404),
    "submissions:rejudged": (302, 403, 403, 403, 404, 403, 404, 403, 404, 403, 200, 403, 403, 404, 404),
    "submissions:waivers":  (302, 200, 200, 200, 200, 403, 403, 200, 200, 403, 200, 403, 200, 403, 403),
    "submissions:decide_waiver":(302, 302, 302, 302, 404, 404, 404, 302, 404, 404, 302, 404, 302, 404, 404),
    "submissions:withdraw_waiver":(302, 302, 302, 302, 404, 404, 404, 302, 404, 404, 302, 404, 302, 404, 404),
    "submissions:rules":    (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "submissions:propose_rule":(302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "submissions:rule":     (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "submissions:receipt":   (302, 200, 200, 200, 404, 200, 404, 200, 404, 200, 200, 200, 200, 404, 404),
    "submissions:receipt_pdf":(302, 200, 200, 200, 404, 200, 404, 200, 404, 200, 200, 200, 200, 404, 404),
    "submissions:verify":    (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    "submissions:verified":  (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    "benchmarks:comparison": (302, 200, 200, 200, 404, 200, 404, 200, 404, 200, 200, 200, 200, 404, 404),
    "benchmarks:footprint":  (302, 404, 404, 404, 404, 200, 404, 200, 404, 200, 200, 200, 200, 404, 404),
}  # fmt: skip
POSTS: dict[str, tuple[int, ...]] = {
    # 422: it came through to the form, which says that no file was chosen.
    "submissions:upload":    (302, 422, 403, 403, 404, 403, 404, 403, 404, 403, 403, 403, 403, 404, 404),
    "submissions:mend":      (302, 302, 403, 403, 404, 403, 404, 403, 404, 403, 403, 403, 403, 404, 404),
    "submissions:check_again":(302, 302, 403, 403, 404, 403, 404, 403, 404, 403, 403, 403, 403, 404, 404),
    "submissions:ask_waiver":(302, 200, 403, 403, 404, 403, 404, 200, 404, 403, 403, 403, 403, 404, 404),
    "submissions:rejudged": (302, 403, 403, 403, 404, 403, 404, 403, 404, 403, 302, 403, 403, 404, 404),
    "submissions:decide_waiver":(302, 403, 403, 403, 404, 404, 404, 403, 404, 404, 422, 404, 403, 404, 404),
    "submissions:withdraw_waiver":(302, 302, 403, 403, 404, 404, 404, 302, 404, 404, 302, 404, 403, 404, 404),
    "submissions:propose_rule":(302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422, 403, 403, 403, 403),
    "submissions:rule":     (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 302, 403, 403, 403, 403),
    "submissions:verify":    (422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    "footprints:sign_out":   (302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
}  # fmt: skip


@pytest.fixture
def scene(db: None) -> dict[str, object]:
    """One trust with one file on record in its footprint, and everybody around it."""
    footprint = FootprintFactory(region="North")
    trust = TrustFactory(region="North")
    MembershipFactory(trust=trust, footprint=footprint)
    elsewhere = TrustFactory(region="South")
    return_record = ReturnFactory(trust=trust, collection=CollectionFactory(template="back_office", version="2016.1"))
    kept = storage.keep([b"bytes"], limit_bytes=10)
    reading = {"template": "back_office", "version": "2016.1", "trust": trust.ods_code, "cells": [], "not_found": [], "conflicts": [], "date_1904": False}  # fmt: skip
    submission = SubmissionFactory(
        return_record=return_record, file_key=kept.key, sha256=kept.sha256, state=State.ACCEPTED,
        loaded_at=timezone.now(), reading=reading, template="back_office", version="2016.1",
    )  # fmt: skip
    roles = {
        "preparer": {"kind": RoleKind.PREPARER, "trust": trust},
        "signatory": {"kind": RoleKind.SIGNATORY, "trust": trust},
        "stranger": {"kind": RoleKind.PREPARER, "trust": elsewhere},
        "lead": {"kind": RoleKind.STP_LEAD, "footprint": footprint},
        "other_lead": {"kind": RoleKind.STP_LEAD, "footprint": FootprintFactory()},
        "support": {"kind": RoleKind.SUPPORT_MANAGER, "region": "North"},
        "other_support": {"kind": RoleKind.SUPPORT_MANAGER, "region": "South"},
        "chief": {"kind": RoleKind.CHIEF_EXECUTIVE, "trust": trust},
        "director": {"kind": RoleKind.REGIONAL_DIRECTOR, "region": "North"},
        "manager": {"kind": RoleKind.COLLECTION_MANAGER},
        "analyst": {"kind": RoleKind.ANALYST},
        "auditor": {"kind": RoleKind.AUDITOR},
        "administrator": {"kind": RoleKind.ADMINISTRATOR},
    }
    people: dict[str, User | None] = {"nobody": None, "no_role": UserFactory()}
    for name, scope in roles.items():
        people[name] = UserFactory()
        RoleFactory(user=people[name], **{"trust": None, "footprint": None, "region": "", **scope})
    ReceiptFactory(submission=submission)
    beside = {"rule": AddedRuleFactory(), "waiver": WaiverFactory(trust=trust)}
    return {"people": people, "return": return_record, "submission": submission, "footprint": footprint, **beside}


def address(name: str, scene: dict[str, object]) -> str:
    submission, return_record = scene["submission"], scene["return"]
    assert isinstance(submission, Submission)
    assert isinstance(return_record, Return)
    wanted = next(pattern for full, pattern in addresses(get_resolver()) if full == name).pattern.regex.groupindex
    known = {"pk": return_record.pk, "reference": submission.reference, "ons_code": scene["footprint"].ons_code}  # type: ignore[attr-defined]
    known |= {"sha256": submission.sha256}
    known |= {name: scene[name].pk for name in ("rule", "waiver")}  # type: ignore[attr-defined]
    return reverse(name, kwargs={key: known[key] for key in wanted})


def addresses(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name}", pattern


def test_every_address_stands_in_the_matrix() -> None:
    assert {name for name, _ in addresses(get_resolver())} == set(MATRIX)


@pytest.mark.parametrize("name", MATRIX)
def test_who_gets_what(name: str, scene: dict[str, object]) -> None:
    got = {}
    for person in PEOPLE:
        client = Client()
        user = scene["people"][person]  # type: ignore[index]
        if user is not None:
            client.force_login(user)
        response = client.get(address(name, scene))
        got[person] = response.status_code
        if response.streaming:
            list(response.streaming_content)  # to its end, which closes the file
    assert got == dict(zip(PEOPLE, MATRIX[name], strict=True))


@pytest.mark.parametrize("name", POSTS)
def test_who_may_post(name: str, scene: dict[str, object]) -> None:
    got = {}
    for person in PEOPLE:
        client = Client()
        user = scene["people"][person]  # type: ignore[index]
        if user is not None:
            client.force_login(user)
        got[person] = client.post(address(name, scene)).status_code
    assert got == dict(zip(PEOPLE, POSTS[name], strict=True))


def test_a_role_that_was_withdrawn_is_refused_at_the_next_request(scene: dict[str, object]) -> None:
    client = Client()
    person = scene["people"]["preparer"]  # type: ignore[index]
    client.force_login(person)
    assert client.get(address("submissions:return", scene)).status_code == 200
    person.roles.update(to_date=timezone.localdate())
    assert client.get(address("submissions:return", scene)).status_code == 404
