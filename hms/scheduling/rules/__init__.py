"""What follows from facts about time: no database, no request, and the clock is an argument."""
