"""The tables together: every question is about one day."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from synergie.energy.plan.tariff._words import N_
from synergie.energy.plan.tariff.options import option_name
from synergie.energy.plan.tariff.tables._figures import Domain, Rate, Turpe
from synergie.energy.plan.tariff.tables._missing import (
    Around,
    Missing,
    TableMissing,
    find_missing_version,
)
from synergie.energy.plan.tariff.tables._read import Shape, Version, Versions, laid_over, read_table
from synergie.energy.plan.tariff.time_classes import CLASSES
from synergie.energy.records.tariff import Activity
from synergie.errors import BadInput

_STEPPED = ("POINTE", "HPH", "HCH", "HPB", "HCB")
"""Classes in the order in which subscribed powers rise (b1, b2 ... of the deliberation)."""
_B = {"BASE": "b", **{name: f"b_{name.lower()}" for name in _STEPPED}}
_C = {name: "c" if name == "BASE" else f"c_{name.lower()}" for name in CLASSES}

SHAPES = {
    "turpe": Shape(
        "turpe",
        "tariff_code",
        ("cg_eur", "cc_eur"),
        ("cg_card_eur", "cmdps_eur_per_h", "cer_ceur_per_kvarh", *_B.values(), *_C.values()),
        frozenset({"cg_eur", "cc_eur"}),
    ),
    "accise": Shape("accise", "category", ("eur_per_mwh",)),
    "cta": Shape("cta", "network", ("percent",)),
    "vat": Shape("vat", "base", ("percent",)),
    "vnu": Shape("vnu", "mask", ("eur_per_mwh",)),
    "atrd": Shape("atrd", "option", (), ("fixed_eur", "eur_per_mwh", "eur_per_mwh_d")),
    "atrt": Shape("atrt", "option", ("eur_per_mwh",)),
    "gas_accise": Shape("gas_accise", "category", ("eur_per_mwh",)),
    "gas_cta": Shape(
        "gas_cta", "network", ("distribution_percent", "transport_percent", "share_percent")
    ),
    "gas_cpb": Shape("gas_cpb", "obligation", ("eur_per_mwh",)),
    "atrt_terms": Shape(
        "atrt_terms", "network", (), ("tcs_eur", "tcr_eur", "tcl_eur", "storage_eur")
    ),
    "gas_zi": Shape("gas_zi", "profile_station", ("zi",)),
    "gas_a": Shape("gas_a", "network", ("a",)),
}
"""The columns of each table."""

_UP_TO_36, _UP_TO_250 = Decimal(36), Decimal(250)
BY_ACTIVITY = "36_to_250"
"""The category of accise of an economic activity alone."""
_NOT_COLLECTED = frozenset({"atrt", "atrt_terms", "gas_zi", "gas_a"})
"""Tables that synergie has no figures of: only own ones, or those of a publisher."""
NO_CELLS = N_("a row of the table with these cells")
NO_DAY = N_("a day that the table covers")
_NON_ECONOMIC = "36_to_250_non_economic"
_GRID = ("cg_eur", "cc_eur", *_B.values(), *_C.values())
"""Columns without which a grid is not whole."""
ALL_CELLS = frozenset({*_GRID, "cg_card_eur", "cmdps_eur_per_h", "cer_ceur_per_kvarh"})
"""Every column of the network tariff."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables together; every question is about one day."""

    versions: Mapping[str, Versions]
    """The versions by table, then by key."""

    @classmethod
    def read(cls, folder: Path) -> "Tables":
        """The tables of *folder*: files of the names and columns of ours, each optional.

        BadInput: no such file there, or a row that cannot be relied on.
        """
        found = {
            name: read_table(_read_table_text(path), shape, path.name)
            for name, shape in SHAPES.items()
            if (path := folder / f"{name}.csv").is_file()
        }
        if not found:
            raise BadInput(
                str(folder), "", "a folder with turpe.csv, accise.csv, cta.csv or vat.csv"
            )
        return cls(found)

    def with_tables(self, others: "Tables") -> "Tables":
        """*others* on the days they cover, these on all others."""
        names = {*self.versions, *others.versions}
        return Tables(
            {
                name: laid_over(self.versions.get(name, {}), others.versions.get(name, {}))
                for name in sorted(names)
            }
        )

    def with_folder(self, folder: Path) -> "Tables":
        """The tables of *folder* on the days they cover, these on all others."""
        return self.with_tables(Tables.read(folder))

    def turpe(self, tariff_code: str, day: date) -> Turpe:
        """The network tariff of an option (FTA) on *day*. BadInput: not covered, or not whole."""
        found = self.turpe_cells(tariff_code, day)
        if found.gap is not None:
            raise found.gap
        return found

    def turpe_cells(self, tariff_code: str, day: date) -> Turpe:
        """The cells that are known of the network tariff of an option on *day*.

        Those of `missing` are of another day. BadInput: no version covers the day.
        """
        version = self._version("turpe", option_name(tariff_code), day)
        of_key = self.versions["turpe"][version.key]
        missing = _list_missing_cells(version, of_key)
        if not missing:
            return _build_turpe(version)
        whole = [one for one in of_key if not _list_missing_cells(one, of_key)]
        before = [one for one in whole if one.valid_to <= day]
        after = [one for one in whole if one.valid_from > day]
        if not whole:
            raise self._gap(version, missing, day, (None, version.valid_to))
        like = max(before, key=lambda one: one.valid_to) if before else whole[0]
        around = (
            like.valid_to - timedelta(days=1) if before else None,
            min((one.valid_from for one in after), default=version.valid_to),
        )
        return replace(
            _build_turpe(replace(version, values={**like.values, **version.values})),
            missing=missing,
            gap=self._gap(version, missing, day, around),
        )

    @staticmethod
    def _gap(version: Version, missing: frozenset[str], day: date, around: Around) -> TableMissing:
        why = find_missing_version("turpe", version.key, day)
        expected = NO_CELLS if why is None else why.why
        cells = ", ".join(one for one in SHAPES["turpe"].columns if one in missing)
        return TableMissing(("turpe", version.key, ""), f": {cells}", (day, expected), around)

    def nearest_turpe(self, tariff_code: str, day: date) -> Turpe:
        """The network tariff of an option on *day*, else that of the nearest day that has one.

        For its classes and its domain, which do not change; not for its prices. BadInput: no
        such option.
        """
        try:
            return self.turpe(tariff_code, day)
        except TableMissing:
            of_key = self.versions["turpe"][option_name(tariff_code)]
            whole = [one for one in of_key if not _list_missing_cells(one, of_key)] or of_key
            return _build_turpe(min(whole, key=lambda one: _days_off(one, day)))

    def accise(self, kva: Decimal | int, day: date) -> Rate:
        """Accise on electricity for a subscribed power of *kva*, EUR/MWh (CIBS L312-24)."""
        return self._rate("accise", find_accise_category(Decimal(kva)), day, "eur_per_mwh")

    def accise_rates(
        self, kva: Decimal | int, day: date, activity: Activity = "unknown"
    ) -> tuple[Rate, ...]:
        """The rates of accise that may be lawful for *kva*; more than one: it is not determined.

        A non-economic activity (town hall, school, street lighting) up to 250 kVA is of the
        category of households, an economic one above 36 kVA is not (CIBS L312-24). From February
        2026 on the line that the finance law draws was not read: both may be due, unless a table
        tells the rate. First the rate of an economic activity.
        """
        economic = self.accise(kva, day)
        if economic.key != BY_ACTIVITY or activity == "economic":
            return (economic,)
        try:
            other, told = self._rate("accise", _NON_ECONOMIC, day, "eur_per_mwh"), True
        except TableMissing:
            other, told = self.accise(_UP_TO_36, day), False
        if told and activity == "non_economic":
            return (other,)
        return economic, other

    def cta(self, day: date) -> Rate:
        """Contribution tarifaire d'acheminement, percent of the fixed part of the TURPE."""
        return self._rate("cta", "distribution", day, "percent")

    def vat(self, day: date, base: str = "standard") -> Rate:
        """VAT, percent: `standard`, or `subscription` (those up to 36 kVA and their CTA)."""
        return self._rate("vat", base, day, "percent")

    def vnu(self, day: date) -> Rate:
        """Versement nucléaire universel, EUR/MWh paid back on April to October (law 2025-127)."""
        return self._rate("vnu", "april_to_october", day, "eur_per_mwh")

    def figure(self, table: str, key: str, cell: str, day: date) -> Rate:
        """One cell of a table on *day*. TableMissing: it is not known."""
        of_key = self.versions.get(table, {}).get(key, ())
        known = [one for one in of_key if cell in one.values]
        for version in known:
            if version.covers(day):
                return Rate(
                    table=table, key=key, value=version.values[cell],
                    valid_from=version.valid_from, valid_to=version.valid_to, source=version.source,
                )  # fmt: skip
        ends = [one.valid_to for one in known if one.valid_to <= day]
        begins = [one.valid_from for one in known if one.valid_from > day]
        last = max(ends) - timedelta(days=1) if ends else None
        around = last, min(begins, default=date.max)
        raise TableMissing((table, key, cell), f": {cell}", (day, NO_CELLS), around)

    def tariff_codes(self, day: date) -> tuple[str, ...]:
        """The options (FTA) whose network tariff is known on *day*, in alphabetical order."""
        found = self.versions.get("turpe", {}).items()
        return tuple(sorted(key for key, of_key in found if _covers_whole(of_key, day)))

    def last_day(self, today: date) -> date:
        """*today*, or before it the last day on which all that a bill may need has figures.

        Of the network tariff those of every option. VNU is left out: it is paid back, in some
        months only.
        """
        ends = (
            max(one.valid_to for one in of_key if not _list_missing_cells(one, of_key))
            for name in ("turpe", "accise", "cta", "vat")
            for key, of_key in self.versions.get(name, {}).items()
            if key != _NON_ECONOMIC
        )
        return min(today, *(end - timedelta(days=1) for end in ends))

    def boundaries(self, begins: date, ends: date) -> tuple[date, ...]:
        """The days inside ]begins, ends[ on which a version of any table begins or ends."""
        days = {
            day
            for table in self.versions.values()
            for of_key in table.values()
            for version in of_key
            for day in (version.valid_from, version.valid_to)
        }
        return tuple(sorted(day for day in days if begins < day < ends))

    def _rate(self, table: str, key: str, day: date, column: str) -> Rate:
        version = self._version(table, key, day)
        return Rate(
            table=table,
            key=key,
            value=version.values[column],
            valid_from=version.valid_from,
            valid_to=version.valid_to,
            source=version.source,
        )

    def _version(self, table: str, key: str, day: date) -> Version:
        of_key = self.versions.get(table, {}).get(key, ())
        for version in of_key:
            if version.covers(day):
                return version
        where = f"{table}.csv, {key}"
        why = find_missing_version(table, key, day)
        if of_key:
            expected = NO_DAY if why is None else why.why
            days, around = _describe_covered_days(of_key), _days_around(of_key, day)
            raise TableMissing((table, key, ""), days, (day, expected), around)
        if why is not None and _has_kin(why, self.versions.get(table, {}), key):
            raise BadInput(where, day.isoformat(), why.why)
        raise BadInput(f"{table}.csv", key, "a key of this table; own tables may be given")


