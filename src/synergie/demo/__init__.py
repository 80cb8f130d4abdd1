"""The main job on one machine: a territory exchanges under agreements, and two plans come out."""

from synergie.demo.options import Options
from synergie.demo.play import run

__all__ = ["Options", "run"]
