"""What is said about a model: its card and its report."""
