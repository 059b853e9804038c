"""Pages of the diagnostics room, one file a page."""
