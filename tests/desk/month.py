"""The people and the doings of a simulated month, through the portal's own code: the other half of `month_script`."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import time_machine
from django.contrib.auth.hashers import make_password
from django.db import connection

from desk.actions.contacts import log_contact
from desk.actions.digests import send_digests
from desk.actions.pauses import pause
from desk.actions.send_chases import send_due_chases
from footprints.letters import send_letters
from footprints.models import Footprint, Region, Role, RoleKind, Trust, User
from footprints.reference_load import load_reference
from submissions.actions.download import download_workbook
from submissions.actions.excuses import excuse_return
from submissions.actions.explain import accept_if_explained, take_explanations
from submissions.actions.extensions import ask_extension, decide_extension
from submissions.actions.figure_queries import answer_query, ask_query, close_query
from submissions.actions.nil_returns import declare_nil, take_back_nil
from submissions.actions.open_collection import open_collection
from submissions.actions.open_return import open_return
from submissions.actions.process import process
from submissions.actions.receipts import write_receipt_letters
from submissions.actions.receive import receive
from submissions.actions.reopen import ask_reopening, decide_reopening
from submissions.actions.sign_off import sign_nil, sign_off
from submissions.models import Extension, FigureQuery, Reopening, Return, Submission
from submissions.queries.signed_content import digest_of, digest_of_nil
from submissions.queries.signing import file_on_record, nil_in_force, nil_reference
from submissions.states import State
from templates_app.reading import Value
from tests.desk.month_script import CLOSES, DUE, LEAD_TIME, MANAGED, OPENS, Act
from tests.submissions.scenes import workbook
from ui.formats import LONDON

QUESTION = "This is twice what others have. Does the figure hold another trust's work?"
REASON = "The payroll provider sends its figures late."
ODD = {("PSV9", "value"): Value("number", number=Decimal(49_240))}
"""A hundred times what is usual, which is a warning."""
WORDS_FOR_A_NUMBER = {("PSV3", "value"): Value("text", text="see note")}


def moment(day: date, at: time) -> datetime:
    """A moment in London, as the clock of the machine counts it."""
    return datetime.combine(day, at, LONDON).astimezone(UTC)


class People:
    """Everybody of England whom the portal may write to, by what they are and where, such as "preparer R1H"."""

    def __init__(self) -> None:
        trusts, footprints = list(Trust.objects.all()), list(Footprint.objects.all())
        posts: list[tuple[str, dict[str, object]]] = [
            *((f"preparer {one.ods_code}", {"kind": RoleKind.PREPARER, "trust": one}) for one in trusts),
            *((f"signatory {one.ods_code}", {"kind": RoleKind.SIGNATORY, "trust": one}) for one in trusts),
            *((f"chief {one.ods_code}", {"kind": RoleKind.CHIEF_EXECUTIVE, "trust": one}) for one in trusts),
            *((f"lead {one.ons_code}", {"kind": RoleKind.STP_LEAD, "footprint": one}) for one in footprints),
            *((f"director {name}", {"kind": RoleKind.REGIONAL_DIRECTOR, "region": name}) for name in Region.values),
            *((f"support {name}", {"kind": RoleKind.SUPPORT_MANAGER, "region": name}) for name in MANAGED),
            ("manager", {"kind": RoleKind.COLLECTION_MANAGER}),
        ]
        password = make_password("a password for one test")
        users = User.objects.bulk_create(
            User(email=f"{name.replace(' ', '.').lower()}@example.nhs.uk", name=name.capitalize(), password=password)
            for name, _ in posts
        )
        Role.objects.bulk_create(
            Role(user=user, from_date=date(2016, 4, 1), **scope) for user, (_, scope) in zip(users, posts, strict=True)
        )
        self.by_name = {name: user for user, (name, _) in zip(users, posts, strict=True)}
        self.names = {user.email: name for name, user in self.by_name.items()}

    def __getitem__(self, name: str) -> User:
        # A person remembers their roles of the day as long as the object lives.
        return User.objects.get(pk=self.by_name[name].pk)


class RealMonth:
    """A round of the pathology template over all of England."""

    def __init__(self, clock: time_machine.Traveller) -> None:
        self.clock = clock
        load_reference(by="a simulated month")
        self.people = People()
        self.collection = open_collection(
            by=self.people["manager"],
            template="pathology",
            version="2016.1",
            name="Pathology 2015/16",
            opens_date=OPENS,
            due_date=DUE,
            closes_date=CLOSES,
            ladder="standard",
        )
        owed = Return.objects.filter(collection=self.collection).select_related("trust", "collection")
        self.returns = {one.trust.ods_code: one for one in owed}
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self._doings: dict[str, Callable[[str, Act], object]] = {
            "open": lambda code, act: open_return(by=self._preparer(code), return_record=self.returns[code]),
            "download": lambda code, act: download_workbook(by=self._preparer(code), return_record=self.returns[code]),
            "send clean": lambda code, act: self._send(code, workbook(self.returns[code])),
            "send errors": lambda code, act: self._send(code, workbook(self.returns[code], WORDS_FOR_A_NUMBER)),
            "send words": lambda code, act: self._send(code, b"This is no workbook."),
            "send odd": lambda code, act: self._send(code, workbook(self.returns[code], ODD)),
            "check": self._check,
            "explain": self._explain,
            "query": lambda code, act: ask_query(
                by=self._support(code), submission=self._file(code), place=("PSV3", "value"), question=QUESTION
            ),
            "answer": lambda code, act: answer_query(
                by=self._preparer(code),
                query=FigureQuery.objects.open().get(return_record=self.returns[code]),
                answer="The laboratory serves two other trusts.",
            ),
            "sign": self._sign,
            "declare nil": lambda code, act: declare_nil(
                by=self._preparer(code), return_record=self.returns[code], reason="The trust buys no pathology."
            ),
            "sign nil": self._sign_nil,
            "take nil back": lambda code, act: take_back_nil(
                by=self._preparer(code), return_record=self.returns[code], reason="One contract was forgotten."
            ),
            "ask to reopen": lambda code, act: ask_reopening(
                by=self.people[f"signatory {code}"], return_record=self.returns[code], reason=REASON
            ),
            "reopen": lambda code, act: decide_reopening(
                by=self.people["manager"],
                reopening=Reopening.objects.waiting().get(sign_off__return_record=self.returns[code]),
                grant=True,
                reason=REASON,
            ),
            "close": lambda code, act: close_query(
                by=self._support(code), query=FigureQuery.objects.unsettled().get(return_record=self.returns[code])
            ),
            "excuse": lambda code, act: excuse_return(
                by=self.people["manager"], return_record=self.returns[code], reason="It merges with another trust."
            ),
            "ask": lambda code, act: ask_extension(
                by=self._preparer(code), return_record=self.returns[code], until=self._until(act), reason=REASON
            ),
            "grant": self._decide,
            "refuse": self._decide,
            "talk": lambda code, act: log_contact(
                by=self._support(code),
                return_record=self.returns[code],
                kind="call",
                with_whom="Their finance director",
                said=REASON,
                promised_date=act.until,
            ),
            "pause": lambda code, act: pause(
                by=self._support(code), trust=self.returns[code].trust, reason=REASON, until_date=self._until(act)
            ),
        }

    def morning(self, day: date, at: time) -> None:
        """What the portal does by itself: its worker runs these again and again, and sends what was written."""
        self.clock.move_to(moment(day, at))
        send_digests()
        if at >= LEAD_TIME:
            send_due_chases()
            send_due_chases()  # a second run the same day takes nothing twice
        self.post()

    def do(self, code: str, act: Act) -> None:
        """One act of the script."""
        self.clock.move_to(moment(act.day, act.at))
        self._doings[act.verb](code, act)

    def post(self) -> None:
        """Send every letter that was written."""
        write_receipt_letters()
        while send_letters():
            pass

    def end(self, day: date) -> None:
        """The evening of the last day."""
        self.clock.move_to(moment(day, time(18)) + timedelta(seconds=1))
        self.post()

    def _preparer(self, code: str) -> User:
        return self.people[f"preparer {code}"]

    def _support(self, code: str) -> User:
        region = self.returns[code].trust.region
        return self.people[f"support {region}" if region in MANAGED else "manager"]

    def _until(self, act: Act) -> date:
        assert act.until is not None
        return act.until

    def _send(self, code: str, data: bytes) -> None:
        receive(by=self._preparer(code), return_record=self.returns[code], chunks=[data], file_name="ours.xlsx")

    def _check(self, code: str, act: Act) -> None:
        process(submission_id=Submission.objects.unfinished().get(return_record=self.returns[code]).pk)

    def _explain(self, code: str, act: Act) -> None:
        file = Submission.objects.get(return_record=self.returns[code], state=State.TO_EXPLAIN)
        answers = {found.pk: f"We test for four counties: {found.label}." for found in file.findings.to_explain()}
        take_explanations(by=self._preparer(code), submission=file, answers=answers)
        assert accept_if_explained(submission=file)

    def _file(self, code: str) -> Submission:
        file = file_on_record(self.returns[code])
        assert file is not None
        return file

    def _sign(self, code: str, act: Act) -> None:
        file = self._file(code)
        sign_off(
            by=self.people[f"signatory {code}"],
            return_record=self.returns[code],
            reference=file.reference,
            digest=digest_of(file),
            declared=True,
        )

    def _sign_nil(self, code: str, act: Act) -> None:
        nil = nil_in_force(self.returns[code])
        assert nil is not None
        sign_nil(
            by=self.people[f"signatory {code}"],
            return_record=self.returns[code],
            reference=nil_reference(nil),
            digest=digest_of_nil(nil),
            declared=True,
        )

    def _decide(self, code: str, act: Act) -> None:
        decide_extension(
            by=self._support(code),
            extension=Extension.objects.waiting().get(return_record=self.returns[code]),
            grant=act.verb == "grant",
            reason=REASON,
            until=act.until,
        )
