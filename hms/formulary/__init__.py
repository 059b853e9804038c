"""Medicines and what is known about their dangers. Rules here are pure."""
