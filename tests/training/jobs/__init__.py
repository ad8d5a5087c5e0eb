"""Tests of training/jobs."""
