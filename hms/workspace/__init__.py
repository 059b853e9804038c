"""Pages that join storeys: chart, homes, portal."""