def _days_around(versions: tuple[Version, ...], day: date) -> Around:
    whole = [one for one in versions if not _list_missing_cells(one, versions)]
    ends = [one.valid_to for one in whole if one.valid_to <= day]
    begins = [one.valid_from for one in whole if one.valid_from > day]
    last = max(ends) - timedelta(days=1) if ends else None
    return last, min(begins, default=date.max)


def _list_missing_cells(version: Version, of_key: tuple[Version, ...]) -> frozenset[str]:
    """The cells of the grid that *version* has not, and its option has on other days."""
    wanted = {name for one in of_key for name in one.values if name in _GRID}
    return frozenset(wanted - set(version.values))


def _covers_whole(of_key: tuple[Version, ...], day: date) -> bool:
    """Whether a version covers *day* with every cell."""
    return any(one.covers(day) and not _list_missing_cells(one, of_key) for one in of_key)


def _days_off(version: Version, day: date) -> int:
    """How many days lie between *day* and a version that does not cover it."""
    before = (version.valid_from - day).days
    return before if before > 0 else (day - version.valid_to).days


def _has_kin(why: Missing, versions: Versions, key: str) -> bool:
    """Whether *key* is of a family that is known to be missing, and not a mere slip."""
    return any(one and key.startswith(one) for one in why.keys) and bool(versions)


