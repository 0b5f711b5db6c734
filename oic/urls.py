"""All addresses of the site."""

from importlib.util import find_spec

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from health_check.views import HealthCheckView

from oic.metrics import metrics
from oic.oauth import TokenView

# The admin's own form knows neither the second factor nor the limits on guessing.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's documented way

health = HealthCheckView.as_view(checks=["health_check.checks.Database"])


def _optional(address: str, module: str) -> list[URLPattern | URLResolver]:
    """Include a module's addresses if the module is there."""
    package, _, _ = module.rpartition(".")
    return [path(address, include(module))] if find_spec(package) and find_spec(module) else []


urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("accounts/", include("oic.account_urls")),
    path("oauth/token/", csrf_exempt(login_not_required(TokenView.as_view())), name="oauth_token"),
    path("health/", login_not_required(health), name="health"),
    path("metrics/", metrics, name="metrics"),
    path("api/schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="api_schema"), name="api_docs"),
    path("", include("oic.page_urls")),
    *_optional("api/v1/", "oic.api.urls"),
    *_optional("", "agencies.urls"),
    *_optional("", "disruptions.urls"),
]

handler400 = "oic.pages.bad_request"
handler403 = "oic.pages.forbidden"
handler404 = "oic.pages.not_found"
handler500 = "oic.pages.server_error"
