"""What follows from facts about people, names, times and tries. Pure functions; the clock is an argument."""
