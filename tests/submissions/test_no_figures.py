"""Nil returns and excuses: who may, when not, who is told, and that a file and a nil return never come together."""

import pytest
from django.urls import reverse
from django.utils import timezone

from footprints.access import NotAllowed
from footprints.models import Event, Letter, RoleKind
from submissions.actions.excuses import CannotExcuse, end_excuse, excuse_return
from submissions.actions.locked import ReturnIsLocked
from submissions.actions.nil_returns import CannotDeclareNil, declare_nil, take_back_nil
from submissions.actions.receive import receive
from submissions.models import Excuse, NilReturn, Return, Submission
from submissions.queries.progress import return_rows
from submissions.stages import Stage
from submissions.states import State
from tests.factories import (
    CollectionFactory,
    ExcuseFactory,
    NilReturnFactory,
    ReturnFactory,
    RoleFactory,
    SubmissionFactory,
    UserFactory,
)
from tests.submissions.query_scenes import somebody
from tests.submissions.scenes import at_once

pytestmark = pytest.mark.usefixtures("db")
REASON = "Our trust buys nothing and has no laboratory"


@pytest.fixture
def owed():
    return ReturnFactory(
        trust__name="Barts Health NHS Trust",
        trust__region="North",
        collection=CollectionFactory(template="pathology", version="2016.1", sign_off_rule="signatory"),
    )


@pytest.fixture
def preparer(owed):
    return somebody(RoleKind.PREPARER, trust=owed.trust)


@pytest.fixture
def manager():
    return somebody(RoleKind.COLLECTION_MANAGER)


def file_of(owed, state=State.ACCEPTED):
    return SubmissionFactory(return_record=owed, state=state, loaded_at=timezone.now() if state == "accepted" else None)


def whole(error, act, **more):
    with pytest.raises(error) as found:
        act(**more)
    return found.value.troubles["whole"]


def stage():
    (row,) = return_rows(Return.objects.all())
    return row.standing


def declare(by, owed, reason=REASON):
    return declare_nil(by=by, return_record=owed, reason=reason)


