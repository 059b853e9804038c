from django.urls import path
from django.views.i18n import set_language

from hms.core import views

urlpatterns = [
    path("drafts/<slug:page>/<uuid:subject_id>/", views.draft, name="draft"),
    path("language/", set_language, name="set_language"),
    path("theme/", views.theme, name="set_theme"),
]
