from django.urls import path

from hms.messaging import views

app_name = "messaging"
urlpatterns = [
    path("", views.notifications, name="notifications"),
    path("bell/", views.bell, name="bell"),
    path("read/", views.read_all, name="read_all"),
    path("<uuid:id>/open/", views.open_notification, name="open"),
    path("preferences/", views.preferences, name="preferences"),
    path("undelivered/", views.undelivered, name="undelivered"),
    path("undelivered/<uuid:id>/retry/", views.retry, name="retry"),
    path("undelivered/<uuid:id>/resolve/", views.resolve, name="resolve"),
]
