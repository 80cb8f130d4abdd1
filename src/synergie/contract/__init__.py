"""Performance contracts: savings that are guaranteed, measured and settled."""
