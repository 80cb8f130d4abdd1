"""Offers valued on one price forward curve of one day, with the load of the group itself."""
