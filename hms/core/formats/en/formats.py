"""Dates and times of the house; everything else as Django knows it for this language."""

from hms.core.formats.house import *  # noqa: F403
