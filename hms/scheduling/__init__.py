"""Time as a scarce thing: schedules, availability, appointments."""
