"""Who may sign in: people whom an administrator invited, and nobody else. Every attempt is in the log."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.http import HttpRequest
from django.urls import reverse

from agencies import audit
from agencies.models import User
from agencies.vocabulary import AuditAction
from disruptions.views.typed import take_up_typed


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in with an e-mail address and a password."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: accounts are made by an administrator of the agency."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """Start the session, after every step of signing in."""
        super().login(request, user)
        audit.record(AuditAction.SIGNED_IN, "session", user.email, user=user, request=request)
        take_up_typed(request, user)

    def logout(self, request: HttpRequest) -> None:
        """End the session."""
        user = request.user
        super().logout(request)
        if isinstance(user, User):
            audit.record(AuditAction.SIGNED_OUT, "session", user.email, user=user, request=request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Log who was tried, never what was typed as the password."""
        super().authentication_failed(request, **credentials)
        tried = str(credentials.get("email") or credentials.get("username") or "").replace("\0", "").lower()
        known = User.objects.people().select_related("agency").filter(email=tried).first()
        audit.record(
            AuditAction.SIGN_IN_FAILED,
            "session",
            tried,
            request=request,
            agency=known.agency if known else None,
        )


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Sign-in through a department's own OpenID Connect server."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Refuse: the department proves who somebody is, not that they have an account."""
        return False

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        """Lead somebody who was signed in already back to their account."""
        return reverse("your_account")
