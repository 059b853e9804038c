"""The portal: what a patient, or whoever acts for one, sees of the record."""
