"""A model meets a table: nearest segments, scored rows, drift."""
