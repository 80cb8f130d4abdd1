"""The sums in a published file, of each kind, as they were written: held beside what was signed."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from synergie.errors import BadInput, Words

if TYPE_CHECKING:
    from synergie.formats.opendata.open_back import Back
    from synergie.schemas.publication.release import Release
    from synergie.schemas.publication.signed_publication import PublicationClaims


def _read_release_record(data: bytes, said: "PublicationClaims") -> "Back":
    """The sums of a `….releve.json`, which is whole, and of the version that was signed."""
    from synergie.formats.opendata.open_back import Back
    from synergie.schemas.publication.open_publication import publication_id
    from synergie.schemas.publication.release_bytes import release_digest
    from synergie.schemas.publication.signed_publication import public_cells

    place, one, others = _find_signed_release(data, said)
    for name, found, wanted in (
        ("publication", publication_id(one.scheme, one.energy), said.publication),
        ("owner", one.owner, said.org),
        ("period", one.period, said.period),
        ("version", one.version, said.version),
        ("licence", one.licence, said.terms.licence),
        ("scheme_version", one.scheme_version, said.terms.scheme_version or one.scheme_version),
        *_list_period_bounds(one),
        ("sha256", one.sha256, release_digest(one)),
    ):
        if found != wanted:
            raise BadInput(f"{place}/{name}", found, str(wanted))
    return Back(public_cells(one.cells, one.hidden), others)


def _find_signed_release(data: bytes, said: "PublicationClaims") -> tuple[str, "Release", int]:
    """The record in *data*, or in its list of all periods the one that was signed.

    With its place, and how many rows the other ones have.
    """
    from synergie.formats.opendata.open_record_back import read_back

    some = read_back(data)
    if not isinstance(some, tuple):
        return "", some, 0
    wanted = said.period, said.version
    mine = [place for place, one in enumerate(some) if (one.period, one.version) == wanted]
    if len(mine) != 1:
        raise BadInput("period, version", Words("no row"), f"{said.period}, {said.version}")
    (place,) = mine
    rows = [len(one.cells) + len(one.hidden) for one in some]
    return f"/{place}", some[place], sum(rows) - rows[place]


def _list_period_bounds(one: "Release") -> Iterator[tuple[str, datetime, datetime]]:
    """Start and end of a record beside those of its period, in Paris."""
    from synergie.calendar import load_time_zone
    from synergie.formats.opendata.open_rows import civil_days

    def midnight(day: date) -> datetime:
        return datetime.combine(day, time(), load_time_zone("Europe/Paris"))

    first, after = civil_days(one.period)
    yield "start", one.start, midnight(first)
    yield "end", one.end, midnight(after)


def _read_csv_sums(data: bytes, said: "PublicationClaims") -> "Back":
    from synergie.formats.opendata.open_csv_back import read_back

    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput("csv", Words("other bytes"), "a text in UTF-8") from None
    return read_back(text, period=said.period, version=said.version)


def _read_geojson_sums(data: bytes, said: "PublicationClaims") -> "Back":
    from synergie.formats.opendata.open_geojson_back import read_back

    return read_back(data, period=said.period, version=said.version)


def _read_parquet_sums(data: bytes, said: "PublicationClaims") -> "Back":
    from synergie.formats.opendata.open_parquet_back import read_back

    return read_back(data, period=said.period, version=said.version)


READERS: "Mapping[str, Callable[[bytes, PublicationClaims], Back]]" = {
    ".json": _read_release_record,
    ".csv": _read_csv_sums,
    ".geojson": _read_geojson_sums,
    ".parquet": _read_parquet_sums,
}
"""How each kind of file that holds the figures is read, by the end of its name."""
