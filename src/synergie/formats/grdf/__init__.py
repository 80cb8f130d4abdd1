"""Files of GRDF, the French gas grid operator."""
