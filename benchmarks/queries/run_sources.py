"""What a run is worked out from: the returns of a collection as they stand, and what makes their trusts alike."""

import hashlib
from collections import defaultdict
from collections.abc import Container, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import connection

from benchmarks.arithmetic.nearest import Described
from benchmarks.models import BenchmarkRun, RunTrust
from footprints.models import Membership, Region
from submissions.models import Collection, Figure, Finding, Return, Submission
from submissions.queries.standing import facts_of, with_standing
from submissions.stages import NOT_EXPECTED, STAGE_WORDS, Stage, standing_of
from submissions.states import State

if TYPE_CHECKING:
    from submissions.queries.standing import StandingReturn

INCOME_LINE = "ORG02"
"""Patient-care income, £000: the size of a trust."""

_DESCRIBING = {"ORG02": "income", "ORG06": "wte", "ORG08": "floor_area", "ORG09": "sites", "ORG12": "pfi"}
"""The lines of the back-office return that say what a trust is like; none of them is a cost of a function."""

_FILES = """
SELECT md5(coalesce(string_agg(concat_ws(',', s.id, s.state, s.measured_at, o.id), ';' ORDER BY s.id), ''))
FROM submissions_submission s
JOIN submissions_return r ON r.id = s.return_record_id
LEFT JOIN submissions_signoff o ON o.submission_id = s.id AND o.ended_at IS NULL
WHERE r.collection_id = ANY(%(used)s) AND (s.state = 'accepted' OR (r.collection_id = %(own)s AND NOT EXISTS (
    SELECT 1 FROM submissions_submission a WHERE a.return_record_id = r.id AND a.state = 'accepted'
)))
"""
"""Files on record; and what became of the others, where there is none on record."""

_DISPUTES = """
SELECT md5(coalesce(string_agg(concat_ws(',', d.id, d.lifted_at), ';' ORDER BY d.id), ''))
FROM benchmarks_dispute d JOIN submissions_return r ON r.id = d.return_record_id
WHERE r.collection_id = %(own)s
"""

_RETURNS = """
SELECT md5(coalesce(string_agg(ROW(
    r.id, r.opened_at IS NULL, r.downloaded_at IS NULL, t.trust_type, t.region, t.closed_date, t.successor_id, n.id, n.signed_at, e.id
)::text, ';' ORDER BY r.id, n.id, e.id), ''))
FROM submissions_return r
JOIN footprints_trust t ON t.id = r.trust_id
LEFT JOIN submissions_nilreturn n ON n.return_record_id = r.id AND n.withdrawn_at IS NULL
LEFT JOIN submissions_excuse e ON e.return_record_id = r.id AND e.ended_at IS NULL
WHERE r.collection_id = %(own)s
"""

_MEMBERS = """
SELECT md5(coalesce(string_agg(concat_ws(',', trust_id, footprint_id), ';' ORDER BY id), ''))
FROM footprints_membership
WHERE from_date <= %(today)s AND (to_date IS NULL OR to_date > %(today)s)
"""


def based_on(collection: Collection, today: date, *, definitions: str) -> str:
    """A digest that changes when a run of the collection would: files and what became of them, signatures, disputes, how far each return
    has come, types, regions and footprints of trusts, the day."""
    asked: dict[str, int | date | list[int]] = {
        "own": collection.pk,
        "used": [collection.pk, *_described_by(collection)],
        "today": today,
    }
    found = []
    with connection.cursor() as cursor:
        for part in (_FILES, _DISPUTES, _RETURNS, _MEMBERS):
            cursor.execute(part, asked)
            found.append(cursor.fetchone())
    return hashlib.sha256(repr((found, today, definitions)).encode()).hexdigest()


