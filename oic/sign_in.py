"""Who may sign in: people whom an administrator invited, and nobody else."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in with an e-mail address and a password."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: accounts are made by an administrator of the agency."""
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Sign-in through a department's own OpenID Connect server."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Refuse: the department proves who somebody is, not that they have an account."""
        return False
