"""Routers: each translates a request, calls, and translates back."""
