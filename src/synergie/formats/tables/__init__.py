"""Tables that somebody already has, from any supplier: read through a profile confirmed once."""
