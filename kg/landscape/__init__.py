"""The landscape: how much there is of what, counted once."""
