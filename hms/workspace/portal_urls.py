"""Addresses of the portal and of the privacy officer's room."""

urlpatterns: list = []
