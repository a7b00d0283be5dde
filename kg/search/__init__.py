"""Search: the user's words in, the right datasets out, with the reading shown."""
