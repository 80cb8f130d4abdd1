"""The purchase of energy, pooled: needs, offers, awards."""
