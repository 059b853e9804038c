"""Pages of the clinical room, one file a page."""
