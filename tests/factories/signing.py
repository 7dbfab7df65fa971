"""What people sign, ask for and grant."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from submissions.models import Excuse, Extension, FigureQuery, NilReturn, Reopening, SelfSignOffPermit, SignOff
from tests.factories.organisations import TrustFactory, UserFactory
from tests.factories.returns import ReturnFactory, SubmissionFactory


class SignOffFactory(DjangoModelFactory):
    """A signature that is in force."""

    class Meta:
        model = SignOff

    submission = factory.SubFactory(SubmissionFactory)
    return_record = factory.LazyAttribute(lambda made: made.submission.return_record)
    digest = "5" * 64
    declaration = "I have checked this return."
    signed_by = factory.SubFactory(UserFactory)


class ReopeningFactory(DjangoModelFactory):
    """A reopening that was asked for and not decided."""

    class Meta:
        model = Reopening

    sign_off = factory.SubFactory(SignOffFactory)
    reason = "The pay of one department was left out."
    asked_by = factory.SubFactory(UserFactory)


class SelfSignOffPermitFactory(DjangoModelFactory):
    class Meta:
        model = SelfSignOffPermit

    trust = factory.SubFactory(TrustFactory)
    reason = "The finance team is one person."
    given_by = factory.SubFactory(UserFactory)
    until_date = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=90))


class ExtensionFactory(DjangoModelFactory):
    """More time that was asked for and not decided."""

    class Meta:
        model = Extension

    return_record = factory.SubFactory(ReturnFactory)
    asked_by = factory.SubFactory(UserFactory)
    asked_until_date = factory.LazyAttribute(lambda made: made.return_record.collection.due_date + timedelta(days=7))
    reason = "The payroll provider sends its figures late."


class NilReturnFactory(DjangoModelFactory):
    class Meta:
        model = NilReturn

    return_record = factory.SubFactory(ReturnFactory)
    reason = "The trust neither provides nor buys pathology."
    declared_by = factory.SubFactory(UserFactory)


class ExcuseFactory(DjangoModelFactory):
    class Meta:
        model = Excuse

    return_record = factory.SubFactory(ReturnFactory)
    reason = "The trust merges on 1 October 2016."
    approved_by = factory.SubFactory(UserFactory)


class FigureQueryFactory(DjangoModelFactory):
    """A query that the trust has not answered."""

    class Meta:
        model = FigureQuery

    submission = factory.SubFactory(SubmissionFactory)
    return_record = factory.LazyAttribute(lambda made: made.submission.return_record)
    line = "FIN3"
    column = "pay"
    found = "412"
    question = "This is three times last year's. Is the shared service in it?"
    asked_by = factory.SubFactory(UserFactory)
