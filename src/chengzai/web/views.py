"""Views translate addresses to pages; they never compute."""

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.loader import render_to_string

from chengzai.kernel import Period, PeriodError
from chengzai.web._editions import editions
from chengzai.web._pages import NoSuchPage, page_data, page_html, page_json
from chengzai.web._reviews import draft_folder


def start(_: HttpRequest) -> HttpResponse:
    """Lead to the latest month's page of the city, or to the draft if the door was opened for one."""
    if draft_folder():
        return HttpResponseRedirect("/review/")
    return HttpResponseRedirect(f"/{editions().latest}/index.html")


def page(_: HttpRequest, period: str, name: str, form: str, language: str = "zh") -> HttpResponse:
    """Return a page or its JSON twin."""
    try:
        edition = editions().of(Period.parse(period))
        data = page_data(edition, name, language)
        if form == "json":
            return HttpResponse(page_json(data), content_type="application/json; charset=utf-8")
        return HttpResponse(page_html(data, name, periods=editions().periods, served=True))
    except (PeriodError, NoSuchPage, KeyError):
        return _missing(language)


def issued(_: HttpRequest, name: str) -> HttpResponseBase:
    """Return an issued file of the latest run, such as the bulletin."""
    path = editions().issued(name)
    return FileResponse(path.open("rb"), as_attachment=True, filename=name) if path else _missing("zh")


def missing(_: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 -- the framework passes it
    """Return the page for an address that is none."""
    return _missing("zh")


def _missing(language: str) -> HttpResponse:
    return HttpResponse(render_to_string("missing.html", {"language": language}), status=404)
