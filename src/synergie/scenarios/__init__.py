"""Effects, criteria, weights, comparison: to come with the issue that weighs more than money."""
