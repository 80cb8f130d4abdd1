"""What a performance contract is made of, its baseline and its statements."""
