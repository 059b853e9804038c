from django.urls import path

from hms.terminology.views.diagnoses import diagnoses

app_name = "terminology"
urlpatterns = [path("diagnoses/", diagnoses, name="diagnoses")]
