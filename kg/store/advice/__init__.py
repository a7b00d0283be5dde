"""What can be said of a query before or instead of running it: its plan, its patterns one by one, its unknown words, its traps."""
