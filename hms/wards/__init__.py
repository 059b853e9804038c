"""Wards, beds and stays."""
