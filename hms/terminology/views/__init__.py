"""Pages and fragments of the terminology room, one file a page."""
