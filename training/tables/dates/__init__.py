"""What the cells of a table say of days, however they are written."""
