"""What parties and members do with contracts on a server."""
