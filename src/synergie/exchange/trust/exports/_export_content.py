"""What goes into the files of an export, kind by kind, each page decided again.

The records are those that the API gives, one a line, so that whoever reads one reads the other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from synergie.exchange._noun import Noun
from synergie.exchange.assets.cabinets import Cabinets
from synergie.exchange.assets.light_points import LightPoints
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.series import SeriesBook
from synergie.exchange.trust.exports._export_files import Draft
from synergie.exchange.trust.webhooks.outgoing import build_metered_curve
from synergie.formats import write
from synergie.policy import Principal
from synergie.schemas.readings import ndjson
from synergie.schemas.readings.curve import Curve
from synergie.schemas.readings.curve_json import encode
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.series import Series
from synergie.schemas.trust.agreement import Dataset
from synergie.schemas.trust.export import ExportKind, ExportRequest
from synergie.storage.store import Store

PAGE = 200
"""Things of one page."""

CSV = "text/csv"

_NOUNS: dict[ExportKind, Callable[[Store], Noun[Any, Any]]] = {
    "sites": Sites,
    "supply_points": SupplyPoints,
    "series": SeriesBook,
    "cabinets": Cabinets,
    "light_points": LightPoints,
}
_DATASETS: dict[ExportKind, Dataset] = {
    "sites": "assets",
    "supply_points": "consumption",
    "series": "consumption",
    "curves": "consumption",
    "cabinets": "assets",
    "light_points": "assets",
}


def dataset_of(kind: ExportKind) -> Dataset:
    """The dataset of an agreement that opens records of *kind*."""
    return _DATASETS[kind]


def file_dataset(name: str) -> Dataset:
    """The dataset that opens the file *name* of an export."""
    return next(dataset for kind, dataset in _DATASETS.items() if kind == name.partition(".")[0])


@dataclass(slots=True)
class Content:
    """One export being written; memory is bounded by a page, and an identifier a thing.

    `clock` gives the time of each decision; what it raises stops the run.
    """

    store: Store
    caller: Principal
    request: ExportRequest
    clock: Callable[[], datetime]
    provenance: set[str] = field(default_factory=set)
    subjects: dict[Dataset, set[str]] = field(default_factory=dict)

    def fill(self, draft: Draft) -> None:
        """Write every file of the request into *draft*."""
        for kind in self.request.kinds:
            if kind == "curves":
                self._curves(draft)
            else:
                with draft.file(f"{kind}.ndjson", ndjson.MEDIA_TYPE) as sink:
                    for item in self._items(kind):
                        self._saw(kind, item.id, item.provenance)
                        sink.write(item.model_dump_json().encode() + b"\n")

    def _curves(self, draft: Draft) -> None:
        if self.request.curves_as == "csv":
            with draft.file("curves.csv", CSV) as sink:
                write(self._metered(), sink, format="curves-csv")
            return
        with draft.file("curves.ndjson", ndjson.MEDIA_TYPE) as sink:
            for _, curve in self._iterate_curves():
                sink.write(encode(curve) + b"\n")

    def _metered(self) -> Iterator[MeterCurve]:
        for series, curve in self._iterate_curves():
            yield build_metered_curve(curve, series)

    def _iterate_curves(self) -> Iterator[tuple[Series, Curve]]:
        """The curves, each with its series, as far as that one may be seen, too."""
        known = {one.id: one for one in self._items("series")}
        start, end = self.request.start, self.request.end
        if start is None or end is None:
            raise TypeError("curves need a period")  # ExportRequest sees to it
        curves = Curves(self.store).export(
            self.caller,
            start=start,
            end=end,
            granularity=self.request.granularity,
            agreement=self.request.agreement,
            series=self.request.series,
            clock=self.clock,
        )
        for curve in curves:
            series = known.get(curve.series)
            if series is not None:
                self._saw("curves", curve.series, series.provenance)
                yield series, curve

    def _items(self, kind: ExportKind) -> Iterator[Any]:
        noun, after = _NOUNS[kind](self.store), None
        while True:
            page = noun.page(
                self.caller,
                agreement=self.request.agreement,
                after=after,
                limit=PAGE,
                now=self.clock(),
            )
            yield from page.items
            after = page.next
            if after is None:
                return

    def _saw(self, kind: ExportKind, subject: str, provenance: str) -> None:
        self.subjects.setdefault(dataset_of(kind), set()).add(subject)
        self.provenance.add(provenance)
