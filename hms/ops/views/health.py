"""/healthz: the process lives. /readyz: it can serve. /metrics: how it is doing, for those with the token."""

from __future__ import annotations

import hmac
import os

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from hms.core.access import PUBLIC, access
from hms.core.models import AuditEvent, OutboxMessage
from hms.ops.health import check_all


@access(PUBLIC)
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers. Touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@access(PUBLIC)
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when pages can be served, 503 when not. What is wrong is told only to who brings the token."""
    found = check_all()
    ready = all(finding.well for finding in found if finding.hard)
    status = "ready" if ready and all(finding.well for finding in found) else "warn" if ready else "not ready"
    body: dict[str, object] = {"status": status}
    if _has_token(request):
        body["checks"] = [{"name": f.name, "well": f.well, "words": f.words} for f in found]
    return JsonResponse(body, status=200 if ready else 503)


@access(PUBLIC)
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Counts in Prometheus' text format. Counts only: no name, no code of a diagnosis."""
    if not _has_token(request):
        raise Http404
    lines = [
        "# HELP hms_check_up Whether a health check is well.",
        "# TYPE hms_check_up gauge",
        *(f'hms_check_up{{check="{finding.name}"}} {int(finding.well)}' for finding in check_all()),
        "# HELP hms_outbox_messages Outbox messages by state.",
        "# TYPE hms_outbox_messages gauge",
        *(
            f'hms_outbox_messages{{state="{state}"}} {OutboxMessage.objects.filter(state=state).count()}'
            for state in (OutboxMessage.State.DUE, OutboxMessage.State.DEAD)
        ),
        "# HELP hms_audit_events_total Lines in the trail.",
        "# TYPE hms_audit_events_total counter",
        f"hms_audit_events_total {AuditEvent.objects.count()}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")


def _has_token(request: HttpRequest) -> bool:
    """Whether the request brings HMS_METRICS_TOKEN; in demo and development none is needed."""
    wanted = os.environ.get("HMS_METRICS_TOKEN", "")
    if not wanted:
        return bool(settings.PLAIN_HTTP)
    # Bytes: of texts it compares ASCII alone, and a header may hold anything.
    return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {wanted}".encode())
