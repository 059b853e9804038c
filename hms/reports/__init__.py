"""Read-only questions, one file a report."""
