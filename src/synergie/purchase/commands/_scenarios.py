"""Scenarios of prices and loads, or a history to draw them from, as a spreadsheet saves them.

CSV with the columns scenario (not for a history), debut, prix_eur_mwh and charge_mw, in any order;
`;`, `,` or tabs, decimal commas, BOM. `debut`: the start of the hour, with its offset, or the
civil time of Paris, where the second row of a repeated hour is the later one. JSON: a list of
objects with `name`, `prices` and `loads`, one value an hour of the delivery.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from synergie.cli.files import MAX_JSON
from synergie.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from synergie.purchase.plan.hedge import Scenarios
    from synergie.purchase.records.forward import Commodity
    from synergie.purchase.records.purchase import DeliveryPeriod

type Hours = dict[datetime, tuple[float, float]]

_COLUMNS = "the columns of such a file (scenario, debut, prix_eur_mwh, charge_mw), once each"
_LIST = "a list of objects with name, prices and loads, as many as hours"
MOST_BYTES = 8 * MAX_JSON
_NAMES = {
    "scenario": {"scenario", "scénario", "scenarios"},
    "debut": {"debut", "début", "start", "start_utc", "horodate", "heure", "date"},
    "prix_eur_mwh": {"prix", "prix_eur_mwh", "price", "price_eur_mwh", "spot", "eur_mwh"},
    "charge_mw": {"charge", "charge_mw", "load", "load_mw", "conso_mw", "mw"},
}
_FORMS = ("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S")


def read_scenario_file(
    path: Path, delivery: "DeliveryPeriod", energy: "Commodity" = "electricity"
) -> "Scenarios":
    """The scenarios in *path*. Raises BadInput with the line, or the hour that is missing."""
    from synergie.purchase.plan.hedge.scenarios import of_hours

    content = _read_file_text(path)
    if content.lstrip("\ufeff \t\r\n").startswith("["):
        return _of_json(path.name, content)
    rows: dict[str, Hours] = {}
    reader = _Times()
    for where, cells in _iterate_csv_rows(
        path.name, content, ("scenario", "debut", "prix_eur_mwh", "charge_mw")
    ):
        hours = rows.setdefault(cells[0], {})
        hours[reader.of(cells[1], hours, where)] = _parse_price_and_load(cells[2:], where)
    return of_hours(delivery, rows, energy)


def read_history_file(path: Path) -> Hours:
    """The (price, load) of each hour in *path*."""
    hours: Hours = {}
    reader = _Times()
    rows = _iterate_csv_rows(
        path.name, _read_file_text(path), ("debut", "prix_eur_mwh", "charge_mw")
    )
    for where, cells in rows:
        hours[reader.of(cells[0], hours, where)] = _parse_price_and_load(cells[1:], where)
    return hours


def read_load_file(path: Path) -> dict[datetime, float]:
    """The MW of each hour in *path*: columns debut and charge_mw."""
    hours: dict[datetime, float] = {}
    reader = _Times()
    rows = _iterate_csv_rows(path.name, _read_file_text(path), ("debut", "charge_mw"))
    for where, cells in rows:
        hours[reader.of(cells[0], hours, where)] = _parse_number(cells[1], where, "charge_mw")
    return hours


def _read_file_text(path: Path) -> str:
    with path.open("rb") as source:
        content = source.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise TooLarge(MOST_BYTES, "bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _iterate_csv_rows(
    name: str, content: str, wanted: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The place of each row and its wanted cells, in the order wanted."""
    head, _, _rest = content.partition("\n")
    separator = max(";\t,", key=head.count)
    table = csv.reader(io.StringIO(content), delimiter=separator)
    names = [
        cell.strip().casefold().replace("/", "_").replace(" ", "_") for cell in next(table, [])
    ]
    columns = []
    for column in wanted:
        places = [i for i, found in enumerate(names) if found in _NAMES[column]]
        if len(places) != 1:
            raise BadInput(f"{name} line 1", ", ".join(names)[:80] or "…", _COLUMNS)
        columns.append(places[0])
    for number, row in enumerate(table, start=2):
        if any(cell.strip() for cell in row):
            cells = tuple(row[i].strip() if i < len(row) else "" for i in columns)
            yield f"{name} line {number}", cells


class _Times:
    """Starts of hours; a text is read once, however many scenarios have it."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[datetime, datetime]] = {}

    def of(self, text: str, seen: Mapping[datetime, object], where: str) -> datetime:
        """The hour; the later one of a repeated civil hour when *seen* has the first."""
        if text not in self._known:
            self._known[text] = _parse_moments(text, where)
        first, later = self._known[text]
        found = later if first in seen else first
        if found in seen:
            raise BadInput(f"{where}, /debut", text, "each hour once")
        return found


def _parse_moments(text: str, where: str) -> tuple[datetime, datetime]:
    """The moment, twice the same unless the clocks repeat it."""
    from synergie.calendar import load_time_zone

    moment = _parse_datetime(text)
    if moment is None or moment.minute or moment.second:
        raise BadInput(
            f"{where}, /debut", text, "the start of an hour, with its offset or of Paris"
        )
    if moment.tzinfo is not None:
        return moment.astimezone(UTC), moment.astimezone(UTC)
    paris = load_time_zone("Europe/Paris")
    first, later = (moment.replace(tzinfo=paris, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(paris).replace(tzinfo=None) != moment:
        raise BadInput(f"{where}, /debut", text, "an hour that the clocks do not skip")
    return first, later


def _parse_datetime(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, *(_build_form_parser(form) for form in _FORMS)):
        try:
            return read(text)
        except ValueError:
            continue
    return None


def _build_form_parser(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)  # noqa: DTZ007 (of Paris, said above)


def _parse_price_and_load(cells: tuple[str, ...], where: str) -> tuple[float, float]:
    price, load = cells
    return _parse_number(price, where, "prix_eur_mwh"), _parse_number(load, where, "charge_mw")


def _parse_number(cell: str, where: str, name: str) -> float:
    try:
        return float(cell.replace(",", ".").replace("\u202f", "").replace("\u00a0", ""))
    except ValueError:
        raise BadInput(f"{where}, /{name}", cell, "a number") from None


def _of_json(name: str, content: str) -> "Scenarios":
    import numpy as np

    from synergie.purchase.plan.hedge import Scenarios

    try:
        rows = json.loads(content)
        names = tuple(str(row["name"]) for row in rows)
        prices = np.array([row["prices"] for row in rows], dtype=np.float64)
        loads = np.array([row["loads"] for row in rows], dtype=np.float64)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadInput(name, "…", _LIST) from error
    return Scenarios(names, prices, loads)
