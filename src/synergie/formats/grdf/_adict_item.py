"""One consumption of ADICT: its interval, its volume and energy, and how they were found.

A gas day runs from 06:00 to 06:00 local time: 23 or 25 hours when clocks change.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from synergie.calendar import load_time_zone
from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats._json import Node
from synergie.formats._points import parse_exact_number
from synergie.formats.text import normalize_column_name
from synergie.schemas.faults import faults
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.quality import Quality
from synergie.schemas.series import Direction
from synergie.units import Provenance

NAME = "grdf-adict"
GAS_DAY = time(6)
FIRST_YEAR, LAST_YEAR = 1950, 2200
MOST = 10**12

_PCE = re.compile(r"[0-9]{14}|GI[0-9]{6}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.0+)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_QUALITIES: dict[str, Quality] = {
    "mesure": "measured", "reel": "measured", "estime": "estimated", "corrige": "corrected",
    "calcule": "estimated", "absencededonnees": "missing", "": "measured",
}  # fmt: skip
_DIRECTIONS: dict[str, Direction] = {
    "consommation": "import", "soutirage": "import", "": "import", "injection": "export",
    "production": "export",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumption:
    """What one item tells; None where nothing is told."""

    code: str
    start: datetime
    end: datetime
    published: bool
    """Whether it is a billed period, and not a gas day or an hour."""
    volume_m3: Decimal | None
    energy_kwh: Decimal | None
    """Gross calorific value (PCS)."""
    direction: Direction
    quality: Quality
    raw: str | None

    def records(self, profile: Profile) -> list[IntervalReading | PeriodEnergy]:
        """Volume and energy of the interval, or the billed period; BadInput when it is none."""
        try:
            if self.published:
                return [self._period(profile)]
            return [
                self._interval("gas_volume", "m3", self.volume_m3, profile),
                self._interval("gas_energy", "kWh", self.energy_kwh, profile),
            ]
        except ValidationError as error:
            raise faults(error)[0] from error

    def _period(self, profile: Profile) -> PeriodEnergy:
        tz = load_time_zone(profile.time_zone)
        return PeriodEnergy(
            name=self.code,
            supply_point=f"pce:{self.code}",
            direction=self.direction,
            from_date=self.start.astimezone(tz).date(),
            to_date=self.end.astimezone(tz).date(),
            energy_kwh=self.energy_kwh,
            energy="gas",
            volume_m3=self.volume_m3,
            quality="missing" if self.energy_kwh is None else self.quality,
            source_quality=self.raw,
            source=NAME,
            provenance=_choose_provenance(self.code, profile),
        )

    def _interval(
        self,
        quantity: Literal["gas_volume", "gas_energy"],
        unit: Literal["m3", "kWh"],
        value: Decimal | None,
        profile: Profile,
    ) -> IntervalReading:
        if value is not None and value < 0:
            code = checks.NEGATIVE_ENERGY.code
            raise BadInput("/consommation", value, "an amount of at least 0, or null", code)
        return IntervalReading(
            supply_point=f"pce:{self.code}",
            quantity=quantity,
            direction=self.direction,
            unit=unit,
            start=self.start.astimezone(UTC),
            end=self.end.astimezone(UTC),
            value=value,
            quality="missing" if value is None else self.quality,
            source_quality=self.raw,
            source=NAME,
            provenance=_choose_provenance(self.code, profile),
        )


def _choose_provenance(code: str, profile: Profile) -> Provenance:
    return profile.provenance or ("synthetic" if code.startswith("99") else "partner")


def parse_pce(text: str, where: str) -> str:
    """*text* as a PCE; BadInput at *where* otherwise."""
    if _PCE.fullmatch(text):
        return text
    code = checks.BAD_IDENTIFIER.code
    raise BadInput(where, text, "a PCE of 14 digits, or GI and 6 digits, as text", code)


class Names(NamedTuple):
    """What the members of one item are called."""

    start: str
    end: str
    day: str
    volume: str
    energy: str
    qualification: str
    status: str
    kind: str


_SHARED = ("journee_gaziere", "volume_brut", "energie")
CONSUMED = Names(
    "date_debut_consommation", "date_fin_consommation", *_SHARED,
    "type_qualif_conso", "statut_conso", "type_conso",
)  # fmt: skip
INJECTED = Names(
    "date_debut_injection", "date_fin_injection", *_SHARED,
    "type_qualif_injection", "statut_injection", "type_injection",
)  # fmt: skip
PORTAL = Names(
    "dateDebutReleve", "dateFinReleve", "journeeGaziere", "volumeBrutConsomme",
    "energieConsomme", "qualificationReleve", "status", "natureReleve",
)  # fmt: skip


def parse_consumption(code: str, told: Node, names: Names, profile: Profile) -> Consumption:
    """What one item tells; BadInput when its interval or an amount cannot be read."""
    words = (told.maybe(names.qualification), told.maybe(names.status), told.maybe(names.kind))
    day = told.maybe(names.day)
    start, end = _parse_interval(told, names, day, profile)
    way = told.maybe("sens_flux_gaz") or ("injection" if names is INJECTED else "")
    direction = _DIRECTIONS.get(normalize_column_name(way))
    if direction is None:
        raise BadInput(told.at("sens_flux_gaz"), way, "Consommation or Injection")
    return Consumption(
        code=code,
        start=start,
        end=end,
        published=day is None and "informative" not in normalize_column_name(words[2] or ""),
        volume_m3=_parse_amount(told, names.volume),
        energy_kwh=_parse_amount(told, names.energy),
        direction=direction,
        quality=_QUALITIES.get(normalize_column_name(words[0] or ""), "suspect"),
        raw=" / ".join(word for word in words if word)[:200] or None,
    )


def _parse_interval(
    told: Node, names: Names, day: str | None, profile: Profile
) -> tuple[datetime, datetime]:
    """What the two dates say; else the gas day."""
    tz = load_time_zone(profile.time_zone)
    first, last = told.maybe(names.start), told.maybe(names.end)
    if first is not None and last is not None:
        return _parse_gas_time(first, told.at(names.start), tz), _parse_gas_time(
            last, told.at(names.end), tz
        )
    if day is None:
        raise BadInput(told.at(names.start), Words("nothing"), "two dates, or a gas day")
    if not _DAY.fullmatch(day):
        raise BadInput(told.at(names.day), day, "a date as 2026-11-25")
    start = _parse_gas_time(day, told.at(names.day), tz)
    return start, _gas_day(start.date() + timedelta(days=1), tz)


def _parse_gas_time(text: str, where: str, tz: ZoneInfo) -> datetime:
    """A time, local when it has no offset; a bare date is the start of its gas day."""
    bare = _DAY.fullmatch(text)
    if not (bare or _TIME.fullmatch(text)):
        raise BadInput(where, text, "a time as 2026-11-25T06:00:00+01:00, or a date")
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(where, text, "a time that exists") from error
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise BadInput(where, text, "a time from 1950 to 2200")
    if bare:
        return _gas_day(found.date(), tz)
    if found.tzinfo is not None:
        return found
    early, late = (found.replace(tzinfo=tz, fold=fold).utcoffset() for fold in (0, 1))
    if early != late:
        raise BadInput(where, text, "a time with its offset: this hour comes twice or never")
    return found.replace(tzinfo=tz)


def _gas_day(day: date, tz: ZoneInfo) -> datetime:
    return datetime.combine(day, GAS_DAY, tz)


def _parse_amount(told: Node, name: str) -> Decimal | None:
    """None for null: not measured, which is not zero."""
    text = told.maybe(name)
    if text is None:
        return None
    return Decimal(
        parse_exact_number(
            text.replace(",", "."), told.at(name), checks.N_("a number, or null"), most=MOST
        )
    )
