"""Use cases of the core by subject: a route or page sees those of its own."""
