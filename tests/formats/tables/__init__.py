"""Tables of any maker."""
