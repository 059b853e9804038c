from django.urls import path

from hms.prescribing.views import basket, medications

app_name = "prescribing"
urlpatterns = [
    path("medicines/", basket.medicines, name="medicines"),
    path("encounters/<uuid:id>/basket/", basket.basket, name="basket"),
    path("encounters/<uuid:id>/basket/sign/", basket.sign, name="sign"),
    path("encounters/<uuid:id>/issues/override/", basket.override, name="override"),
    path("requests/<uuid:id>/change/", basket.change, name="change"),
    path("requests/<uuid:id>/remove/", basket.remove, name="remove"),
    path("requests/<uuid:id>/instead/", basket.instead, name="instead"),
    path("requests/<uuid:id>/renew/", basket.renew, name="renew"),
    path("requests/<uuid:id>/stop/", medications.stop, name="stop"),
    path("requests/<uuid:id>/cancel/", medications.cancel, name="cancel"),
    path("requests/<uuid:id>/error/", medications.error, name="error"),
    path("patients/<uuid:patient>/medications/", medications.medications, name="medications"),
]
