"""The requests that clients of several kinds send, each in its own dialect."""
