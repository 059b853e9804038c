"""Notifications and mail to people, and what became of each."""
