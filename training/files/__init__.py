"""What a file holds: its format, encoding, layout and rows, whatever they mean."""
