"""Keeping what files were judged by, so that it can be said for ever."""

from submissions.models import Ruleset
from submissions.queries.rulesets import RulesInForce


def keep_ruleset(rules: RulesInForce) -> str:
    """Keep the rules, once, and give their checksum."""
    Ruleset.objects.get_or_create(
        checksum=rules.checksum,
        defaults={
            "template": rules.definition.template,
            "version": rules.definition.version,
            "definition": rules.published,
            "added": list(rules.added),
        },
    )
    return rules.checksum