class TestNilReturn:
    def test_a_trust_declares_and_its_signatory_is_told(self, owed, preparer):
        signatory = somebody(RoleKind.SIGNATORY, trust=owed.trust)
        nil = declare(preparer, owed, f" {REASON} ")
        assert NilReturn.objects.get().reason == REASON
        assert stage() == Stage.NIL_TO_SIGN
        event = Event.objects.get(verb="nil return declared")
        assert (event.user, event.trust, event.detail["return"]) == (preparer, owed.trust, owed.pk)
        assert [letter.to for letter in Letter.objects.all()] == [signatory]
        (row,) = return_rows(Return.objects.all())
        assert (row.in_at, row.deadline_words) == (nil.declared_at, "In on time")

    def test_where_nobody_signs_it_is_complete(self, owed, preparer):
        owed.collection.sign_off_rule = "not_needed"
        owed.collection.save()
        declare(preparer, owed)
        assert stage() == Stage.NIL
        assert not Letter.objects.exists()

    @pytest.mark.parametrize("kind", [RoleKind.SIGNATORY, RoleKind.COLLECTION_MANAGER, RoleKind.SUPPORT_MANAGER])
    def test_others_may_not(self, kind, owed):
        scope = {"trust": owed.trust} if kind == RoleKind.SIGNATORY else {}
        with pytest.raises(NotAllowed):
            declare(somebody(kind, **scope), owed)
        with pytest.raises(NotAllowed):
            declare(somebody(RoleKind.PREPARER, trust=ReturnFactory().trust), owed)

    def test_the_reason_says_something(self, owed, preparer):
        with pytest.raises(CannotDeclareNil) as found:
            declare(preparer, owed, "none")
        assert set(found.value.troubles) == {"reason"}

    @pytest.mark.parametrize(
        ("what", "said"),
        [
            (State.ACCEPTED, "is on record for this return"),
            (State.RECEIVED, "with us to be checked"),
            (State.STUCK, "with us to be checked"),
            ("excused", "no longer expects this return"),
            ("closed", "closed"),
            ("twice", "declared on"),
            ("template", "has no nil return"),
        ],
    )
    def test_when_it_cannot_be_declared(self, what, said, owed, preparer, manager):
        match what:
            case State():
                file_of(owed, what)
            case "excused":
                ExcuseFactory(return_record=owed)
            case "closed":
                owed.collection.closed_at, owed.collection.closed_by = timezone.now(), manager
            case "twice":
                NilReturnFactory(return_record=owed)
            case "template":
                owed.collection.template = "back_office"
        owed.collection.save()
        assert said in whole(CannotDeclareNil, declare_nil, by=preparer, return_record=owed, reason=REASON)

    @pytest.mark.parametrize("state", [State.BLOCKED, State.TO_EXPLAIN, State.REFUSED])
    def test_a_file_that_came_to_nothing_is_not_in_the_way(self, state, owed, preparer):
        file_of(owed, state)
        assert declare(preparer, owed)

    def test_no_file_is_taken_while_it_stands(self, owed, preparer):
        declare(preparer, owed)
        with pytest.raises(ReturnIsLocked, match="Take the nil return back"):
            receive(by=preparer, return_record=owed, chunks=[b"x"], file_name="ours.xlsx")
        take_back_nil(by=preparer, return_record=owed, reason="We have a laboratory")
        assert Event.objects.get(verb="nil return taken back").detail["why"] == "We have a laboratory"
        assert receive(by=preparer, return_record=owed, chunks=[b"x"], file_name="ours.xlsx")
        assert stage() == Stage.CHECKING

    def test_a_signed_one_is_taken_back_by_nhs_improvement_only(self, owed, preparer, manager):
        nil = declare(preparer, owed)
        signatory = somebody(RoleKind.SIGNATORY, trust=owed.trust)
        NilReturn.objects.filter(pk=nil.pk).update(signed_by=signatory, signed_at=timezone.now())
        with pytest.raises(NotAllowed):
            take_back_nil(by=preparer, return_record=owed, reason=REASON)
        take_back_nil(by=manager, return_record=owed, reason="They opened a laboratory")
        assert {letter.to for letter in Letter.objects.filter(kind="nil_taken_back")} == {preparer, signatory}

    def test_nothing_to_take_back(self, owed, preparer):
        asked = {"by": preparer, "return_record": owed, "reason": REASON}
        assert "No nil return is declared" in whole(CannotDeclareNil, take_back_nil, **asked)

    def test_a_file_and_a_nil_return_at_once_leave_one_of_the_two(self, transactional_db, owed, preparer):
        def attempt(act):
            try:
                return act()
            except (CannotDeclareNil, ReturnIsLocked) as refusal:
                return refusal

        upload = {"by": preparer, "return_record": owed, "chunks": [b"x"], "file_name": "ours.xlsx"}
        at_once(lambda: attempt(lambda: receive(**upload)), lambda: attempt(lambda: declare(preparer, owed)))
        assert NilReturn.objects.count() + Submission.objects.count() == 1


class TestExcuse:
    def test_a_manager_excuses_and_the_trust_is_told(self, owed, preparer, manager):
        excuse_return(by=manager, return_record=owed, reason=f"{REASON} ")
        kept = Excuse.objects.get()
        assert (kept.reason, kept.approved_by) == (REASON, manager)
        assert stage() == Stage.EXCUSED
        assert Event.objects.get(verb="return excused").user == manager
        letter = Letter.objects.get()
        assert (letter.to, REASON in letter.text) == (preparer, True)
        with pytest.raises(ReturnIsLocked, match="no longer expects"):
            receive(by=preparer, return_record=owed, chunks=[b"x"], file_name="ours.xlsx")

    def test_it_is_expected_again(self, owed, preparer, manager):
        excuse_return(by=manager, return_record=owed, reason=REASON)
        ended = end_excuse(by=manager, return_record=owed)
        assert (ended.ended_by, stage()) == (manager, Stage.NOT_STARTED)
        assert Letter.objects.count() == 2
        assert "not excused" in whole(CannotExcuse, end_excuse, by=manager, return_record=owed)
        assert excuse_return(by=manager, return_record=owed, reason=REASON)

    @pytest.mark.parametrize("kind", [RoleKind.SUPPORT_MANAGER, RoleKind.ANALYST, RoleKind.PREPARER])
    def test_others_may_not(self, kind, owed):
        by = somebody(kind, **({"trust": owed.trust} if kind == RoleKind.PREPARER else {}))
        ExcuseFactory(return_record=owed)
        with pytest.raises(NotAllowed):
            excuse_return(by=by, return_record=owed, reason=REASON)
        with pytest.raises(NotAllowed):
            end_excuse(by=by, return_record=owed)

    @pytest.mark.parametrize(
        ("what", "said"),
        [
            (State.ACCEPTED, "is on record"),
            (State.RECEIVED, "with us to be checked"),
            ("nil", "A nil return is declared"),
            ("twice", "excused already"),
        ],
    )
    def test_when_not(self, what, said, owed, manager):
        match what:
            case State():
                file_of(owed, what)
            case "nil":
                NilReturnFactory(return_record=owed)
            case "twice":
                ExcuseFactory(return_record=owed)
        assert said in whole(CannotExcuse, excuse_return, by=manager, return_record=owed, reason=REASON)

    def test_the_reason_says_something(self, owed, manager):
        with pytest.raises(CannotExcuse) as found:
            excuse_return(by=manager, return_record=owed, reason="merger")
        assert set(found.value.troubles) == {"reason"}

    def test_a_double_click_excuses_once(self, transactional_db, owed, manager):
        def attempt():
            try:
                return excuse_return(by=manager, return_record=owed, reason=REASON)
            except CannotExcuse as refusal:
                return refusal

        assert sorted(type(made).__name__ for made in at_once(attempt, attempt)) == ["CannotExcuse", "Excuse"]


