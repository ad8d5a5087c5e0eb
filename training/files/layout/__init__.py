"""Where a table begins and ends in its file, and what stands around it."""
