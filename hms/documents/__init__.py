"""Documents and their immutable encrypted versions; the one blob store."""
