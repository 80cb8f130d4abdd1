"""The park of lights: its state, its failures, the crews that keep it."""
