"""The function's documentation of itself, for programs and for people."""
