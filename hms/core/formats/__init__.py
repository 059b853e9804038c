"""One way to write dates and times, in every language of the pages: see `hms.core.values` for why."""
