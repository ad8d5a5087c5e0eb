"""Offline training: a customer table in, named segments in a sealed model file out."""
