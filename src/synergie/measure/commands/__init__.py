"""Commands of weather, read from files."""
