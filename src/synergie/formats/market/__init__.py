"""Public series of the power system: loads and prices, as their publishers give them."""
