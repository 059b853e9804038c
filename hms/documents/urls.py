from django.urls import path

from hms.documents import views

app_name = "documents"
urlpatterns = [
    path("patients/<uuid:patient_id>/", views.of_patient, name="of_patient"),
    path("patients/<uuid:patient_id>/new/", views.create, name="create"),
    path("<uuid:id>/file/", views.download, name="download"),
    path("<uuid:id>/versions/<int:number>/file/", views.download, name="download_version"),
    path("<uuid:id>/release/", views.release, name="release"),
    path("<uuid:id>/retract/", views.retract, name="retract"),
]
