"""What may be chosen of a demonstration."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The choices of `synergie demo`."""

    fast: bool = False
    """Three communes instead of thirteen."""
    serve: bool = False
    """Leave the server up at the end, until it is told to stop."""
    json: bool = False
    """The summary as one JSON document instead of sentences."""
    folder: Path = Path("demo")
    """Where the report, the keys, the files and the store go."""
    seed: int = 54
    """The seed of the territory."""
