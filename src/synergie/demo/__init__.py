"""The main job on one machine: a territory exchanges under agreements, and two plans come out."""

from synergie.demo.options import Options
from synergie.demo.play import play_demonstration

__all__ = ["Options", "play_demonstration"]
