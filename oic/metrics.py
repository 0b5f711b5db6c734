"""Figures for the monitoring system."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from disruptions.feeds.webhooks import messages_in_hand

WEBHOOKS = "oic_webhook_messages"


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer the bearer of `METRICS_TOKEN` in Prometheus's format, and nobody else at all."""
    given = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        raise Http404
    response: HttpResponse = ExportToDjangoView(request)
    lines = [
        f"# HELP {WEBHOOKS} Messages to webhooks that wait, or could not be delivered.",
        f"# TYPE {WEBHOOKS} gauge",
    ]
    lines += [f'{WEBHOOKS}{{state="{state}"}} {count}' for state, count in messages_in_hand().items()]
    response.content += "\n".join([*lines, ""]).encode()
    return response
