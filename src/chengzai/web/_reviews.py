"""The review page of the door: shows a draft, takes decisions, exports the pack."""

import json
import os
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.template.loader import render_to_string

from chengzai.cycle import OpenReview, decide, export_review, open_review
from chengzai.kernel import UserError
from chengzai.plan import CHOICES, REASONS
from chengzai.publish import review_view
from chengzai.web._labels import label
from chengzai.web._review_labels import REVIEW_LABELS

_READABLE = {"ensure_ascii": False}


def draft_folder() -> Path | None:
    """Return the folder of the draft under review, if the door was opened for one."""
    named = os.environ.get("CHENGZAI_DRAFT", "")
    return Path(named) if named else None


def review_page(request: HttpRequest) -> HttpResponse:
    """Return the page on which the draft is walked."""
    folder = draft_folder()
    if folder is None:
        return HttpResponse(render_to_string("missing.html", {"language": "zh"}), status=404)
    language = "en" if request.path.startswith("/en/") else "zh"
    try:
        data = _data(open_review(folder))
    except UserError as problem:
        told = {"language": language, "problem": problem.text.in_(language)}
        return HttpResponse(render_to_string("missing.html", told), status=409)
    keys = [(key, label(language, words)) for key, words in _KEYS]
    context = {"title": data["title"], "language": language, "bundle": _bundle(data, language), "keys": keys}
    return HttpResponse(render_to_string("review.html", context, request=request))


def review_data(_: HttpRequest) -> HttpResponse:
    """Return the review as JSON: the twin of its page."""
    folder = draft_folder()
    if folder is None:
        return JsonResponse({}, status=404)
    return JsonResponse(_data(open_review(folder)), json_dumps_params=_READABLE)


def review_decide(request: HttpRequest) -> HttpResponse:
    """Take one decision; a refused one answers 422 with the reason in both languages and records nothing."""
    folder = draft_folder()
    if request.method != "POST" or folder is None:
        return HttpResponseNotAllowed(["POST"])
    try:
        return JsonResponse(_data(decide(folder, dict(json.loads(request.body)))), json_dumps_params=_READABLE)
    except UserError as problem:
        return JsonResponse({"zh": problem.text.zh, "en": problem.text.en}, status=422)
    except (TypeError, ValueError, AttributeError):
        return JsonResponse({"zh": "请求读不懂，未作记录。", "en": "The request cannot be read."}, status=400)


def review_export(request: HttpRequest) -> HttpResponse:
    """Write the pack as reviewed and say what its audit finds."""
    folder = draft_folder()
    if request.method != "POST" or folder is None:
        return HttpResponseNotAllowed(["POST"])
    opened, findings = export_review(folder)
    errors = [finding.as_dict("zh") for finding in findings if finding.severity.value == "error"]
    return JsonResponse({"waiting": len(opened.review.waiting()), "errors": errors, "folder": folder.name})


def _data(opened: OpenReview) -> dict[str, Any]:
    return review_view(opened.plan, opened.audit, opened.review)


_ACTS = ("confirm", "edit", "split", "merge", "dismiss", "undo", "promote")
_KEYS = (
    ("J K", "key_move"), ("N", "key_next"), ("Enter", "act_confirm"), ("E", "act_edit"), ("S", "act_split"),
    ("M", "act_merge"), ("X", "act_dismiss"), ("P", "act_promote"), ("A", "key_add"), ("U", "act_undo"),
    ("Esc", "key_leave"),
)  # fmt: skip


def _bundle(data: dict[str, Any], language: str) -> dict[str, Any]:
    """Return the data with every word that the script shows."""
    return {
        **data,
        "choices": {
            name: [(word, label(language, f"choice_{word}")) for word in words] for name, words in CHOICES.items()
        },
        "reasons": {reason: label(language, f"reason_{reason}") for reason in REASONS},
        "acts": {act: label(language, f"act_{act}") for act in _ACTS},
        "labels": {
            key.removeprefix("review_"): label(language, key) for key in REVIEW_LABELS if key.startswith("review_")
        },
    }
