"""All addresses of the site."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.csrf import csrf_exempt
from health_check.views import HealthCheckView

from oic.api.docs import DocsView, SchemaView
from oic.api.errors import unknown_address
from oic.metrics import metrics
from oic.oauth import TokenView

# The admin's own form knows neither the second factor nor the limits on guessing.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's documented way

health = HealthCheckView.as_view(checks=["health_check.checks.Database"])


urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("accounts/", include("oic.account_urls")),
    path("oauth/token/", csrf_exempt(login_not_required(TokenView.as_view())), name="oauth_token"),
    path("health/", login_not_required(health), name="health"),
    path("metrics/", metrics, name="metrics"),
    path("api/schema/", SchemaView.as_view(), name="api_schema"),
    path("api/docs/", DocsView.as_view(url_name="api_schema"), name="api_docs"),
    path("", include("oic.page_urls")),
    path("api/v1/", include("oic.api.urls")),
    path("api/<path:rest>", unknown_address, name="api_unknown"),
    path("", include("agencies.urls")),
    path("", include("disruptions.urls")),
]

handler400 = "oic.api.errors.bad_request"
handler403 = "oic.api.errors.forbidden"
handler404 = "oic.api.errors.not_found"
handler500 = "oic.api.errors.server_error"
