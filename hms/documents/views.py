"""A patient's documents: list, upload, download."""

from __future__ import annotations

import uuid
from itertools import chain

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hms.core import clock, trail
from hms.core.access import access
from hms.core.actor import Actor
from hms.core.forms import guard_of
from hms.core.records import missing, uuid7
from hms.core.toasts import toast
from hms.documents import actions, store
from hms.documents.content import ACCEPTED
from hms.documents.forms import DocumentForm
from hms.documents.models import DocumentReference, DocumentVersion
from hms.organization.models import Facility
from hms.patients.models import Patient
from hms.patients.shown import shown_to

# What a downloaded file may do in a browser that insists on showing it: nothing.
_INERT = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@access("documents.read_document")
@require_safe
def of_patient(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """All documents of one chart, newest first."""
    patient = get_object_or_404(Patient.objects.visible_to(request.actor), pk=patient_id)
    trail.read(request, patient=patient, page="documents:of_patient")
    context = {"patient": patient, "documents": listed(request.actor, patient)}
    return render(request, "documents/of_patient.html", context)


@access("documents.file_document")
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """File a document. Who files need not be allowed to read the chart."""
    by = request.actor
    patient = get_object_or_404(_fileable(by), pk=patient_id)
    form = DocumentForm(
        request.POST or None,
        request.FILES or None,
        by_patient=by.role == "patient",
        initial={"occurred_at": clock.now()},
    )
    if request.method == "POST" and form.is_valid():
        clean, guard = form.cleaned_data, guard_of(request)
        if guard.patient_id != patient.pk:
            raise missing()  # two tabs on two patients: the form belongs to the other one
        # Encrypted into the store before the deed; if it is refused, the sweep takes the file away.
        written = store.write(uuid7(), clean["file"].chunks())
        with form.attempt():
            actions.file_document(
                by=by,
                facility=_facility(by, patient),
                written=written,
                type_code=clean["type_code"],
                occurred_at=clean["occurred_at"],
                patient=patient,
                title=clean["title"],
                file_name=clean["file"].name,
                release=clean.get("release", True),
                idempotency_key=guard.idempotency_key,
            )
            toast(request, _("The document is filed."))
            if by.may("documents.read_document") and Patient.objects.visible_to(by).filter(pk=patient.pk).exists():
                return redirect("documents:of_patient", patient.pk)
            return redirect("documents:create", patient.pk)
    if request.method == "GET":
        # Who files sees the banner: the name, and the allergies.
        trail.read(request, patient=patient, page="documents:create")
    (shown,) = shown_to(by, [patient]) if by.role != "patient" else (None,)
    context = {"form": form, "patient": patient, "shown": shown}
    return render(request, "documents/document_form.html", context, status=form.status)


@access("documents.read_document")
@require_safe
def download(request: HttpRequest, id: uuid.UUID, number: int | None = None) -> HttpResponseBase:
    """The newest content of a document, or that of an older version, to be saved, never shown in the page."""
    document = get_object_or_404(DocumentReference.objects.visible_to(request.actor), pk=id)
    versions = document.versions.select_related("blob")
    version = versions.filter(number=number).first() if number is not None else versions.first()
    if version is None:
        raise missing()
    if document.patient_id:
        detail = {"document": str(document.pk), "version": version.number}
        trail.read(request, patient=document.patient_id, page="documents:download", detail=detail)
    return attachment(version)


@access("documents.release_document")
@require_POST
def release(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    document = get_object_or_404(DocumentReference.objects.visible_to(request.actor), pk=id)
    actions.release_document(by=request.actor, document=document, version=guard_of(request).version)
    toast(request, _("The patient sees the document now."))
    return redirect("documents:of_patient", document.patient_id)


@access("documents.retract_document")
@require_http_methods(["GET", "POST"])
def retract(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Asks, then marks the document as entered in error."""
    document = get_object_or_404(
        DocumentReference.objects.visible_to(request.actor).select_related("patient"), pk=id, patient__isnull=False
    )
    if request.method == "POST":
        actions.retract_document(by=request.actor, document=document, version=guard_of(request).version)
        toast(request, _("The document is marked as entered in error."))
        return redirect("documents:of_patient", document.patient_id)
    trail.read(request, patient=document.patient_id, page="documents:retract")
    return render(request, "documents/document_retract.html", {"document": document, "patient": document.patient})


def listed(by: Actor, patient: Patient) -> list[DocumentReference]:
    """Documents of a patient as lists show them: two queries, however many."""
    versions = Prefetch("versions", DocumentVersion.objects.select_related("blob"))
    rows = DocumentReference.objects.visible_to(by).filter(patient=patient).select_related("author")
    return list(rows.prefetch_related(versions))


def attachment(version: DocumentVersion) -> StreamingHttpResponse:
    """A stored content as a download: its kind by its bytes, its name made harmless, nothing of it runs."""
    blob = version.blob
    kind = blob.content_type if blob.content_type in ACCEPTED else "application/octet-stream"
    pieces = blob.read()
    # The first piece now: a file that is gone or changed answers with an error page, not with half a download.
    first = next(pieces, b"")
    response = StreamingHttpResponse(chain([first], pieces), content_type=kind, headers=_INERT)
    response.headers["Content-Length"] = str(blob.size)
    response.headers["Content-Disposition"] = str(content_disposition_header(True, _safe_name(version, kind)))
    return response


def _safe_name(version: DocumentVersion, kind: str) -> str:
    """The person's own name for the file, without folders or signs, ending as its content is."""
    stem = version.file_name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or version.file_name
    plain = "".join(sign if sign.isalnum() or sign in " -_" else "_" for sign in stem).strip("_ ")[:80]
    return f"{plain or 'document'}.{ACCEPTED.get(kind, 'bin')}"


def _fileable(by: Actor) -> object:
    """Patients somebody may file papers for: found at the desk, treated, or oneself; never a record merged away."""
    if by.role == "patient":
        return Patient.objects.acted_for_by(by)
    found = Patient.objects.visible_to(by) | Patient.objects.findable_by(by)
    return found.filter(merged_into__isnull=True)


def _facility(by: Actor, patient: Patient) -> Facility:
    """Where it is filed: where the actor works, else where the patient was registered, else the first there is."""
    own = Facility.objects.active().worked_in_by(by, "documents.file_document")
    at_home = own.filter(pk=patient.registered_in_id).first() if patient.registered_in_id else None
    facility = at_home or own.first() or patient.registered_in or Facility.objects.active().first()
    if facility is None:
        raise missing()
    return facility
