"""Which returns somebody can still do something about: the desk lists them, and the ladder reminds of them."""

from datetime import date

from django.db.models import Exists, OuterRef, Q

from submissions.models import Collection, Extension, FigureQuery, NilReturn, SignOff, Submission
from submissions.states import State


def still_live(today: date) -> Q:
    """Of returns: those whose round has opened and is open on a day, or that can be acted on after its close all the same: one that is
    in and waits for a signature, one with a query to answer, and one that was granted more time which has not passed."""
    about = {"return_record": OuterRef("pk")}
    not_ended = Q(collection__closes_date=None) | Q(collection__closes_date__gte=today)
    on_record = Exists(Submission.objects.filter(**about, state=State.ACCEPTED))
    unsigned = (on_record & ~Exists(SignOff.objects.in_force().filter(**about))) | Q(
        Exists(NilReturn.objects.in_force().filter(**about, signed_at=None))
    )
    to_sign = Q(collection__sign_off_rule=Collection.SignOffRule.SIGNATORY) & Q(unsigned)
    queried = Q(on_record) & Q(Exists(FigureQuery.objects.open().filter(**about)))
    longer = Extension.objects.granted().filter(
        **about, until_date__gte=today, until_date__gt=OuterRef("collection__due_date")
    )
    is_open = Q(collection__closed_at=None) & not_ended
    return Q(collection__opens_date__lte=today) & (is_open | to_sign | queried | Q(Exists(longer)))
