"""A practitioner's days, replayed: by the rules as they are, and as they might be. Seeded, and the same each time."""
