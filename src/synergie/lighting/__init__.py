"""Street lighting, studied together: options, effects on night and people, voices."""
