"""Tests of the project; run them with tests/run.sh."""
