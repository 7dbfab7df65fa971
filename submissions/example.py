"""The example round: made-up people and made-up returns, sent through the real pipeline. Labelled illustrative wherever shown."""

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Final, Literal

from django.utils import timezone

from footprints.actions import create_person, grant_role
from footprints.models import Footprint, Invitation, PublishedFigure, RoleKind, Trust, User
from submissions.actions.download import download_workbook, trust_details
from submissions.actions.explain import accept_if_explained, take_explanations
from submissions.actions.open_collection import open_collection
from submissions.actions.receive import receive
from submissions.models import Collection, Finding, Return, Submission
from submissions.states import State
from templates_app import registry
from templates_app.example_figures import example_values
from templates_app.reading import Place, Value
from templates_app.workbook_write import write_workbook

ACTOR: Final = "load_example"
PASSWORD: Final = "shovel-ready-2016"  # noqa: S105 - printed on purpose: it opens made-up data on one's own machine
STORY_TRUST: Final = "R1H"
"""Its finance officer has not sent anything yet: the story of the README begins there."""
STORY_FOOTPRINT: Final = "E54000029"

Fate = Literal["not_started", "downloaded", "has_errors", "late", "on_time"]


@dataclass(frozen=True, slots=True)
class ExamplePerson:
    """Somebody to sign in as."""

    email: str
    name: str
    kind: RoleKind
    what: str
    trust: str = ""
    footprint: str = ""
    region: str = ""


EXAMPLE_PEOPLE: Final = (
    ExamplePerson(
        "finance@barts.example", "Amina Khan", RoleKind.PREPARER, "prepares Barts Health's return", trust=STORY_TRUST
    ),
    ExamplePerson(
        "director@barts.example", "Tom Okafor", RoleKind.SIGNATORY, "signs for Barts Health", trust=STORY_TRUST
    ),
    ExamplePerson(
        "chief@barts.example",
        "Helen Stone",
        RoleKind.CHIEF_EXECUTIVE,
        "is Barts Health's chief executive",
        trust=STORY_TRUST,
    ),
    ExamplePerson(
        "lead@nel.example", "Jane Marsh", RoleKind.STP_LEAD, "leads North East London", footprint=STORY_FOOTPRINT
    ),
    ExamplePerson(
        "team@nel.example", "Ravi Patel", RoleKind.STP_MEMBER, "works for that lead", footprint=STORY_FOOTPRINT
    ),
    ExamplePerson(
        "support@nhsi.example", "Sue Field", RoleKind.SUPPORT_MANAGER, "supports London's trusts", region="London"
    ),
    ExamplePerson(
        "region@nhsi.example", "Paul Grant", RoleKind.REGIONAL_DIRECTOR, "directs the London region", region="London"
    ),
    ExamplePerson("collections@nhsi.example", "Ian Moss", RoleKind.COLLECTION_MANAGER, "runs the collection"),
    ExamplePerson("analyst@nhsi.example", "Li Chen", RoleKind.ANALYST, "reads figures and benchmarks"),
    ExamplePerson("auditor@nhsi.example", "Ada Cole", RoleKind.AUDITOR, "reads everything, changes nothing"),
    ExamplePerson("admin@nhsi.example", "Max Reed", RoleKind.ADMINISTRATOR, "invites people and grants roles"),
)


def sign_ins() -> str:
    """Whom to sign in as, for a terminal."""
    people = "\n".join(f"  {person.email:28} {person.name}, {person.what}" for person in EXAMPLE_PEOPLE)
    return f"Sign in with the password {PASSWORD} as:\n{people}"


def example_people() -> None:
    """Make the people who do not exist yet, with their roles."""
    for person in EXAMPLE_PEOPLE:
        example_person(person)


def example_collections() -> list[Collection]:
    """The example rounds, one of each template: they opened three weeks ago and were due two days ago, so that some returns are late."""
    return [_collection(template) for template in sorted({template for template, _ in registry.definitions()})]


def _collection(template: str) -> Collection:
    today = timezone.localdate()
    newest = registry.get(template)
    collection = Collection.objects.filter(illustrative=True, template=template).first()
    return collection or open_collection(
        by=ACTOR,
        template=template,
        name=f"{newest.title} {newest.year}",
        opens_date=today - timedelta(days=23),
        due_date=today - timedelta(days=2),
        ladder="standard",
        illustrative=True,
    )


def example_files(collection: Collection, most: int | None = None) -> Iterator[Submission]:
    """Send the example returns that have not been sent, and give each file as it is received; of the first `most` trusts, or all."""
    returns = Return.objects.filter(collection=collection).select_related("trust", "collection")
    begun = set(returns.exclude(submissions=None, downloaded_at=None).values_list("pk", flat=True))
    for return_record in _story_first(list(returns))[:most]:
        fate = fate_of(return_record.trust, collection.template)
        staff(return_record.trust)
        if fate == "not_started" or return_record.pk in begun:
            continue
        preparer = preparer_of(return_record.trust)
        if fate == "downloaded":
            download_workbook(by=preparer, return_record=return_record)
            continue
        yield receive(
            by=preparer,
            return_record=return_record,
            chunks=[_workbook(return_record, fate)],
            file_name=f"{return_record.trust.ods_code} {collection.name.replace('/', '-').lower()}.xlsx",
            at=_moment(return_record, fate),
        ).submission


def explain_examples(collection: Collection) -> int:
    """Have most of the example trusts explain their warnings, as their people would; every sixth has not come to it yet. Gives how
    many did."""
    waiting = Submission.objects.filter(return_record__collection=collection, state=State.TO_EXPLAIN)
    explained = 0
    for submission in waiting.select_related("return_record__trust", "uploaded_by"):
        if draw(submission.return_record.trust.ods_code + "explains", 6):
            answers = {
                finding.pk: _reason(finding) for finding in Finding.objects.filter(submission=submission).to_explain()
            }
            by = submission.uploaded_by
            take_explanations(by=by, submission=submission, answers=answers, same_is_meant=True)
            explained += accept_if_explained(submission=submission)
    return explained


