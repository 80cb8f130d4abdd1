"""Baselines and statements of performance contracts."""
