"""The main job on one machine: a territory exchanges under agreements, and two plans come out."""
