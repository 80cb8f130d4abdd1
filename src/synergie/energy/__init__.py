"""Energy: offers and tariffs, bills, the power that is subscribed."""
