"""The memory of a server that is asked for everything, over and over."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.harness import Bench, Goal, Measured
from tests.memory.growth import measure_growth

WARM, REQUESTS = 4_000, 16_000


def memory_growth() -> Measured:
    """By how much what is allocated grows under mixed load, percent."""
    with TemporaryDirectory(prefix="synergie-bench-") as folder:
        growth = measure_growth(Path(folder), warm=WARM, requests=REQUESTS)
    notes = (
        f"{growth.before.bytes / 1e6:.1f} MB, then {growth.after.bytes / 1e6:.1f} MB; objects made "
        f"since the start {growth.before.objects.total()}, then {growth.after.objects.total()}"
    )
    return Measured(growth.bytes_percent, notes)


BENCHES = [
    Bench(
        name="memory-growth",
        title="What the server holds after 20,000 mixed requests over 4,000 of them",
        goal=Goal("<=", 5),
        unit="%",
        peer="itself after 4,000; bytes allocated, from the books of the C library",
        run=memory_growth,
    ),
]
