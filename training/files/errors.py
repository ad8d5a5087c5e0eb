"""The errors of this room."""


class DataError(Exception):
    """A table that training cannot use; the message says where, what was expected, what was found and what to do."""


class NoFileError(DataError):
    """A file that is named and not there, or not one that can be read: a fault of the command, not of what it holds."""
