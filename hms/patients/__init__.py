"""The person: identity, safety facts, relatives, coverage, and who is related to the chart."""
