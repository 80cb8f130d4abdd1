"""Files of Enedis, the French electricity grid operator: flows, portal exports, web services."""
