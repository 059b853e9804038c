"""What the numbers of reports mean: pure functions, each worked out by hand in its test."""
