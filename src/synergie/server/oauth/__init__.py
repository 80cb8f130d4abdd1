"""The authorization server: authlib's core under our profile."""
