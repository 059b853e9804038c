"""What follows from a measured value: pure functions, no database, no clock of their own."""
