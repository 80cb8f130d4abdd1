"""How the memory of one server grows: `python -m tests.memory --requests 1000000`, for hours.

After each piece a line tells where it stands; whoever stops it has what was measured until then.
"""

import argparse
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.memory.growth import watch_growth

_PIECE = 10_000


def main() -> None:
    """Tell the growth piece by piece."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--warm", type=int, default=10_000, help="requests before the first look")
    asked = parser.parse_args()
    pieces = repeat(_PIECE, max(1, (asked.requests - asked.warm) // _PIECE))
    with TemporaryDirectory(prefix="synergie-memory-") as folder:
        for growth in watch_growth(Path(folder), warm=asked.warm, pieces=pieces):
            print(  # noqa: T201 (a command)
                f"{asked.warm + growth.requests} requests: {growth.bytes_percent:+.2f} % of bytes, "
                f"{growth.objects_percent:+.2f} % of objects",
                flush=True,
            )


if __name__ == "__main__":
    main()
