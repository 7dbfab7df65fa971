"""Collections, returns, files and what belongs to them."""

from datetime import date, timedelta
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from benchmarks.models import MetricValue
from submissions.models import (
    AddedRule,
    Collection,
    Correction,
    Explanation,
    Figure,
    Finding,
    Receipt,
    Rejudgement,
    Return,
    Ruleset,
    Submission,
    Waiver,
)
from tests.factories.organisations import TrustFactory, UserFactory


class CollectionFactory(DjangoModelFactory):
    """A round of the back-office template that is open, and due in 30 days."""

    class Meta:
        model = Collection

    template = "back_office"
    version = "2016.1"
    year = "2015/16"
    name = factory.Sequence(lambda n: f"Back office {n}")
    opens_date = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=30))
    due_date = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=30))
    sign_off_rule = Collection.SignOffRule.NOT_NEEDED


class ReturnFactory(DjangoModelFactory):
    class Meta:
        model = Return

    collection = factory.SubFactory(CollectionFactory)
    trust = factory.SubFactory(TrustFactory)


class SubmissionFactory(DjangoModelFactory):
    """A file that has just been received; `state=` and the moments of its stages make another of it."""

    class Meta:
        model = Submission

    return_record = factory.SubFactory(ReturnFactory)
    file_name = "Back-office-2015-16.xlsx"
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    file_key = factory.LazyAttribute(lambda file: f"submissions/{file.sha256[:2]}/{file.sha256}")
    size_bytes = 48_213
    uploaded_by = factory.SubFactory(UserFactory)


class FindingFactory(DjangoModelFactory):
    class Meta:
        model = Finding

    submission = factory.SubFactory(SubmissionFactory)
    position = factory.Sequence(lambda n: n)
    code = "B-H4"
    severity = "error"
    sheet = "Costs"
    cell = "D9"
    line = "FIN3"
    column = "pay"
    label = "Accounts payable, pay"
    found = "-412"
    expected = "0 or more"
    message = "This figure cannot be negative."
    remedy = "Correct the figure. If money came in, enter it above 0 under income from others."


class FigureFactory(DjangoModelFactory):
    class Meta:
        model = Figure

    submission = factory.SubFactory(SubmissionFactory)
    line = factory.Sequence(lambda n: f"FIN{n}")
    column = "pay"
    kind = "number"
    number = Decimal("412.0000")
    sheet = "Costs"
    cell = "D9"


class MetricValueFactory(DjangoModelFactory):
    """Finance cost of a return: £1,000k of £200m income, which is £500k per £100m. `value=None` needs a status and a reason."""

    class Meta:
        model = MetricValue

    submission = factory.SubFactory(SubmissionFactory)
    metric = "M03"
    status = "calculable"
    numerator = Decimal(1000)
    denominator = Decimal(200_000)
    value = factory.LazyAttribute(lambda made: made.numerator * 100_000 / made.denominator)
    opportunity_volume = factory.LazyAttribute(lambda made: made.denominator)


class ExplanationFactory(DjangoModelFactory):
    """What was said of a warning."""

    class Meta:
        model = Explanation

    finding = factory.SubFactory(FindingFactory, severity="warning", code="B-W2", basis="a" * 64)
    text = "A shared service pays the staff of this function."
    given_by = factory.SubFactory(UserFactory)


class CorrectionFactory(DjangoModelFactory):
    class Meta:
        model = Correction

    submission = factory.SubFactory(SubmissionFactory)
    line = "FIN3"
    column = "pay"
    sheet = "Costs"
    cell = "D9"
    label = "Accounts payable, pay"
    old = "-412"
    new = "412"


class ReceiptFactory(DjangoModelFactory):
    class Meta:
        model = Receipt

    submission = factory.SubFactory(SubmissionFactory)
    due_date = date(2016, 9, 30)
    on_time = True


class WaiverFactory(DjangoModelFactory):
    """A waiver that was asked for and not yet decided."""

    class Meta:
        model = Waiver

    trust = factory.SubFactory(TrustFactory)
    template = "back_office"
    rule_code = "B-W2"
    reason = "The trust's pay is held by its host."
    asked_by = factory.SubFactory(UserFactory)
    expires_date = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=90))


class AddedRuleFactory(DjangoModelFactory):
    class Meta:
        model = AddedRule

    template = "back_office"
    code = factory.Sequence(lambda n: f"N-W{n}")
    source = factory.LazyAttribute(
        lambda rule: (
            f"code: {rule.code}\nseverity: warning\ntitle: Income is given\nholds: ORG02 > 0\nat: ORG02\n"
            "message: There is no income.\nexpected: income above 0\nremedy: Enter the income.\n"
        )
    )
    reason = "Nobody knows what it gives"
    proposed_by = factory.SubFactory(UserFactory)


class RulesetFactory(DjangoModelFactory):
    class Meta:
        model = Ruleset

    checksum = factory.Sequence(lambda n: f"{n:064x}")
    template = "back_office"
    version = "2016.1"
    definition = "d" * 64
    added = factory.LazyFunction(list)


class RejudgementFactory(DjangoModelFactory):
    class Meta:
        model = Rejudgement

    submission = factory.SubFactory(SubmissionFactory)
    ruleset = factory.SubFactory(RulesetFactory)
    gone = factory.LazyFunction(list)
    new = factory.LazyFunction(list)