def address(name, owed):
    return reverse(f"submissions:{name}", args=[owed.pk])


def page(client, person, at):
    client.force_login(person)
    answer = client.get(at)
    assert answer.status_code == 200
    return answer.content.decode()


class TestPages:
    def test_nil_from_the_return_and_back(self, client, owed, preparer):
        html = page(client, preparer, address("return", owed))
        assert "The trust neither provides nor buys any pathology." in html
        assert f'href="{address("nil_return", owed)}"' in html
        answer = client.post(address("nil_return", owed), {"reason": "none", "do": "declare"})
        assert (answer.status_code, answer.content.decode().count("at least 10 letters")) == (422, 2)
        answer = client.post(address("nil_return", owed), {"reason": REASON, "do": "declare"}, follow=True)
        html = answer.content.decode()
        assert "A signatory of your trust signs it next." in html
        assert "Take the nil return back" in html
        assert "Upload your filled workbook" not in html
        answer = client.post(address("nil_return", owed), {"reason": REASON, "do": "declare"})
        assert (answer.status_code, "declared on" in answer.content.decode()) == (422, True)
        assert NilReturn.objects.in_force().exists(), "a second tab that declares takes nothing back"
        client.post(address("nil_return", owed), {"reason": "We have a laboratory", "do": "take_back"})
        assert not NilReturn.objects.in_force().exists()

    def test_a_template_without_nil_returns_offers_none(self, client, preparer, owed):
        owed.collection.template = "back_office"
        owed.collection.save()
        assert "Nothing to report?" not in page(client, preparer, address("return", owed))
        assert "has no nil return" in page(client, preparer, address("nil_return", owed))

    def test_excused_as_the_trust_and_as_the_manager_see_it(self, client, owed, preparer, manager):
        assert "Excuse this return" not in page(client, preparer, address("return", owed))
        assert "Excuse this return" in page(client, manager, address("return", owed))
        assert client.post(address("excuse", owed), {}).status_code == 422
        answer = client.post(address("excuse", owed), {"reason": REASON}, follow=True)
        assert "Barts Health NHS Trust need not send this return." in answer.content.decode()
        html = page(client, preparer, address("return", owed))
        assert "You need not send this return" in html
        assert REASON in html
        assert manager.name in html
        assert "Expect it again" not in html
        assert "Expect this return again" in page(client, manager, address("excuse", owed))
        client.post(address("excuse", owed), {"do": "end"})
        assert "need not send this return" not in page(client, preparer, address("return", owed))
        client.force_login(manager)
        assert "is not excused" in client.post(address("excuse", owed), {"do": "end"}, follow=True).content.decode()

    def test_nobody_else_finds_the_pages(self, client, owed):
        stranger = RoleFactory(kind=RoleKind.PREPARER, user=UserFactory()).user
        client.force_login(stranger)
        for name in ("nil_return", "excuse"):
            assert client.get(address(name, owed)).status_code == 404
            assert client.post(address(name, owed), {"reason": REASON}).status_code == 404
        assert (NilReturn.objects.count(), Excuse.objects.count()) == (0, 0)
