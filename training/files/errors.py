"""The error of this room."""


class DataError(Exception):
    """A table that training cannot use; the message says where, what was expected, what was found and what to do."""
