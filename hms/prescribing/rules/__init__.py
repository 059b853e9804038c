"""What a prescription needs before it can be signed: pure rules."""
