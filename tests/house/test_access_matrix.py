"""Every address × every kind of person: what each gets. An address that is missing here fails the suite.

200 shown · 302 sent on (to sign in) · 403 refused with a sentence · 404 as if there were no such thing · 405 other method.
"""

from collections.abc import Iterator
from hashlib import sha256

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
    BenchmarkRunFactory,
    CollectionFactory,
    DisputeFactory,
    ExtensionFactory,
    FigureQueryFactory,
    FootprintFactory,
    InvitationFactory,
    LetterFactory,
    MembershipFactory,
    ReceiptFactory,
    ReopeningFactory,
    ReturnFactory,
    RoleFactory,
    RunTrustFactory,
    SavedViewFactory,
    SelfSignOffPermitFactory,
    SignOffFactory,
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
    "footprints:messages":   (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    "footprints:message":    (302, 200, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    "footprints:sign_out":   (405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405, 405),
    "footprints:invitation":  (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    "footprints:people":      (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403),
    "footprints:invite":      (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403),
    "footprints:person":      (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403),
    "footprints:grant":       (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403),
    "footprints:leave":       (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403),
    "footprints:withdraw_role":(302, 404, 200, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 200, 404),
    "footprints:cover":       (302, 404, 200, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 200, 404),
    "footprints:invite_again":(302, 404, 302, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 302, 404),
    "footprints:trust_people":(302, 403, 200, 403, 404, 403, 404, 403, 404, 403, 403, 403, 403, 200, 404),
    "submissions:return":    (302, 200, 200, 200, 404, 200, 404, 200, 404, 200, 200, 200, 200, 404, 404),
    "submissions:workbook":  (302, 200, 200, 403, 404, 403, 404, 403, 404, 403, 200, 403, 403, 404, 404),
    "submissions:upload":    (302, 302, 302, 302, 404, 302, 404, 302, 404, 302, 302, 302, 302, 404, 404),
    "submissions:submission":(302, 200, 200, 200, 404, 200, 404, 200, 404, 200, 200, 200, 200, 404, 404),
    "submissions:mend":      (302, 302, 302, 302, 404, 302, 404, 302, 404, 302, 302, 302, 302, 404, 404),
    "submissions:check_again":(302, 302, 302, 302, 404, 302, 404, 302, 404, 302, 302, 302, 302, 404, 404),
    "submissions:figures":   (302, 200, 200, 200, 404, 200, 404, 200, 404, 200, 200, 200, 200, 404, 404),
    "submissions:changes":   (302, 200, 200, 200, 404, 403, 404, 200, 404, 403, 200, 403, 200, 404, 404),
    "submissions:findings_csv":(302, 200, 200, 200, 404, 403, 404, 200, 404, 403, 200, 403, 200, 404, 404),
    "submissions:marked_up": (302, 200, 200, 403, 404, 403, 404, 403, 404, 403, 200, 403, 403, 404, 404),
    "submissions:file":      (302, 200, 200, 403, 404, 403, 404, 403, 404, 403, 200, 403, 200, 404, 404),
    "submissions:ask_waiver":(302, 200, 403, 403, 404, 403, 404, 200, 404, 403, 403, 403, 403, 404, 404),
    "submissions:rejudged": (302, 403, 403, 403, 404, 403, 404, 403, 404, 403, 200, 403, 403, 404, 404),
    "submissions:sign_off":  (302, 200, 200, 200, 404, 403, 404, 200, 404, 403, 200, 403, 200, 404, 404),
    "submissions:send_back": (302, 302, 302, 302, 404, 302, 404, 302, 404, 302, 302, 302, 302, 404, 404),
    "submissions:ask_reopening":(302, 403, 302, 403, 404, 403, 404, 403, 404, 403, 403, 403, 403, 404, 404),
    "submissions:reopenings":(302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "submissions:decide_reopening":(302, 403, 403, 403, 404, 403, 404, 403, 404, 403, 200, 403, 403, 404, 404),
    "submissions:permits":   (302, 200, 200, 200, 200, 403, 403, 200, 200, 403, 200, 403, 200, 403, 403),
    "submissions:withdraw_permit":(302, 302, 302, 302, 404, 302, 404, 302, 404, 302, 302, 302, 302, 404, 404),
    "submissions:waivers":  (302, 200, 200, 200, 200, 403, 403, 200, 200, 403, 200, 403, 200, 403, 403),
    "submissions:decide_waiver":(302, 302, 302, 302, 404, 404, 404, 302, 404, 404, 302, 404, 302, 404, 404),
    "submissions:withdraw_waiver":(302, 302, 302, 302, 404, 404, 404, 302, 404, 404, 302, 404, 302, 404, 404),
    "submissions:rules":    (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "submissions:propose_rule":(302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "submissions:rule":     (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "submissions:ask_extension":(302, 302, 302, 403, 404, 403, 404, 302, 404, 403, 302, 403, 403, 404, 404),
    "submissions:decide_extension":(302, 403, 403, 403, 404, 403, 404, 200, 404, 403, 200, 403, 403, 404, 404),
    "submissions:queries":   (302, 200, 200, 200, 404, 200, 404, 200, 404, 200, 200, 200, 200, 404, 404),
    "submissions:ask_query": (302, 403, 403, 403, 404, 302, 404, 302, 404, 403, 302, 403, 403, 404, 404),
    "submissions:answer_query":(302, 302, 302, 302, 404, 302, 404, 302, 404, 302, 302, 302, 302, 404, 404),
    "submissions:close_query":(302, 302, 302, 302, 404, 302, 404, 302, 404, 302, 302, 302, 302, 404, 404),
    "submissions:nil_return":(302, 200, 403, 403, 404, 403, 404, 403, 404, 403, 200, 403, 403, 404, 404),
    "submissions:excuse":    (302, 403, 403, 403, 404, 403, 404, 403, 404, 403, 200, 403, 403, 404, 404),
    "submissions:receipt":   (302, 200, 200, 200, 404, 200, 404, 200, 404, 200, 200, 200, 200, 404, 404),
    "submissions:receipt_pdf":(302, 200, 200, 200, 404, 200, 404, 200, 404, 200, 200, 200, 200, 404, 404),
    "submissions:verify":    (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    "submissions:verified":  (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    "desk:desk":           (302, 403, 403, 403, 403, 403, 403, 200, 200, 200, 200, 403, 200, 403, 403),
    "desk:export":         (302, 403, 403, 403, 403, 403, 403, 200, 200, 200, 200, 403, 200, 403, 403),
    "desk:save_view":      (302, 403, 403, 403, 403, 403, 403, 302, 302, 302, 302, 403, 302, 403, 403),
    "desk:delete_view":    (302, 403, 403, 403, 403, 403, 403, 302, 404, 404, 404, 403, 404, 403, 403),
    "desk:bulk":           (302, 403, 403, 403, 403, 403, 403, 302, 302, 302, 302, 403, 302, 403, 403),
    "desk:story":          (302, 403, 403, 403, 404, 403, 404, 200, 404, 200, 200, 403, 200, 404, 404),
    "desk:log_contact":    (302, 403, 403, 403, 404, 403, 404, 302, 404, 302, 302, 403, 302, 404, 404),
    "desk:assign":         (302, 403, 403, 403, 404, 403, 404, 302, 404, 302, 302, 403, 302, 404, 404),
    "desk:pause":          (302, 403, 403, 403, 404, 403, 404, 302, 404, 302, 302, 403, 302, 404, 404),
    "desk:resume":         (302, 403, 403, 403, 404, 403, 404, 302, 404, 302, 302, 403, 302, 404, 404),
    "desk:extend":         (302, 403, 403, 403, 404, 403, 404, 302, 404, 302, 302, 403, 302, 404, 404),
    "desk:statistics":      (302, 403, 403, 403, 403, 403, 403, 200, 200, 200, 200, 403, 200, 403, 403),
    "desk:statistics_csv":  (302, 403, 403, 403, 403, 403, 403, 200, 200, 200, 200, 403, 200, 403, 403),
    "desk:rounds":          (302, 403, 403, 403, 403, 403, 403, 200, 200, 200, 200, 403, 200, 403, 403),
    "desk:open_round":      (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "desk:round":           (302, 403, 403, 403, 403, 403, 403, 200, 200, 200, 200, 403, 200, 403, 403),
    "desk:add_to_register": (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "desk:bring_up_to_date":(302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 302, 403, 403, 403, 403),
    "desk:change_dates":    (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "desk:close_round":     (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "desk:take_over":       (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "desk:feedback":        (302, 200, 200, 403, 404, 403, 404, 403, 404, 403, 403, 403, 403, 404, 404),
    "desk:definition":      (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    "desk:answer_feedback": (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "desk:support":         (302, 403, 403, 403, 403, 403, 403, 200, 200, 200, 200, 403, 200, 403, 403),
    "desk:override_support":(302, 403, 403, 403, 404, 403, 404, 200, 404, 200, 200, 403, 200, 404, 404),
    "desk:override_footprint_support":(302, 404, 404, 404, 404, 403, 404, 200, 404, 200, 200, 403, 200, 404, 404),
    "benchmarks:comparison": (302, 200, 200, 200, 404, 200, 404, 200, 404, 200, 200, 200, 200, 404, 404),
    "benchmarks:runs":       (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403, 403),
    "benchmarks:run":        (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403, 403),
    "benchmarks:published_run":(302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403, 403),
    "benchmarks:run_difference":(302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403, 403),
    "benchmarks:metrics":       (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403, 403),
    "benchmarks:metric":        (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403, 403),
    "benchmarks:metric_csv":    (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403, 403),
    "benchmarks:metric_xlsx":   (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403, 403),
    "benchmarks:national":   (302, 403, 403, 403, 403, 403, 403, 200, 200, 200, 200, 200, 200, 403, 403),
    "benchmarks:national_csv":(302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403),
    "benchmarks:freeze_run": (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403, 403),
    "benchmarks:footprint":  (302, 404, 404, 404, 404, 200, 404, 200, 404, 200, 200, 200, 200, 404, 404),
    "benchmarks:footprint_csv":(302, 404, 404, 404, 404, 200, 404, 200, 404, 200, 200, 200, 200, 404, 404),
    "benchmarks:number":     (302, 200, 200, 200, 404, 200, 404, 200, 404, 200, 200, 200, 200, 404, 404),
    "benchmarks:disputes":   (302, 200, 200, 200, 404, 200, 404, 200, 404, 200, 200, 200, 200, 404, 404),
    "benchmarks:lift_dispute":(302, 302, 302, 302, 404, 302, 404, 302, 404, 302, 302, 302, 302, 404, 404),
    "benchmarks:contracts":  (302, 404, 404, 404, 404, 200, 404, 200, 404, 200, 200, 200, 200, 404, 404),
    "benchmarks:counterparties":(302, 404, 404, 404, 404, 200, 404, 200, 404, 200, 200, 200, 200, 404, 404),
    "benchmarks:all_counterparties":(302, 403, 403, 403, 403, 200, 200, 200, 200, 200, 200, 200, 200, 403, 403),
    "benchmarks:service":    (302, 404, 404, 404, 404, 200, 404, 200, 404, 200, 200, 200, 200, 404, 404),
}  # fmt: skip
POSTS: dict[str, tuple[int, ...]] = {
    "desk:save_view":      (302, 403, 403, 403, 403, 403, 403, 422, 422, 422, 422, 403, 422, 403, 403),
    "desk:delete_view":    (302, 403, 403, 403, 403, 403, 403, 302, 404, 404, 404, 403, 404, 403, 403),
    "desk:bulk":           (302, 403, 403, 403, 403, 403, 403, 302, 302, 403, 302, 403, 403, 403, 403),
    "desk:log_contact":    (302, 403, 403, 403, 404, 403, 404, 422, 404, 403, 422, 403, 403, 404, 404),
    "desk:assign":         (302, 403, 403, 403, 404, 403, 404, 302, 404, 403, 302, 403, 403, 404, 404),
    "desk:pause":          (302, 403, 403, 403, 404, 403, 404, 422, 404, 403, 422, 403, 403, 404, 404),
    "desk:resume":         (302, 403, 403, 403, 404, 403, 404, 302, 404, 403, 302, 403, 403, 404, 404),
    "desk:extend":         (302, 403, 403, 403, 404, 403, 404, 422, 404, 403, 422, 403, 403, 404, 404),
    "desk:override_support":(302, 403, 403, 403, 404, 403, 404, 422, 404, 403, 422, 403, 403, 404, 404),
    "desk:override_footprint_support":(302, 404, 404, 404, 404, 403, 404, 422, 404, 403, 422, 403, 403, 404, 404),
    # 422: it came through to the form, which says that no file was chosen.
    "submissions:upload":    (302, 422, 403, 403, 404, 403, 404, 403, 404, 403, 403, 403, 403, 404, 404),
    "submissions:mend":      (302, 302, 403, 403, 404, 403, 404, 403, 404, 403, 403, 403, 403, 404, 404),
    "submissions:check_again":(302, 302, 403, 403, 404, 403, 404, 403, 404, 403, 403, 403, 403, 404, 404),
    "submissions:ask_waiver":(302, 200, 403, 403, 404, 403, 404, 200, 404, 403, 403, 403, 403, 404, 404),
    "submissions:rejudged": (302, 403, 403, 403, 404, 403, 404, 403, 404, 403, 302, 403, 403, 404, 404),
    # 422: what is to be signed is missing, or nobody signs in this round; 302: the return is not signed.
    "submissions:sign_off":  (302, 403, 422, 403, 404, 403, 404, 403, 404, 403, 403, 403, 403, 404, 404),
    "submissions:send_back": (302, 403, 422, 403, 404, 403, 404, 403, 404, 403, 403, 403, 403, 404, 404),
    "submissions:ask_reopening":(302, 403, 302, 403, 404, 403, 404, 403, 404, 403, 403, 403, 403, 404, 404),
    "submissions:decide_reopening":(302, 403, 403, 403, 404, 403, 404, 403, 404, 403, 422, 403, 403, 404, 404),
    "submissions:permits":   (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422, 403, 403, 403, 403),
    "submissions:withdraw_permit":(302, 403, 403, 403, 404, 403, 404, 403, 404, 403, 302, 403, 403, 404, 404),
    "submissions:decide_waiver":(302, 403, 403, 403, 404, 404, 404, 403, 404, 404, 422, 404, 403, 404, 404),
    "submissions:withdraw_waiver":(302, 302, 403, 403, 404, 404, 404, 302, 404, 404, 302, 404, 403, 404, 404),
    "submissions:propose_rule":(302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422, 403, 403, 403, 403),
    "submissions:rule":     (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 302, 403, 403, 403, 403),
    "submissions:ask_extension":(302, 422, 422, 403, 404, 403, 404, 422, 404, 403, 422, 403, 403, 404, 404),
    "submissions:decide_extension":(302, 403, 403, 403, 404, 403, 404, 422, 404, 403, 422, 403, 403, 404, 404),
    "submissions:ask_query": (302, 403, 403, 403, 404, 302, 404, 302, 404, 403, 302, 403, 403, 404, 404),
    "submissions:answer_query":(302, 422, 422, 403, 404, 403, 404, 403, 404, 403, 403, 403, 403, 404, 404),
    "submissions:close_query":(302, 403, 403, 403, 404, 302, 404, 302, 404, 403, 302, 403, 403, 404, 404),
    "benchmarks:freeze_run": (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422, 403, 403, 403, 403),
    "benchmarks:disputes":   (302, 422, 422, 403, 404, 403, 404, 422, 404, 403, 422, 403, 403, 404, 404),
    "benchmarks:lift_dispute":(302, 422, 422, 403, 404, 403, 404, 422, 404, 403, 422, 403, 403, 404, 404),
    "desk:open_round":      (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422, 403, 403, 403, 403),
    "desk:add_to_register": (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422, 403, 403, 403, 403),
    "desk:bring_up_to_date":(302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 302, 403, 403, 403, 403),
    "desk:change_dates":    (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422, 403, 403, 403, 403),
    "desk:close_round":     (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 302, 403, 403, 403, 403),
    "desk:take_over":       (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422, 403, 403, 403, 403),
    "desk:feedback":        (302, 302, 302, 403, 404, 403, 404, 403, 404, 403, 403, 403, 403, 404, 404),
    "desk:answer_feedback": (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422, 403, 403, 403, 403),
    "submissions:nil_return":(302, 422, 403, 403, 404, 403, 404, 403, 404, 403, 422, 403, 403, 404, 404),
    "submissions:excuse":    (302, 403, 403, 403, 404, 403, 404, 403, 404, 403, 422, 403, 403, 404, 404),
    "submissions:verify":    (422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    "footprints:sign_out":   (302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    "footprints:invitation":  (422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    "footprints:invite":      (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422, 403),
    "footprints:grant":       (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422, 403),
    "footprints:leave":       (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422, 403),
    # Once the signatory has withdrawn the role, there is none for the administrator.
    "footprints:withdraw_role":(302, 404, 302, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    "footprints:cover":       (302, 404, 422, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 422, 404),
    "footprints:invite_again":(302, 404, 302, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 302, 404),
    "footprints:trust_people":(302, 403, 422, 403, 404, 403, 404, 403, 404, 403, 403, 403, 403, 422, 404),
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
    beside |= {"extension": ExtensionFactory(return_record=return_record)}
    beside |= {"query": FigureQueryFactory(submission=submission)}
    beside |= {"letter": LetterFactory(to=people["preparer"])}
    InvitationFactory(token_sha256=sha256(b"secret").hexdigest())
    beside |= {"role": people["preparer"].roles.get(), "person": people["no_role"]}  # type: ignore[union-attr]
    signed = SignOffFactory(submission__return_record__trust=trust)
    beside |= {"reopening": ReopeningFactory(sign_off=signed), "permit": SelfSignOffPermitFactory(trust=trust)}
    beside |= {"pilot": ReturnFactory(trust=trust, collection__purpose="pilot"), "collection": return_record.collection}
    beside |= {"view": SavedViewFactory(user=people["support"])}
    live = BenchmarkRunFactory(collection=return_record.collection)
    RunTrustFactory(run=live, trust=trust, return_record=return_record, submission=submission)
    beside |= {"dispute": DisputeFactory(return_record=return_record)}
    BenchmarkRunFactory(published=True)
    beside |= {"run": BenchmarkRunFactory(collection=return_record.collection, frozen=True)}
    return {"people": people, "return": return_record, "submission": submission, "footprint": footprint, **beside}


def address(name: str, scene: dict[str, object]) -> str:
    submission, return_record = scene["submission"], scene["return"]
    assert isinstance(submission, Submission)
    assert isinstance(return_record, Return)
    wanted = next(pattern for full, pattern in addresses(get_resolver()) if full == name).pattern.regex.groupindex
    known = {"pk": return_record.pk, "reference": submission.reference, "ons_code": scene["footprint"].ons_code}  # type: ignore[attr-defined]
    known |= {"sha256": submission.sha256, "service": "pathology"}
    known |= {name: scene[name].pk for name in ("rule", "waiver", "extension", "query")}  # type: ignore[attr-defined]
    known |= {name: scene[name].pk for name in ("reopening", "permit", "letter", "role", "person")}  # type: ignore[attr-defined]
    known |= {"ods_code": return_record.trust.ods_code, "token": "secret"}
    known |= {name: scene[name].pk for name in ("pilot", "collection")}  # type: ignore[attr-defined]
    known |= {"view": scene["view"].pk}  # type: ignore[attr-defined]
    known |= {"code": "back_office", "version": "2016.1"}
    known |= {"run": f"live-back_office-{return_record.collection_id}", "metric_id": "M03"}
    known |= {"dispute": scene["dispute"].pk}  # type: ignore[attr-defined]
    known |= {"number": scene["run"].number, "other": "live", "table": "returns", "template": "eric", "year": "2015-16"}  # type: ignore[attr-defined]
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
