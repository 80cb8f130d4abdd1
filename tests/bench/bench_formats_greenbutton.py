"""Green Button: a year of hours read into curves, against the other reader on PyPI."""

from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from synergie import formats
from tests.bench.harness import Bench, Goal, Measured, NotMeasured, side_by_side
from tests.formats.greenbutton.feeds import Maker, hours

REAL = "data/green-button/Coastal_Multi_Family_Jan_1_2011_to_Jan_1_2012_RetailCustomer_5.xml"
_HOURS = 8760
_START = 1_767_225_600


def _read(path: Path) -> None:
    with formats.read(path, format="green-button") as result:
        n = sum(len(getattr(one, "values", ())) for one in result.records)
    assert n == _HOURS, n


def year_of_hours() -> Measured:
    """The real feed of the shelf when it is there, else one that we made."""
    try:
        from greenbutton_objects import parse  # type: ignore[import-untyped]
    except ImportError as error:
        raise NotMeasured("greenbutton-objects is not installed") from error
    peer: Any = parse.parse_feed
    real = Path(__file__).resolve().parents[3] / "shared" / REAL
    with TemporaryDirectory() as folder:
        path = real
        if not real.is_file():
            path = Path(folder) / "feed.xml"
            blocks = [hours(_START + i * 86_400, range(24)) for i in range(_HOURS // 24)]
            path.write_bytes(Maker(blocks=blocks).bytes())
        found = side_by_side(lambda: _read(path), lambda: peer(path), rounds=9)
    what = "real feed" if path == real else "feed made here"
    return Measured(found.value, f"{found.notes}, {what}, peer {version('greenbutton-objects')}")


BENCHES = [
    Bench(
        name="green-button",
        title="a Green Button feed of a year of hours, read into curves",
        goal=Goal(">=", 5),
        unit="×",
        peer="greenbutton-objects, parse_feed (its version in the notes)",
        run=year_of_hours,
    )
]
