"""What the desk keeps."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from desk.models import Assignment, Chase, Contact, Feedback, FeedbackAnswer, Pause, SavedView, SupportOverride
from tests.factories.organisations import TrustFactory, UserFactory
from tests.factories.returns import ReturnFactory


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    return_record = factory.SubFactory(ReturnFactory)
    kind = "call"
    with_whom = "Amina Khan"
    said = "They are waiting for the payroll provider."
    by = factory.SubFactory(UserFactory)


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = Assignment

    trust = factory.SubFactory(TrustFactory)
    manager = factory.SubFactory(UserFactory)
    by = factory.SubFactory(UserFactory)


class PauseFactory(DjangoModelFactory):
    class Meta:
        model = Pause

    trust = factory.SubFactory(TrustFactory)
    reason = "Their finance director has died."
    until_date = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=7))
    by = factory.SubFactory(UserFactory)


class ChaseFactory(DjangoModelFactory):
    class Meta:
        model = Chase

    return_record = factory.SubFactory(ReturnFactory)
    rung = "due-tomorrow"
    due_date = factory.LazyAttribute(lambda made: made.return_record.collection.due_date)


class SavedViewFactory(DjangoModelFactory):
    class Meta:
        model = SavedView

    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"View {n}")
    query = "stage=blocked"


class SupportOverrideFactory(DjangoModelFactory):
    class Meta:
        model = SupportOverride

    trust = factory.SubFactory(TrustFactory)
    level = "targeted"
    reason = "A new finance director starts in October."
    by = factory.SubFactory(UserFactory)


class FeedbackFactory(DjangoModelFactory):
    class Meta:
        model = Feedback

    return_record = factory.SubFactory(ReturnFactory)
    version = "2016.1"
    subject = "line"
    code = factory.Sequence(lambda n: f"FIN{n}")
    clear = "no"
    by = factory.SubFactory(UserFactory)


class FeedbackAnswerFactory(DjangoModelFactory):
    class Meta:
        model = FeedbackAnswer

    template = "back_office"
    version = "2016.1"
    subject = "line"
    code = factory.Sequence(lambda n: f"FIN{n}")
    text = "The label now says that agency staff are included."
    by = factory.SubFactory(UserFactory)
