"""Deeds and reads that span rooms. No tables."""
