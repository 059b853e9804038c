"""Mechanism only: who acts, what is recorded, what is refused. Knows no hospital noun."""