def _describe_covered_days(versions: tuple[Version, ...]) -> str:
    """The days that *versions* cover, as ` (2023-08-01 to 2026-08-01)`; end excluded."""
    if not versions:
        return ""
    spans: list[list[date]] = []
    for version in versions:
        if _list_missing_cells(version, versions):
            continue
        if spans and spans[-1][1] == version.valid_from:
            spans[-1][1] = version.valid_to
        else:
            spans.append([version.valid_from, version.valid_to])
    told = (f"[{a}, {'...' if b == date.max else b}[" for a, b in spans)
    return f" {' '.join(told)}"


def find_accise_category(kva: Decimal) -> str:
    """Category of accise of a subscribed power: the kVA decide, never the yearly energy."""
    if kva <= _UP_TO_36:
        return "up_to_36"
    return "36_to_250" if kva <= _UP_TO_250 else "above_250"


def find_tariff_domain(tariff_code: str) -> Domain:
    """Voltage and power of an option, by its code."""
    if tariff_code.startswith("HTA"):
        return "HTA"
    return "BT_ABOVE_36" if tariff_code.startswith("BTSUP") else "BT_UP_TO_36"


def _build_turpe(version: Version) -> Turpe:
    values = version.values
    return Turpe(
        tariff_code=version.key,
        domain=find_tariff_domain(version.key),
        cg_eur=values["cg_eur"],
        cc_eur=values["cc_eur"],
        b={name: values[column] for name, column in _B.items() if column in values},
        c={name: values[column] for name, column in _C.items() if column in values},
        cmdps_eur_per_h=values.get("cmdps_eur_per_h"),
        cg_card_eur=values.get("cg_card_eur"),
        cer_ceur_per_kvarh=values.get("cer_ceur_per_kvarh"),
        valid_from=version.valid_from,
        valid_to=version.valid_to,
        source=version.source,
    )


def _read_table_text(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


@lru_cache(maxsize=1)
def shipped() -> Tables:
    """The tables that come with synergie, read once."""
    folder = files("synergie.energy.plan.tariff.tables")
    return Tables(
        {
            name: read_table(
                folder.joinpath(f"{name}.csv").read_text(encoding="utf-8"), shape, f"{name}.csv"
            )
            for name, shape in SHAPES.items()
            if name not in _NOT_COLLECTED
        }
    )
