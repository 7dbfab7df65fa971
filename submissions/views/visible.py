"""What every page of this room begins with: who asks, for what they may see, and what they may do to it."""

from typing import cast

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse

from footprints.access import actions_at
from footprints.access_table import Action
from footprints.models import Trust, User
from submissions.actions.reasons import CannotBeDone
from submissions.models import Return, Submission

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attachment(data: bytes, file_name: str, content_type: str) -> HttpResponse:
    """A file to be kept by the person and by nobody on the way."""
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def file_context(file: Submission, actions: frozenset[Action]) -> dict[str, object]:
    """What every page of a file needs."""
    return {
        "submission": file,
        "trust": file.return_record.trust,
        "collection": file.return_record.collection,
        "illustrative": file.return_record.collection.illustrative,
        **flags(actions),
    }


def return_context(return_record: Return, actions: frozenset[Action]) -> dict[str, object]:
    """What every page of a return needs."""
    return {
        "return_record": return_record,
        "trust": return_record.trust,
        "collection": return_record.collection,
        "illustrative": return_record.collection.illustrative,
        **flags(actions),
    }


def add_troubles(form: Form, refusal: CannotBeDone) -> None:
    """Say beside the fields of a form why what was asked could not be done; what is about no field stands above them."""
    for name, sentence in refusal.troubles.items():
        form.add_error(name if name in form.fields else None, sentence)


def allowed(request: HttpRequest, trust: Trust) -> frozenset[Action]:
    """What the person may do to this trust."""
    return actions_at(request.user, trust)


def flags(actions: frozenset[Action]) -> dict[str, bool]:
    """The same for a page; `own` is true for people of the trust itself."""
    return {
        "own": "upload" in actions or "sign_off" in actions,
        "may_upload": "upload" in actions,
        "may_sign": "sign_off" in actions,
        "may_give_feedback": "give_feedback" in actions,
        "may_download": "download_template" in actions,
        "may_see_findings": "see_findings" in actions,
        "may_see_explanations": "see_explanations" in actions,
        "may_explain": "explain" in actions,
        "may_correct": "correct" in actions,
        "may_ask_waiver": "ask_waiver" in actions,
        "may_see_file": "see_files" in actions,
        "may_compare": "see_benchmarks" in actions,
        "may_see_desk": "see_desk" in actions,
        "may_declare_nil": "declare_nil" in actions,
    }


def visible_return(request: HttpRequest, pk: int) -> Return:
    """The return. Raises Http404 where there is none, or it is none of the person's business."""
    return_record = (
        Return.objects.visible_to(person(request))
        .select_related("trust__successor", "collection")
        .filter(pk=pk)
        .first()
    )
    if return_record is None:
        raise Http404("There is no such return.")
    return return_record


def visible_submission(request: HttpRequest, reference: str) -> Submission:
    """The submission. Raises Http404 where there is none, or it is none of the person's business."""
    found = (
        Submission.objects.visible_to(person(request))
        .select_related("return_record__trust", "return_record__collection", "uploaded_by", "corrects", "receipt")
        .with_newest()
        .filter(reference=reference.upper())
        .first()
    )
    if found is None:
        raise Http404("There is no such submission.")
    found.is_latest = vars(found)["newest_pk"] == found.pk
    return found


def person(request: HttpRequest) -> User:
    """The signed-in person; the middleware lets nobody else come here."""
    return cast(User, request.user)
