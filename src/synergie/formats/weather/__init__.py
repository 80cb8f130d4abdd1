"""What weather services publish of their stations."""
