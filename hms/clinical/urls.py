from django.urls import path

from hms.clinical.views import conditions, encounter, note

app_name = "clinical"
urlpatterns = [
    path("appointments/<uuid:appointment>/start/", encounter.start, name="start"),
    path("encounters/<uuid:id>/", encounter.encounter, name="encounter"),
    path("encounters/<uuid:id>/finish/", encounter.finish, name="finish"),
    path("encounters/<uuid:id>/note/", note.write, name="write_note"),
    path("encounters/<uuid:id>/diagnoses/", conditions.diagnoses, name="diagnoses"),
    path("notes/<uuid:id>/", note.read, name="note"),
    path("notes/<uuid:id>/addendum/", note.addendum, name="addendum"),
    path("notes/<uuid:id>/error/", note.note_error, name="note_error"),
    path("conditions/<uuid:id>/resolve/", conditions.resolve, name="resolve_condition"),
    path("conditions/<uuid:id>/error/", conditions.condition_error, name="condition_error"),
    path("patients/<uuid:patient>/encounters/", encounter.encounters, name="encounters"),
    path("patients/<uuid:patient>/notes/", note.notes, name="notes"),
    path("patients/<uuid:patient>/conditions/", conditions.conditions, name="conditions"),
]
