"""Addresses of signing in: the pages of allauth that this service offers, and no others.

Left out are registering, changing one's own address, confirming an address, codes by mail, and connecting an account
of somebody else's: an administrator makes and changes accounts.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as second_step
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as department
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView


def account_urls(*, with_department: bool) -> list[URLPattern | URLResolver]:
    """Return the addresses, with those of a department's own sign-in where one is set up."""
    addresses: list[URLPattern | URLResolver] = [
        path("login/", account.login, name="account_login"),
        path("logout/", account.logout, name="account_logout"),
        path("inactive/", account.account_inactive, name="account_inactive"),
        path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
        path("password/change/", account.password_change, name="account_change_password"),
        path("password/set/", account.password_set, name="account_set_password"),
        path("password/reset/", account.password_reset, name="account_reset_password"),
        path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
        path(
            "password/reset/key/done/",
            account.password_reset_from_key_done,
            name="account_reset_password_from_key_done",
        ),
        re_path(
            r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
            account.password_reset_from_key,
            name="account_reset_password_from_key",
        ),
        # The letter to an address without an account asks for this name; there is nothing to register for.
        path(
            "signup/",
            login_not_required(RedirectView.as_view(pattern_name="account_login")),
            name="account_signup",
        ),
        path("2fa/", second_step.index, name="mfa_index"),
        path("2fa/authenticate/", second_step.authenticate, name="mfa_authenticate"),
        path("2fa/reauthenticate/", second_step.reauthenticate, name="mfa_reauthenticate"),
        path("2fa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
        path("2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
        path("2fa/recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
        path(
            "2fa/recovery-codes/generate/",
            recovery_codes.generate_recovery_codes,
            name="mfa_generate_recovery_codes",
        ),
        path(
            "2fa/recovery-codes/download/",
            recovery_codes.download_recovery_codes,
            name="mfa_download_recovery_codes",
        ),
    ]
    if with_department:
        addresses += [
            path("3rdparty/login/cancelled/", department.login_cancelled, name="socialaccount_login_cancelled"),
            path("3rdparty/login/error/", department.login_error, name="socialaccount_login_error"),
            path("", include("allauth.socialaccount.providers.openid_connect.urls")),
        ]
    return addresses


urlpatterns = account_urls(with_department=bool(settings.SOCIALACCOUNT_PROVIDERS))
