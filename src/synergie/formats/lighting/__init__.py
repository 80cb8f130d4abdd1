"""Files about street lighting: inventories, cabinets, schedules, works."""
