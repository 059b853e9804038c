"""Read-only questions, one file a report. No tables, no names of patients; whoever may ask what is in `asking.py`."""