def _reason(finding: Finding) -> str:
    """What might be said of a figure, made up as the figure is."""
    reasons = (
        "as in the ledger for the year, checked with the budget holder",
        "one contract was paid for more than twelve months in this year",
        "the service moved between two directorates during the year",
        "posts were vacant for much of the year and filled by agency staff",
    )
    return f"{finding.label}: {reasons[draw(f'{finding.label}{finding.found}', len(reasons))]}."


def fate_of(trust: Trust, template: str) -> Fate:
    """What became of a trust's example return; the same on every machine."""
    if trust.ods_code == STORY_TRUST:
        return "not_started"
    drawn = draw(trust.ods_code + template, 100)
    return (
        "not_started" if drawn < 6 else "downloaded" if drawn < 11 else "has_errors" if drawn < 19 else "late" if drawn < 27 else "on_time"
    )  # fmt: skip


def _story_first(returns: Sequence[Return]) -> list[Return]:
    """The returns of the story's footprint before all others, so that a short load shows something there."""
    near = set(Trust.objects.filter(memberships__footprint__ons_code=STORY_FOOTPRINT).values_list("pk", flat=True))
    return sorted(returns, key=lambda return_record: (return_record.trust_id not in near, return_record.trust.ods_code))


def _workbook(return_record: Return, fate: Fate) -> bytes:
    trust, collection = return_record.trust, return_record.collection
    definition = registry.get(collection.template, collection.version)
    values = dict(
        example_values(
            definition,
            _published(trust, collection.year),
            seed=2016,
            trust_code=trust.ods_code,
            trust_type=trust.trust_type,
        )
    )
    if fate == "has_errors":
        values |= _slips(values, trust.ods_code)
    checksum = registry.checksum(collection.template, collection.version)
    return write_workbook(definition, trust_details(return_record), values=values, checksum=checksum)


def _published(trust: Trust, year: str) -> dict[str, Decimal]:
    """The trust's published figures, those of the collection's year before those of others."""
    rows = PublishedFigure.objects.filter(trust=trust, is_partial=False).order_by("year")
    figures = dict(rows.exclude(year=year).values_list("measure", "value"))
    return figures | dict(rows.filter(year=year).values_list("measure", "value"))


def _slips(values: Mapping[Place, Value], code: str) -> dict[Place, Value]:
    """What people get wrong: words in a number's place, here or there."""
    numbers = [place for place, value in values.items() if value.number]
    if not numbers:
        return {}  # a trust that buys everything gives words only
    first = draw(code + "slip", len(numbers))
    words = ("see note", "TBC", "approx 40", "n/a")
    return {
        numbers[(first + step * 7) % len(numbers)]: Value("text", text=words[(first + step) % len(words)])
        for step in range(2)
    }


def _moment(return_record: Return, fate: Fate) -> datetime:
    """When an example file came: in the fortnight before the due date, most of them near its end, or in the day after it."""
    collection = return_record.collection
    code = return_record.trust.ods_code
    days_before = -1 if fate == "late" else min(draw(code + "day", 14), draw(code + "later", 14))
    day = collection.due_date - timedelta(days=days_before)
    minute = time(9 + draw(code + "hour", 8), draw(code + "minute", 60))
    return timezone.make_aware(datetime.combine(day, minute))


def staff(trust: Trust) -> None:
    """Give a trust its people, save a few trusts that have nobody yet: the desk lists those."""
    if draw(trust.ods_code + "nobody", 40):
        preparer_of(trust)
        signatory_of(trust)


def signatory_of(trust: Trust) -> User:
    """The made-up finance director of a trust, as whom nobody can sign in."""
    if trust.ods_code == STORY_TRUST:
        return example_person(next(person for person in EXAMPLE_PEOPLE if person.kind == RoleKind.SIGNATORY))
    person = ExamplePerson(
        f"director@{trust.ods_code.lower()}.example",
        f"Finance director, {trust.ods_code}",
        RoleKind.SIGNATORY,
        "signs",
        trust=trust.ods_code,
    )
    return example_person(person, password=None)


def preparer_of(trust: Trust) -> User:
    """The made-up finance team of a trust, as whom nobody can sign in."""
    email = f"finance@{trust.ods_code.lower()}.example"
    return example_person(
        ExamplePerson(email, f"Finance team, {trust.ods_code}", RoleKind.PREPARER, "prepares", trust=trust.ods_code),
        password=None,
    )


def example_person(person: ExamplePerson, password: str | None = PASSWORD) -> User:
    """Make somebody with their role, unless they are there already. Without a password nobody can sign in as them: they are invited, by
    a letter that nobody was sent."""
    found = User.objects.filter(email=person.email).first()
    if found is not None:
        return found
    made = create_person(by=ACTOR, email=person.email, name=person.name, password=password)
    role = grant_role(
        by=ACTOR,
        to=made,
        kind=person.kind,
        trust=Trust.objects.get(ods_code=person.trust) if person.trust else None,
        footprint=Footprint.objects.get(ons_code=person.footprint) if person.footprint else None,
        region=person.region,
    )
    if password is None:
        secret = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
        Invitation.objects.create(
            user=made, role=role, token_sha256=secret, expires_at=timezone.now() + timedelta(days=365)
        )
    return made


def draw(text: str, sides: int) -> int:
    """A number from 0 up to but not including `sides`, the same for the same text on every machine."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % sides