def run_trusts(run: BenchmarkRun, collection: Collection, today: date) -> list[RunTrust]:
    """Every trust that owes a return to the collection, as it stands today; not saved."""
    records = with_standing(
        Return.objects.filter(collection=collection).select_related("trust").order_by("trust__ods_code"), today
    )
    files = {
        file.return_record_id: file
        for file in Submission.objects.accepted().filter(return_record__collection=collection).defer("reading")
    }
    warned = set(
        Finding.objects.warnings()
        .filter(submission__in=[file.pk for file in files.values()])
        .values_list("submission_id", flat=True)
        .distinct()
    )
    footprints = footprints_by_trust(today)
    like = _descriptors(collection)
    return [
        _run_trust(run, record, files.get(record.pk), warned, footprints, like.get(record.trust_id, {}))
        for record in records
    ]


def _run_trust(
    run: BenchmarkRun,
    record: "StandingReturn",
    file: Submission | None,
    warned: Container[int],
    footprints: Mapping[int, list[str]],
    like: Mapping[str, Decimal],
) -> RunTrust:
    return RunTrust(
        run=run,
        trust=record.trust,
        trust_type=record.trust.trust_type,
        region=record.trust.region,
        footprints=footprints.get(record.trust_id, []),
        return_record=record,
        submission=file if file is not None and file.measured_at else None,
        is_signed=record.signed,
        is_clean=file is not None and file.pk not in warned,
        absent=_absent(record, file),
        income=like.get("income"),
        descriptors={
            "london": record.trust.region == Region.LONDON,
            **{name: figure > 0 if name == "pfi" else float(figure) for name, figure in like.items()},
        },
    )


def _absent(record: "StandingReturn", file: Submission | None) -> str:
    if record.gone:
        return STAGE_WORDS[Stage.GONE]
    if file is not None:
        return "" if file.measured_at else "Being compared"
    stage = standing_of(facts_of(record))
    return STAGE_WORDS[stage]


def is_expected(trust: RunTrust) -> bool:
    """Whether a return of the trust was still wanted."""
    return trust.absent not in {STAGE_WORDS[stage] for stage in NOT_EXPECTED}


def described(trust: RunTrust) -> Described:
    """What the run found the trust to be like."""
    like = trust.descriptors

    def exact(name: str) -> Decimal | None:
        return Decimal(str(like[name])) if name in like else None

    return Described(
        code=trust.trust.ods_code,
        trust_type=trust.trust_type,
        income_pounds=trust.income,
        wte=exact("wte"),
        sites=round(like["sites"]) if "sites" in like else None,
        floor_area=exact("floor_area"),
        london=like.get("london"),
        pfi=like.get("pfi"),
    )


def footprints_by_trust(today: date) -> Mapping[int, list[str]]:
    """The ONS codes of the footprints to which each trust belongs on a day, by the trust's key."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Membership.objects.current(today).order_by("footprint__ons_code")
    for trust_id, code in rows.values_list("trust_id", "footprint__ons_code"):
        found[trust_id].append(code)
    return found


def _described_by(collection: Collection) -> list[int]:
    """The collections whose returns say what trusts are like: the back-office rounds of the year, made-up ones for made-up ones alone; the
    collection itself, if it is one."""
    if collection.template == "back_office":
        return [collection.pk]
    rounds = Collection.objects.rounds().filter(template="back_office", year=collection.year)
    alike = rounds.filter(illustrative=collection.illustrative)
    return list(alike.order_by("pk").values_list("pk", flat=True))


def _descriptors(collection: Collection) -> Mapping[int, dict[str, Decimal]]:
    """What trusts are like, by the trust's key: income in pounds, staff, sites, floor area in m² and the private finance charge."""
    rows = (
        Figure.objects.filter(
            submission__return_record__collection__in=_described_by(collection),
            submission__state=State.ACCEPTED,
            line__in=_DESCRIBING,
            column="value",
        )
        .exclude(number=None)
        .order_by("submission__loaded_at")
        .values_list("submission__return_record__trust_id", "line", "number")
    )
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for trust_id, line, number in rows:
        if number is not None:
            found[trust_id][_DESCRIBING[line]] = number * 1000 if line == INCOME_LINE else number
    return found
