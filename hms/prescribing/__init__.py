"""Medication requests and the issues detected on the way."""
