"""What segments are called, and stay called."""
