"""The hospital itself: facilities, departments, rooms, practitioners, policies."""
