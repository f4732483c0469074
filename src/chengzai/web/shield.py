"""What every answer carries: a policy that lets in nothing from outside, and the words that every page needs."""

import os
import secrets
from collections.abc import Callable

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.http import HttpRequest, HttpResponseBase

Answer = Callable[[HttpRequest], HttpResponseBase]
_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'nonce-{nonce}'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'{also}; base-uri 'none'; frame-ancestors 'none'"
)


def shield(answer: Answer) -> Answer:
    """Return the middleware that sets the content policy and keeps pages of records out of shared caches."""

    def shielded(request: HttpRequest) -> HttpResponseBase:
        request.nonce = secrets.token_urlsafe(16)  # type: ignore[attr-defined]
        response = answer(request)
        also = " *" if request.path.startswith("/accounts/") else ""  # a sign-in goes on to the city's own service
        response.headers.setdefault(
            "Content-Security-Policy",
            _POLICY.format(nonce=request.nonce, also=also),  # type: ignore[attr-defined]
        )
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return shielded


class LongEnough(MinimumLengthValidator):
    """The framework's rule of length, said in the users' language, which its catalogue lacks."""

    def get_error_message(self) -> str:
        """Return what is wrong with a short password."""
        return f"密码太短，至少 {self.min_length} 位。At least {self.min_length} characters."


def is_real() -> bool:
    """Return whether the door shows real figures."""
    return os.environ.get("CHENGZAI_REAL", "") == "1"


def words(request: HttpRequest) -> dict[str, object]:
    """Return what every template may use: the page's language, its nonce, and the rehearsal's accounts."""
    from chengzai.web._rehearsal import PASSWORD, rehearsal_accounts  # noqa: PLC0415 -- models load after this module

    at_the_door = request.path.startswith("/accounts/login") and not is_real()
    return {
        "rehearsal": rehearsal_accounts() if at_the_door else (),
        "rehearsal_password": PASSWORD if at_the_door else "",
        "language": "en" if request.path.startswith("/en/") else "zh",
        "nonce": getattr(request, "nonce", ""),
    }
