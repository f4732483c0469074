"""Signing in: by name and password, or through the city's own OpenID Connect service; nobody signs up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseRedirect

from chengzai.web.shield import is_real


class Keys(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """Names and passwords; a rehearsal's accounts open nothing where real figures are kept."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Return whether the account may be used at this door."""
        return super().user_can_authenticate(user) and not (user.rehearsal and is_real())


class AccountDoor(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by an administrator; a changed password lifts the duty to change it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- the framework asks so
        """Return that nobody makes an account for themselves."""
        return False

    def pre_login(self, request: HttpRequest, user: Any, **told: Any) -> Any:
        """Stop the sign-in of an account that may not be used here; the library hands on even those its keys refuse."""
        if not Keys().user_can_authenticate(user):
            return HttpResponseRedirect("/accounts/inactive/")
        return super().pre_login(request, user, **told)

    def clean_password(self, password: str, user: Any = None) -> str:
        """Return a password that may be chosen: not weak, and not the one that is to go."""
        checked: str = super().clean_password(password, user=user)
        if user is not None and user.pk and user.check_password(checked):
            raise ValidationError("新密码不能与原密码相同。Choose another password than the old one.")
        return checked

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 -- the framework asks so
        """Return where a person goes with their new password: to their desk."""
        return "/office/home.html"

    def set_password(self, user: Any, password: str) -> None:
        """Set a password and remember that the first one is gone."""
        user.must_change = False
        super().set_password(user, password)


class CityDoor(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """A person known to the city's service is let in as the account of the same name, if there is one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        """Return that the city's service makes no accounts here."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Join a first sign-in to the account whose name the service gives; an inactive one stays out."""
        if sociallogin.is_existing:
            return
        told = sociallogin.account.extra_data
        claims = {**told.get("userinfo", {}), **told.get("id_token", {}), **told}
        name = str(claims.get("preferred_username") or "")
        account = get_user_model().objects.filter(username=name, is_active=True).first() if name else None
        if account is not None:
            sociallogin.connect(request, account)
