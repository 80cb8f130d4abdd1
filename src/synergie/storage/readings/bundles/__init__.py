"""Old readings that came alone, many in one row: their receipts, changes and arrivals."""
