"""The maintenance of street lights, planned together: campaigns, rounds, what is done."""
