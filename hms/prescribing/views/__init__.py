"""Pages of the prescribing room, one file a page."""
