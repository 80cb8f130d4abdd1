"""Commands of performance contracts and of weather."""
