"""Tables, figures and one-page reports that need no network."""
