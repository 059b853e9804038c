"""Invented people, the ways they are asked for, and those who come twice."""
