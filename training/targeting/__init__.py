"""What was done with segments, and what came of it: who is held back, what a campaign changed, who moved."""
