"""Tables of every make with their known truth, and how our door reads them."""
