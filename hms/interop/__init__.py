"""The outside world: FHIR, HL7 v2, importers."""
