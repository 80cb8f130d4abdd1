"""What the rest of a profile says: units, decimals, dates, sides; what nothing tells is asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from synergie.formats.tables import _sample as sample
from synergie.formats.tables._cells import Cell, month_of, said
from synergie.formats.tables._fields import DATED, NUMBERS, Found, Seen
from synergie.formats.tables._proposal import QUESTIONS, Asked, Question
from synergie.formats.tables._words import exports, titled, unit_in, words
from synergie.schemas.series import Direction
from synergie.schemas.table_profile import Layout, TableUnit

_GAS = re.compile(r"\b(gaz|gas|pce|pcs|m3|grdf)\b")
_POWERED = re.compile(
    r"\b(prm|pdl|rae|electricite|electricity|fta|hph|hch|hpe|hce|hpb|hcb|kva|enedis|eclairage)\b"
)


@dataclass(slots=True)
class Facts:
    """What the table says beside its columns; `asked` fills with what it does not say."""

    seen: Seen
    found: Found
    layout: Layout
    asked: list[Question] = field(default_factory=list)

    def _ask(self, asked: Asked, *choices: str) -> None:
        self.asked.append(Question(asked, QUESTIONS[asked], choices))

    def table(self) -> dict[str, object]:
        dates = [
            self.seen.column(at)
            for at, told in self.found.items()
            if told.field in DATED | {"month"}
        ]
        numbers = [self.seen.column(at) for at, told in self.found.items() if told.field in NUMBERS]
        if self.layout == "wide_months":
            months = [i for i, name in enumerate(self.seen.head.names) if month_of(name)]
            numbers += [self.seen.column(at) for at in months]
        decimal = self._decimal(numbers)
        scheme = self._scheme()
        order = self._dates(dates)
        told: dict[str, object] = {
            "fingerprint": self.seen.head.fingerprint,
            "head_rows": self.seen.head.rows,
            "separator": self.seen.separator,
            "decimal": decimal,
            "thousands": sample.thousands_mark(numbers, decimal),
            "dates": order,
            "scheme": scheme,
            "energy": "gas" if scheme == "pce" or self._is_gas() else "electricity",
            "unit": self._unit(),
            "direction": self._direction(),
            "last_day": self._last_day(order),
        }
        self._year()
        self._point()
        return told

    def _decimal(self, numbers: Sequence[Sequence[Cell]]) -> Literal[".", ","]:
        found = sample.decimal_mark(numbers)
        if found is not None:
            return found
        likely: Literal[".", ","] = "." if self.seen.separator == "," else ","
        if self.seen.separator != ";" and sample.may_be_either(numbers):
            self._ask("decimal", ",", ".")
        return likely

    def _dates(self, dates: Sequence[Sequence[Cell]]) -> Literal["dmy", "mdy"]:
        found = sample.date_order(dates)
        if found is None and sample.has_slashes(dates) and not self._is_french():
            self._ask("dates", "dmy", "mdy")
        return found or "dmy"

    def _is_french(self) -> bool:
        return (
            re.search(
                r"\b(du|au|debut|fin|mois|annee|consommation|conso|facture|montant|energie|puissance"
                r"|horodate|releve|valeur|jour|heure)\b",
                self.seen.above(),
            )
            is not None
        )

    def _is_gas(self) -> bool:
        above = self.seen.above()
        return _GAS.search(above) is not None and _POWERED.search(above) is None

    def _scheme(self) -> Literal["prm", "pce", "other"]:
        at = next((i for i, told in self.found.items() if told.field == "supply_point"), None)
        if at is None:
            return "pce" if self._is_gas() else "prm"
        name, column = words(self.seen.head.names[at]), self.seen.column(at)
        if re.search(r"\bpce\b", name):
            return "pce"
        if re.search(r"\b(prm|pdl|rae)\b", name):
            return "prm"
        if column and sample.share(column, sample.is_identifier) < 0.3:  # noqa: PLR2004 (few are)
            return "other"
        above = self.seen.above()
        classes = any(told.tariff_class for told in self.found.values())
        gas, powered = _GAS.search(above), classes or _POWERED.search(above)
        if gas and not powered:
            return "pce"
        if not powered and self.layout != "points":
            self._ask("scheme", "prm", "pce")
        return "prm"

    def _unit(self) -> TableUnit | None:
        if any(told.field == "unit" for told in self.found.values()) and self.layout != "points":
            return None
        wanted = {"annual_energy", "subscribed_power"} if self.layout == "points" else {"value"}
        if self.layout == "wide_months":
            return self._unit_of_months()
        open_ = [
            at
            for at, told in self.found.items()
            if told.field in wanted and not (told.unit or sample.unit_of(self.seen.column(at)))
        ]
        if not open_:
            return None
        titled = unit_in(self.seen.titles())
        if titled is not None:
            return titled
        choices = {"curve": ("W", "kW", "Wh", "kWh"), "points": ("kVA", "kW", "kWh", "MWh")}
        self._ask("unit", *choices.get(self.layout, ("kWh", "MWh", "Wh")))
        return None

    def _unit_of_months(self) -> TableUnit | None:
        names = [name for name in self.seen.head.names if month_of(name)]
        if all(unit_in(name) for name in names):
            return None
        months = [i for i, name in enumerate(self.seen.head.names) if month_of(name)]
        told = unit_in(self.seen.titles()) or next(
            (u for at in months if (u := sample.unit_of(self.seen.column(at)))), None
        )
        others = [unit_in(name) for name in self.seen.head.names if name not in names]
        told = told or next((unit for unit in others if unit in {"kWh", "MWh", "Wh"}), None)
        if told is None:
            self._ask("unit", "kWh", "MWh", "Wh")
        return told

    def _direction(self) -> Direction | None:
        if self.layout == "points" or self._is_gas():
            return "import"
        if any(told.field == "direction" for told in self.found.values()):
            return None
        names = [
            self.seen.head.names[at] for at, told in self.found.items() if told.field == "value"
        ]
        sides = {side for name in names if (side := exports(name)) is not None}
        if not sides:
            around = " ".join([self.seen.titles(), *self.seen.head.names])
            sides = {side for side in (titled(around),) if side is not None}
        if len(sides) == 1:
            return "export" if sides.pop() else "import"
        self._ask("direction", "import", "export")
        return None

    def stamp(self) -> Literal["start", "end"] | None:
        """Told by the name of the column (`start`, `fin`); else asked where it matters."""
        times = [at for at, told in self.found.items() if told.field in {"datetime", "date"}]
        by_day = not any(told.field in {"datetime", "time"} for told in self.found.values())
        if self.layout not in {"curve", "indexes"} or (self.layout == "curve" and by_day):
            return None
        if self.layout == "indexes" and any(sample.has_hour(self.seen.column(at)) for at in times):
            return "start"
        names = " ".join(words(self.seen.head.names[at]) for at in times)
        if re.search(r"\b(start|debut|begin|from)\b", names):
            return "start"
        if re.search(r"\b(end|fin|until)\b", names):
            return "end"
        self._ask("stamp", "start", "end")
        return None

    def time_zone(self) -> str:
        """UTC when the name of the time column says so; else that of France."""
        names = [
            self.seen.head.names[at] for at, told in self.found.items() if told.field == "datetime"
        ]
        utc = any("utc" in words(name).split() for name in names)
        return "UTC" if utc else "Europe/Paris"

    def _last_day(self, order: Literal["dmy", "mdy"]) -> Literal["included", "excluded"] | None:
        place = {told.field: at for at, told in self.found.items()}
        if self.layout != "periods" or not {"from_date", "to_date"} <= place.keys():
            return None
        below = self.seen.rows[self.seen.head.first + self.seen.head.rows :]
        width = max(place["from_date"], place["to_date"])
        rows = [cells for _, cells in below if len(cells) > width]
        point = place.get("supply_point", place.get("name"))
        keys = ["" if point is None or point >= len(c) else said(c[point]) for c in rows]
        told = sample.last_day(
            [cells[place["from_date"]] for cells in rows],
            [cells[place["to_date"]] for cells in rows],
            keys,
            sample.plain_profile(order),
        )
        if told is None:
            self._ask("last_day", "included", "excluded")
        return told

    def _year(self) -> None:
        fields = {told.field for told in self.found.values()}
        names = [told for name in self.seen.head.names if (told := month_of(name))]
        bare = self.layout == "wide_months" and any(year is None for year, _ in names)
        if self.layout == "periods" and "month" in fields:
            at = next(i for i, told in self.found.items() if told.field == "month")
            bare = any(_bare_month(cell) for cell in self.seen.column(at))
        if bare and "year" not in fields:
            years = sorted(
                set(re.findall(r"\b(?:19|20)\d\d\b", f"{self.seen.titles()} {self.seen.file}"))
            )
            self._ask("year", *years)

    def _point(self) -> None:
        fields = {told.field for told in self.found.values()}
        if "supply_point" in fields or (
            "name" in fields and self.layout not in {"curve", "points"}
        ):
            return
        self._ask("supply_point")


def _bare_month(cell: Cell) -> bool:
    told = month_of(said(cell)) if isinstance(cell, str) else None
    return (told is not None and told[0] is None) or (
        said(cell).isdecimal() and len(said(cell)) < 3  # noqa: PLR2004 (no year)
    )
