"""What was saved together, shared: games of costs, rules of sharing, who would rather leave."""
