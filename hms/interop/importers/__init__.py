"""FHIR R4 from elsewhere: files in, rows of the rooms out, every original kept.

`reading` takes files apart, one module for each resource type maps it (pure: an element in, unsaved rows out, problems
noted with their FHIR path), `batch` puts together what stands or falls as one, `interop.actions` writes it, `run`
goes through the files, `report` says what became of everything.

Refuses to guess: what has no place in the tables yet stays in the stored original and is counted so.
"""
