"""Published files read back: whatever the names, the sums are those that were written."""

from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from synergie.errors import BadInput
from synergie.formats.opendata import open_csv_back, open_geojson_back, open_parquet_back
from synergie.formats.opendata.open_back import Back
from synergie.formats.opendata.open_csv import for_machines, for_spreadsheets
from synergie.formats.opendata.open_csv_back import read_back
from synergie.formats.opendata.open_geojson import build_release_geojson
from synergie.formats.opendata.open_parquet import build_release_parquet
from synergie.schemas.publication.release import Release, ReleaseCell, SuppressionLine
from synergie.schemas.publication.signed_publication import cells_digest, public_cells
from synergie.units import Text
from tests.cli.published import release
from tests.components import package

_NAME = TypeAdapter(Text)


def _taken(text: str) -> bool:
    try:
        _NAME.validate_python(text)
    except ValidationError:
        return False
    return True


NAMES = st.text(min_size=1, max_size=60).filter(_taken)


@st.composite
def cells(draw: st.DrawFn) -> tuple[ReleaseCell, ...]:
    """Sums with any name, among those that spreadsheets run."""
    return tuple(
        ReleaseCell.model_validate(
            {
                "cell": f"c-{number}",
                "name": draw(st.one_of(NAMES, st.sampled_from(["=1+1", "'=x", "'", "-", '"a";b']))),
                "parent": draw(st.sampled_from([None, "c-0"])),
                "insee_code": draw(st.sampled_from([None, "01001", "2A004"])),
                "category": draw(
                    st.sampled_from([None, "residential", "professional", "public_body"])
                ),
                "movements": draw(st.booleans()),
                "n_points": draw(st.integers(1, 10**6)),
                "energy_wh": draw(st.integers(-(10**15), 10**15)),
            }
        )
        for number in range(draw(st.integers(1, 4)))
    )


type Read = Callable[..., Back]
WAYS: dict[str, tuple[Callable[[Iterable[Release]], bytes], Read]] = {
    "open": (for_machines, lambda data, **of: open_csv_back.read_back(data.decode(), **of)),
    "sheet": (for_spreadsheets, lambda data, **of: open_csv_back.read_back(data.decode(), **of)),
    "geojson": (build_release_geojson, open_geojson_back.read_back),
    "parquet": (build_release_parquet, open_parquet_back.read_back),
}
"""How each kind of file is written, and read back."""


@pytest.mark.parametrize("way", WAYS)
@given(told=cells(), name=NAMES)
def test_what_was_written_is_read_back(way: str, told: tuple[ReleaseCell, ...], name: str) -> None:
    if way == "parquet":
        package("pyarrow")
    line = SuppressionLine(cell="h-1", name=name, kind="primary", fault=None, protects=None)
    one = release(cells=told, hidden=(line,))
    later = one.model_copy(update={"version": 2})
    wanted, (write, read) = public_cells(one.cells, one.hidden), WAYS[way]
    for some, others in (([one], 0), ([later, one], len(told) + 1)):
        found = read(write(some), period=one.period, version=one.version)
        assert (found.told, found.others) == (wanted, others)
        assert cells_digest(found.told) == cells_digest(wanted)


@pytest.mark.parametrize("write", [for_machines, for_spreadsheets], ids=["open", "sheet"])
def test_any_one_cell_that_is_changed_changes_the_digest_or_is_refused(
    write: Callable[[Iterable[Release]], bytes],
) -> None:
    one = release()
    text = write([one]).decode()
    digest = cells_digest(public_cells(one.cells, one.hidden))
    lines = text.split("\r\n")
    comma = "," if write is for_machines else ";"
    for number, line in enumerate(lines[1:-1], start=1):
        for place, cell in enumerate(line.split(comma)):
            told = line.split(comma)
            told[place] = f"{cell}9" if cell else "9"
            again = "\r\n".join([*lines[:number], comma.join(told), *lines[number + 1 :]])
            try:
                found = read_back(again, period=one.period, version=one.version).told
            except BadInput:
                continue
            assert cells_digest(found) != digest, (number, place)
