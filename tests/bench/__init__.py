"""Speed and memory, measured against a floor and the usual way in the same run."""
