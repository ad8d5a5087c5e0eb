"""The version of the whole project, in one place."""

VERSION = "0.2.0"
