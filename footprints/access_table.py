"""What each kind of role may do, inside what it reaches. Who is asked, about whom and how is in `footprints.access`."""

from typing import Final, Literal, TypeAlias, get_args

from footprints.models import RoleKind

OrganisationAction: TypeAlias = Literal[
    "see_returns",
    "download_template",
    "upload",
    "correct",
    "explain",
    "sign_off",
    "see_findings",
    "see_explanations",
    "see_files",
    "see_benchmarks",
    "see_footprint",
    "ask_waiver",
    "decide_waiver",
    "declare_nil",
    "ask_reopening",
    "reopen",
    "allow_self_sign_off",
    "ask_extension",
    "grant_extension",
    "grant_any_extension",
    "excuse",
    "query_figure",
    "answer_query",
    "see_desk",
    "chase",
    "give_feedback",
    "invite_preparer",
    "dispute",
]
"""Done to one trust or one footprint, which must be named."""
NationalAction: TypeAlias = Literal[
    "see_national", "export", "see_events", "manage_people", "try_rules", "manage_collections", "freeze_runs"
]
"""Done to all of England at once."""
Action: TypeAlias = OrganisationAction | NationalAction

ORGANISATION_ACTIONS: Final[frozenset[str]] = frozenset(get_args(OrganisationAction))
NATIONAL_ACTIONS: Final[frozenset[str]] = frozenset(get_args(NationalAction))

ALLOWED: Final[dict[RoleKind, frozenset[Action]]] = {
    RoleKind.PREPARER: frozenset(
        {
            "see_returns",
            "see_findings",
            "see_files",
            "see_benchmarks",
            "download_template",
            "upload",
            "correct",
            "explain",
            "see_explanations",
            "ask_waiver",
            "declare_nil",
            "ask_extension",
            "answer_query",
            "give_feedback",
            "dispute",
        }
    ),
    RoleKind.SIGNATORY: frozenset(
        {
            "see_returns",
            "see_findings",
            "see_explanations",
            "see_files",
            "see_benchmarks",
            "download_template",
            "sign_off",
            "ask_reopening",
            "ask_extension",
            "answer_query",
            "give_feedback",
            "invite_preparer",
            "dispute",
        }
    ),
    RoleKind.CHIEF_EXECUTIVE: frozenset({"see_returns", "see_findings", "see_explanations", "see_benchmarks"}),
    RoleKind.STP_LEAD: frozenset(
        {"see_returns", "see_explanations", "see_benchmarks", "see_footprint", "query_figure"}
    ),
    RoleKind.STP_MEMBER: frozenset(
        {"see_returns", "see_explanations", "see_benchmarks", "see_footprint", "query_figure"}
    ),
    RoleKind.SUPPORT_MANAGER: frozenset(
        {
            "see_returns",
            "see_findings",
            "see_explanations",
            "see_benchmarks",
            "see_footprint",
            "ask_waiver",
            "query_figure",
            "see_desk",
            "chase",
            "grant_extension",
            "dispute",
        }
    ),
    RoleKind.REGIONAL_DIRECTOR: frozenset(
        {"see_returns", "see_explanations", "see_benchmarks", "see_footprint", "see_desk"}
    ),
    RoleKind.COLLECTION_MANAGER: frozenset(
        {
            "see_returns",
            "see_findings",
            "see_explanations",
            "see_files",
            "see_benchmarks",
            "see_footprint",
            "see_national",
            "see_events",
            "download_template",
            "decide_waiver",
            "try_rules",
            "manage_collections",
            "query_figure",
            "see_desk",
            "chase",
            "grant_extension",
            "grant_any_extension",
            "reopen",
            "allow_self_sign_off",
            "excuse",
            "dispute",
            "freeze_runs",
        }
    ),
    RoleKind.ANALYST: frozenset(
        {"see_returns", "see_explanations", "see_benchmarks", "see_footprint", "see_national", "export"}
    ),
    RoleKind.AUDITOR: frozenset(
        {
            "see_returns",
            "see_findings",
            "see_explanations",
            "see_files",
            "see_benchmarks",
            "see_footprint",
            "see_national",
            "see_events",
            "see_desk",
        }
    ),
    RoleKind.ADMINISTRATOR: frozenset({"manage_people"}),
}
"""What each role may do, inside what it reaches. Whatever is not written here is refused."""

IN_WORDS: Final[dict[Action, str]] = {
    "see_returns": "see the returns",
    "download_template": "download the template",
    "upload": "upload a workbook",
    "correct": "correct figures",
    "explain": "explain warnings",
    "sign_off": "sign off a return",
    "see_findings": "see the findings",
    "see_explanations": "see the explanations",
    "see_files": "open the uploaded files",
    "see_benchmarks": "see the comparison",
    "see_footprint": "see the footprint",
    "ask_waiver": "ask for a waiver",
    "decide_waiver": "decide on a waiver",
    "declare_nil": "declare a nil return",
    "ask_reopening": "ask for a return to be reopened",
    "reopen": "reopen a signed return",
    "allow_self_sign_off": "allow people to sign what they uploaded themselves",
    "ask_extension": "ask for more time",
    "grant_extension": "grant more time",
    "grant_any_extension": "grant more time than the round allows",
    "excuse": "excuse a return",
    "query_figure": "query a figure",
    "answer_query": "answer queries about figures",
    "see_desk": "see the returns desk",
    "chase": "chase returns",
    "give_feedback": "say what you think of the template",
    "invite_preparer": "invite people to prepare returns",
    "see_national": "see the national picture",
    "export": "export figures",
    "see_events": "see the event log",
    "manage_people": "manage people and their roles",
    "try_rules": "try rules",
    "manage_collections": "open and close collections",
    "dispute": "mark a value as disputed",
    "freeze_runs": "freeze benchmark runs",
}
"""Each action as it stands after "You cannot"."""
