"""Next year's budget for energy, with what it depends on; and why a year cost more or less."""
