"""Rules beyond the published definitions: proposed, on trial, active; and what every file was judged by."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from footprints.access import may
from footprints.models import User
from submissions.models.files import Submission


class AddedRuleQuerySet(models.QuerySet["AddedRule"]):
    """Added rules, narrowed."""

    def visible_to(self, user: User) -> "AddedRuleQuerySet":
        """All of them to whoever may try rules, none to anybody else."""
        return self.all() if may(user, "try_rules") else self.none()

    def applied(self, on: date) -> "AddedRuleQuerySet":
        """Rules that files are judged by on a day: active, or on a trial that has not ended."""
        return self.filter(
            Q(stage=AddedRule.Stage.ACTIVE) | Q(stage=AddedRule.Stage.TRIAL, trial_until__gte=on)
        ).order_by("code", "pk")


class AddedRule(models.Model):
    """One rule that was proposed for a template after it went out, as a piece of a definition file."""

    class Stage(models.TextChoices):
        """How far it has come."""

        PROPOSED = "proposed", "Proposed"
        TRIAL = "trial", "On trial"
        ACTIVE = "active", "Active"
        WITHDRAWN = "withdrawn", "Withdrawn"

    template = models.CharField(max_length=30)
    code = models.CharField(max_length=20)
    source = models.TextField(help_text="The rule, as it would stand in a definition file")
    reason = models.TextField()
    stage = models.CharField(max_length=9, choices=Stage.choices, default=Stage.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    trial_until = models.DateField(null=True, blank=True, help_text="The last day of its trial")
    changed_at = models.DateTimeField(default=timezone.now)
    run = models.JSONField(null=True, blank=True, help_text="What its last run over all stored returns gave")
    run_at = models.DateTimeField(null=True, blank=True)

    objects = AddedRuleQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["template", "code", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["template", "code"], condition=~Q(stage="withdrawn"), name="one_added_rule_of_a_code"
            ),
            models.CheckConstraint(
                condition=~Q(stage="trial") | Q(trial_until__isnull=False), name="a_trial_has_an_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} of {self.template}"

    @property
    def trial_has_ended(self) -> bool:
        """Whether it is on a trial whose last day has passed: no file is judged by it any more."""
        ends = self.trial_until if self.stage == AddedRule.Stage.TRIAL else None
        return ends is not None and ends < timezone.localdate()


class Ruleset(models.Model):
    """Everything that files of one template version are judged by at a time, by its checksum: never changed.

    `added` also names the rules that were taken from a newer version, the one that the round asked for or the newest of the year: code,
    version and the checksum of that version's file.
    """

    checksum = models.CharField(max_length=64, primary_key=True)
    template = models.CharField(max_length=30)
    version = models.CharField(max_length=10)
    definition = models.CharField(max_length=64, help_text="Checksum of the definition file")
    added = models.JSONField(
        help_text="The added rules: code, source, and the last day of the trial where it is on one"
    )
    first_used_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.template} {self.version}, {self.checksum[:12]}"


class Rejudgement(models.Model):
    """What newer rules would say of a file that was judged before: a difference, which changes nothing."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="rejudgements")
    ruleset = models.ForeignKey(Ruleset, on_delete=models.PROTECT, related_name="+")
    run_at = models.DateTimeField(default=timezone.now)
    gone = models.JSONField(help_text="Findings that the newer rules no longer give")
    new = models.JSONField(help_text="Findings that only the newer rules give")

    class Meta:
        ordering: ClassVar = ["-run_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.submission} by {self.ruleset}"
