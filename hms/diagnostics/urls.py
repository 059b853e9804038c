from django.urls import path

from hms.diagnostics.views import results, vitals

app_name = "diagnostics"
urlpatterns = [
    path("patients/<uuid:patient>/results/", results.patient_results, name="results"),
    path("patients/<uuid:patient>/results/<str:code>/", results.test, name="test"),
    path("patients/<uuid:patient>/vitals/", vitals.vitals, name="vitals"),
    path("observations/<uuid:id>/correct/", results.correct, name="correct"),
]
