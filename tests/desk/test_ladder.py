"""The ladder: when each step is taken, for whom, and every fault of its file at once."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from desk.ladder import FOLDER, STANDARD, Rung, UnknownLadder, day_of, due_rung, ladder, ladders, rung_by_hand
from desk.ladder_file import CHASEABLE, LadderFaults, parse_ladder
from footprints.working_days import add_working_days, is_working_day
from submissions.stages import Stage

STEPS = ladder(STANDARD)
DUE = date(2016, 9, 30)
"""A Friday."""
OPENS = date(2016, 8, 27)
"""The Saturday before a bank holiday: the first working day is Tuesday the 30th."""
WRITTEN = (FOLDER / "standard.yaml").read_text()
NEVER = ("please", "invalid", "oops", "illegal")


def rung(code: str) -> Rung:
    return next(step for step in STEPS.rungs if step.code == code)


class TestTheStandardLadder:
    def test_it_climbs_from_the_preparer_to_the_regional_director(self):
        to_come = [step for step in STEPS.rungs if Stage.NOT_STARTED in step.stages]
        assert to_come[0].at_opening
        assert (to_come[0].code, to_come[0].to) == ("opens", ("preparer", "signatory"))
        assert [step.days for step in to_come[1:]] == [-10, -5, -1, 0, 1, 3, 5, 10]
        assert [step.to[0] for step in to_come[1:]] == [
            "preparer", "preparer", "preparer", "preparer", "preparer", "signatory", "chief_executive", "stp_lead",
        ]  # fmt: skip
        assert "regional_director" in to_come[-1].to

    def test_what_waits_for_a_signature_goes_to_the_signatory(self):
        to_sign = [step for step in STEPS.rungs if Stage.TO_SIGN in step.stages]
        assert to_sign
        assert all("signatory" in step.to for step in to_sign)
        assert not {"stp_lead", "regional_director"} & {role for step in to_sign for role in step.to}

    def test_whatever_somebody_can_be_reminded_of_can_be_written_by_hand(self):
        assert set(STEPS.by_hand) == CHASEABLE
        assert not CHASEABLE & {Stage.CHECKING, Stage.STUCK, Stage.SIGNED, Stage.EXCUSED}

    def test_its_words_are_ours(self):
        messages = [*STEPS.rungs, *STEPS.by_hand.values()]
        words = " ".join(f"{message.subject} {message.text}" for message in messages).lower()
        assert not [word for word in NEVER if word in words]
        assert "£" not in words

    def test_ladders_are_found_by_code(self):
        assert STANDARD in ladders()
        with pytest.raises(UnknownLadder, match="no ladder steep"):
            ladder("steep")


class TestWhen:
    @pytest.mark.parametrize(
        ("code", "day"),
        [
            ("opens", date(2016, 8, 30)),
            ("before-10", date(2016, 9, 16)),
            ("before-1", date(2016, 9, 29)),
            ("due-today", DUE),
            ("late-1", date(2016, 10, 3)),
            ("late-10", date(2016, 10, 14)),
        ],
    )
    def test_in_working_days_from_the_due_date(self, code, day):
        assert day_of(rung(code), due=DUE, opens=OPENS) == day

    def test_over_christmas(self):
        assert day_of(rung("late-1"), due=date(2016, 12, 23), opens=OPENS) == date(2016, 12, 28)

    def test_the_last_step_that_is_due_and_no_earlier_one(self):
        def due_on(day: date, *taken: str) -> str | None:
            step = due_rung(STEPS, Stage.DOWNLOADED, due=DUE, opens=OPENS, today=day, taken=taken)
            return step and step.code

        assert due_on(date(2016, 8, 29)) is None
        assert due_on(date(2016, 8, 30)) == "opens"
        assert due_on(date(2016, 9, 15)) == "opens", "added late, it is told all the same"
        assert due_on(date(2016, 9, 15), "opens") is None
        assert due_on(date(2016, 9, 16)) == "before-10"
        assert due_on(date(2016, 9, 22)) == "before-10"
        assert due_on(date(2016, 9, 22), "before-10") is None
        assert due_on(date(2016, 10, 20)) == "late-10", "added late, it gets one letter and not eight"
        assert due_on(date(2016, 10, 20), "late-10") is None

    def test_a_step_before_the_due_date_is_not_taken_after_it(self):
        assert due_rung(STEPS, Stage.TO_SIGN, due=DUE, opens=OPENS, today=DUE) is None, (
            "there is no step on the day itself"
        )
        assert due_rung(STEPS, Stage.TO_SIGN, due=DUE, opens=OPENS, today=DUE - timedelta(1)).code == "sign-before-1"

    @pytest.mark.parametrize("length", [0, 1, 3, 5, 10, 11, 20, 90])
    def test_that_it_opens_is_told_on_the_first_day_however_long_the_round_is(self, length):
        opens = add_working_days(DUE, -length)
        taken: list[tuple[date, str]] = []
        for day in (add_working_days(opens, number) for number in range(length + 1)):
            codes = [code for _, code in taken]
            step = due_rung(STEPS, Stage.NOT_STARTED, due=DUE, opens=opens, today=day, taken=codes)
            if step is not None:
                taken.append((day, step.code))
        later = [(add_working_days(DUE, -days), f"before-{days}") for days in (10, 5, 1) if days < length]
        first = [(opens, "opens")] if length else []
        assert taken == [*first, *later, (DUE, "due-today")], "and what would come with it or before it is passed over"

    def test_a_return_that_waits_for_us_has_none(self):
        assert due_rung(STEPS, Stage.CHECKING, due=DUE, opens=OPENS, today=DUE) is None
        assert rung_by_hand(STANDARD, Stage.STUCK, due=DUE, today=DUE) is None

    @given(st.dates(date(2016, 4, 1), date(2018, 3, 31)), st.sampled_from(sorted(CHASEABLE)))
    def test_day_by_day_each_step_is_taken_once_and_in_order(self, due, stage):
        taken: list[Rung] = []
        opens = day = add_working_days(due, -12)
        while day < due + timedelta(30):
            step = due_rung(STEPS, stage, due=due, opens=opens, today=day, taken=[step.code for step in taken])
            if step is not None and is_working_day(day):
                taken.append(step)
            day += timedelta(1)
        mine = [step.code for step in STEPS.rungs if stage in step.stages]
        codes = [step.code for step in taken]
        # Where it is due on a day off, the step of that day is passed over by the one of the next working day.
        assert codes in (mine, [code for code in mine if code != "due-today"])
        assert codes == mine or not is_working_day(due)

    def test_by_hand_once_a_day(self):
        today = rung_by_hand("", Stage.BLOCKED, due=DUE, today=date(2016, 10, 4))
        assert (today.code, today.days, today.is_by_hand) == ("by-hand-2016-10-04", 2, True)
        assert today.stages == {Stage.BLOCKED}
        assert not rung("late-1").is_by_hand


def faults_of(text: str, name: str = "standard") -> str:
    with pytest.raises(LadderFaults) as caught:
        parse_ladder(text, name)
    return str(caught.value)


class TestTheFile:
    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("ladder: standard", "ladder: steep", "line 2: ladder: The file is named standard, but it holds steep."),
            ("[queried]", "[querried]", "querried is not a stage of a return."),
            ("[queried]", "[queried, checking]", "At checking there is nothing that anybody could be reminded of."),
            ("[queried]", "[queried, blocked]", "blocked stands in to_come already."),
            ("[to_sign, nil_to_sign]", "[to_sign]", "No group holds nil_to_sign."),
            ("code: late-3", "code: late-1", "late-1 is the code of 2 steps."),
            ("code: late-3", "code: by-hand-3", "Codes that begin with by-hand are for reminders sent by hand."),
            ("code: late-3", "code: Late 3", "Late 3 is not written as a code is"),
            ("days: 3", "days: 1", "Two steps for to_come fall on the same day."),
            ("days: 3", "days: 2.5", "2.5 is not a whole number of days."),
            ("days: 3", "days: 90", "90 days is too far from the due date"),
            ("days: 3", "days: soon", "soon is not a number."),
            ("days: -10", "days: -1000", "-1000 days is too far from the due date"),
            ("days: -10", "days: opening", "Two steps for to_come fall on the same day."),
            ("{days_left}", "{days_late}", "{days_late} is only for steps after the due date."),
            ("days: 3", "day: 3", "day is not a word that ladders know."),
            ("days: 3", "days: -3", "{days_late} is only for steps after the due date."),
            ("days: -5", "days: 7", "{days_left} is only for steps before the due date."),
            ("to: [preparer]", "to: [cook]", "cook is not one of"),
            ("to: [preparer]", "to: []", "to is empty; at least 1 is needed."),
            ("to: [preparer]", "to: preparer", "to is a list; write it as [one, two]."),
            ("to: [preparer]", "to: [preparer, preparer]", "Somebody is named twice."),
            ("for: to_come", "for: to_sing", "to_sing is not one of the groups above."),
            ("You have {days_left}.", "You have {days}.", "{days} is not known; there are collection, days_late"),
            ("You have {days_left}.", "You have {trust.pk}.", "{trust.pk} is not known"),
            ("You have {days_left}.", "You have {trust!r:>9}.", "{trust!r:>9} is not known"),
            ("You have {days_left}.", "You have {days_left.", "The curly brackets cannot be read"),
            ("      {link}\n", "      here\n", "The text needs {link}"),
            ("title: Ten working days before\n", "title:\n", "title is empty."),
            ("    title: Ten working days before\n", "", "title is missing."),
            ("  - for: to_answer", "  - for: to_sign", "to_answer needs one message to be sent by hand; there are 0."),
        ],
    )  # fmt: skip
    def test_every_fault_is_named_with_its_line(self, old, new, said):
        assert old in WRITTEN
        assert said in faults_of(WRITTEN.replace(old, new, 1))

    def test_all_faults_at_once(self):
        broken = WRITTEN.replace("code: late-3", "code: late-1").replace("{support}", "{manager}", 1)
        said = faults_of(broken).splitlines()
        assert len(said) == 3
        assert all(line.startswith("line ") for line in said)

    @pytest.mark.parametrize("text", ["", "- one", "a: &b 1", "ladder: [", "ladder: standard\n"])
    def test_what_is_no_ladder_is_said_to_be_none(self, text):
        assert faults_of(text)


class TestTheCommand:
    def test_it_shows_on_which_day_each_step_falls(self, capsys):
        call_command("check_ladders", "2016-09-30")
        lines = capsys.readouterr().out.splitlines()
        assert lines[0] == "standard: Standard ladder"
        assert "the opening day  When the round opens, to preparer, signatory: " in lines[1]
        assert lines[2].split("  ")[-1].startswith("Ten working days before, to preparer: ")
        assert "16 September 2016" in lines[2]
        assert len(lines) == 1 + len(STEPS.rungs)
        call_command("check_ladders", "2016-09-30", OPENS.isoformat())
        assert "30 August 2016  When the round opens" in capsys.readouterr().out

    def test_it_lists_the_faults_of_every_file(self, tmp_path, monkeypatch):
        monkeypatch.setattr("desk.management.commands.check_ladders.FOLDER", tmp_path)
        for name in ("gentle", "steep"):
            (tmp_path / f"{name}.yaml").write_text(WRITTEN)
        with pytest.raises(CommandError, match=r"gentle.yaml, line 2.*\n?.*steep.yaml, line 2") as caught:
            call_command("check_ladders")
        assert len(str(caught.value).splitlines()) == 2
