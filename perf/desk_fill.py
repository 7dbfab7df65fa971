"""A round far larger than any: thousands of trusts, four collections, 24,000 returns at every stage, with all that a desk keeps."""

from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from django.utils import timezone

if TYPE_CHECKING:
    from footprints.models import Footprint, Trust, User
    from submissions.models import Collection, Return, Submission

COLLECTIONS, FOOTPRINTS, MANAGERS = 4, 44, 24
BATCH = 5000
STATES = ("blocked", "blocked", "to_explain", "refused", "accepted", "accepted", "accepted", "stuck", "received")
"""Of the returns that have a file, in turn; the others are opened, downloaded, or neither."""


def fill(returns: int = 24_000) -> "User":
    """Everything, by bulk; gives the collection manager who looks at it."""
    from footprints.models import Footprint, Region, Role, RoleKind, User

    today = timezone.localdate()
    footprints = Footprint.objects.bulk_create(
        Footprint(ons_code=f"E54{n:06}", name=f"Footprint {n}", region=Region.values[n % 4]) for n in range(FOOTPRINTS)
    )
    managers = User.objects.bulk_create(
        User(email=f"manager{n}@example.nhs.uk", name=f"Manager {n}") for n in range(MANAGERS)
    )
    boss = User.objects.create(email="boss@example.nhs.uk", name="Collection manager")
    Role.objects.create(user=boss, kind=RoleKind.COLLECTION_MANAGER)
    Role.objects.bulk_create(
        Role(user=one, kind=RoleKind.SUPPORT_MANAGER, region=Region.values[n % 4]) for n, one in enumerate(managers)
    )
    trusts = _trusts(footprints, returns // COLLECTIONS)
    _people(trusts, today)
    collections = _collections(today)
    records = _returns(collections, trusts)
    _files(records, managers[0])
    _desk(records, trusts, managers, today)
    return boss


def _trusts(footprints: "list[Footprint]", number: int) -> "list[Trust]":
    from footprints.models import Membership, Region, Trust, TrustType

    kinds = TrustType.values
    trusts = Trust.objects.bulk_create(
        (
            Trust(
                ods_code=f"{n:05}", name=f"Trust {n} Hospitals NHS Trust", trust_type=kinds[n % len(kinds)],
                is_foundation_trust=bool(n % 2), region=Region.values[n % 4],
            )
            for n in range(number)
        ),
        batch_size=BATCH,
    )  # fmt: skip
    memberships = (
        Membership(trust=trust, footprint=footprints[n % FOOTPRINTS], from_date=date(2016, 3, 15), source="made up")
        for n, trust in enumerate(trusts)
    )
    Membership.objects.bulk_create(memberships, batch_size=BATCH)
    return trusts


def _people(trusts: "list[Trust]", today: date) -> None:
    """A preparer and a signatory a trust; some have none, and some letters bounced."""
    from footprints.models import Letter, Role, RoleKind, User

    kinds = (RoleKind.PREPARER, RoleKind.SIGNATORY)
    posts = [(trust, kind) for n, trust in enumerate(trusts) for kind in kinds if n % 40 or kind == RoleKind.PREPARER]
    people = User.objects.bulk_create(
        (User(email=f"person{n}@example.nhs.uk", name=f"Person {n}", password="of nobody") for n in range(len(posts))),
        batch_size=BATCH,
    )
    Role.objects.bulk_create(
        (Role(user=one, kind=kind, trust=trust) for one, (trust, kind) in zip(people, posts, strict=True)),
        batch_size=BATCH,
    )
    now = timezone.now()
    Letter.objects.bulk_create(
        (
            Letter(
                to=one, kind="reminder", key=f"reminder-{n}", subject="Your return", text="It is due.", sent_at=now,
                bounced_at=None if n % 50 else now,
            )
            for n, one in enumerate(people)
        ),
        batch_size=BATCH,
    )  # fmt: skip


def _collections(today: date) -> "list[Collection]":
    from submissions.models import Collection

    return [
        Collection.objects.create(
            template="back_office", version="2016.1", year="2015/16", name=f"Round {n}",
            opens_date=today - timedelta(days=40), due_date=today + timedelta(days=10 * n - 12),
        )
        for n in range(COLLECTIONS)
    ]  # fmt: skip


def _returns(collections: "list[Collection]", trusts: "list[Trust]") -> "list[Return]":
    from submissions.models import Return

    now, numbers = timezone.now(), count()
    pairs = ((collection, trust, next(numbers)) for collection in collections for trust in trusts)
    made = (
        Return(
            collection=collection, trust=trust, opened_at=now if n % 10 < 8 else None,
            downloaded_at=now if n % 10 < 6 else None,
        )
        for collection, trust, n in pairs
    )  # fmt: skip
    return Return.objects.bulk_create(made, batch_size=BATCH)


def _files(records: "list[Return]", person: "User") -> None:
    """Half of the returns have files, an earlier one with errors and a later one; what was found in them; some signed, some queried."""
    from submissions.models import Submission

    now, numbers = timezone.now(), count()

    def file(record: "Return", state: str, days: int) -> "Submission":
        n = next(numbers)
        checked = None if state == "received" else now
        return Submission(
            reference=f"P{n}", return_record=record, state=state, file_key=f"k{n}", sha256=f"{n:064x}", size_bytes=1,
            uploaded_by=person, received_at=now - timedelta(days=days), checked_at=checked,
            loaded_at=now if state == "accepted" else None,
        )  # fmt: skip

    started = [record for n, record in enumerate(records) if n % 10 < 5]
    files = [file(record, "blocked", 9) for record in started]
    latest = [file(record, STATES[n % len(STATES)], 3) for n, record in enumerate(started)]
    Submission.objects.bulk_create([*files, *latest], batch_size=BATCH)
    _found(latest)
    _signed([one for one in latest if one.state == "accepted"], person)


def _found(latest: "list[Submission]") -> None:
    from submissions.models import Finding

    judged = [one for one in latest if one.state in ("blocked", "to_explain")]
    Finding.objects.bulk_create(
        (
            Finding(
                submission=one, position=n, code="B-H4", severity="error" if one.state == "blocked" else "warning",
                sheet="Costs", cell=f"D{n}", line="FIN3", column="pay", label="Pay", found="-1", expected="0 or more",
                message="Negative", remedy="Mend it",
            )
            for one in judged for n in range(6)
        ),
        batch_size=BATCH,
    )  # fmt: skip


def _signed(accepted: "list[Submission]", person: "User") -> None:
    from submissions.models import FigureQuery, SignOff

    SignOff.objects.bulk_create(
        SignOff(submission=one, return_record=one.return_record, digest="5" * 64, declaration="Yes", signed_by=person)
        for one in accepted[::2]
    )
    FigureQuery.objects.bulk_create(
        FigureQuery(
            submission=one, return_record=one.return_record, line="FIN3", column="pay", question="?", asked_by=person
        )
        for one in accepted[1::10]
    )


def _desk(records: "list[Return]", trusts: "list[Trust]", managers: "list[User]", today: date) -> None:
    from desk.models import Assignment, Contact, Pause
    from submissions.models import Extension

    now = timezone.now()

    def contact(record: "Return", n: int, days: int) -> Contact:
        promised = today + timedelta(days=n % 9 - 4) if n % 3 == 0 else None
        said = "They wait for the payroll provider."
        at = now - timedelta(days=days)
        return Contact(
            return_record=record, kind="call", with_whom="A. Khan", said=said, promised_date=promised, at=at, by=managers[0]
        )  # fmt: skip

    spoken = [
        (n, record, days) for n, record in enumerate(records) for days in range(n % 4 if n % 20 == 3 else 1, n % 4 + 1)
    ]
    Contact.objects.bulk_create((contact(record, n, days) for n, record, days in spoken), batch_size=BATCH)
    decided: dict[str, Any] = {"granted": True, "decided_by": managers[0], "decided_at": now}
    later = today + timedelta(days=14)
    Extension.objects.bulk_create(
        Extension(
            return_record=record, asked_by=managers[1], asked_until_date=later, reason="Staff are ill",
            **(decided | {"until_date": later} if n % 2 else {}),
        )
        for n, record in enumerate(records[::12])
    )  # fmt: skip
    by = managers[0]
    Assignment.objects.bulk_create(
        Assignment(trust=trust, manager=managers[n % MANAGERS], by=by) for n, trust in enumerate(trusts) if n % 3
    )
    until = today + timedelta(days=5)
    Pause.objects.bulk_create(
        Pause(trust=trust, reason="They merge", until_date=until, by=by) for trust in trusts[::50]
    )
    _reminded(records)


def _reminded(records: "list[Return]") -> None:
    from desk.models import Chase

    now = timezone.now()
    Chase.objects.bulk_create(
        (
            Chase(
                return_record=record, rung="due-tomorrow", due_date=record.collection.due_date,
                at=now - timedelta(days=n % 20),
            )
            for n, record in enumerate(records[::2])
        ),
        batch_size=BATCH,
    )  # fmt: skip
