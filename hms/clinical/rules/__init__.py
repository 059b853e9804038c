"""What follows from what is known: pure functions of dataclasses and codes, with the clock as an argument."""
