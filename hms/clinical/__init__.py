"""What clinicians write: encounters, conditions, notes, procedures, plans."""
