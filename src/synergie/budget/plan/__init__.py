"""Budgets foreseen and explained: plain functions on what is known."""
