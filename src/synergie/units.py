"""Units and identifiers as annotated types: right from Python and through FastAPI's parsed JSON.

FastAPI validates *parsed* JSON, where a time, a date and a decimal are texts; strict pydantic
refuses those. The types here are not strict where they must not be, and guard the form of the
text instead: pydantic alone reads "1767225600" as a time and "1_0" as a decimal.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, Strict

from synergie.errors import BadInput

T = TypeVar("T")

Many = Annotated[tuple[T, ...], Strict(False)]
"""A list on the wire, a tuple in Python (frozen models hold no list)."""

_RFC3339 = r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})"
_DATE = r"\d{4}-\d{2}-\d{2}"
_DECIMAL = r"-?\d{1,15}(\.\d{1,6})?"


def _text(form: str, kind: type, expected: str) -> Callable[[Any], Any]:
    """A validator that takes a text of *form*, or a value already of *kind*, and nothing else."""
    shape = re.compile(form, re.ASCII)

    def check(value: Any) -> Any:
        if isinstance(value, str) and shape.fullmatch(value):
            return value
        if isinstance(value, kind):
            return value
        raise ValueError(expected)

    return check


_MOMENT = "a time with its offset, as RFC 3339 writes it"


def _in_utc(value: datetime) -> datetime:
    """The moment as it is; the first and last hours of the calendar are no moment in UTC."""
    try:
        value.astimezone(UTC)
    except OverflowError:
        raise ValueError(_MOMENT) from None
    return value


Instant = Annotated[
    AwareDatetime,
    Strict(False),
    BeforeValidator(_text(_RFC3339, datetime, _MOMENT)),
    AfterValidator(_in_utc),
    Field(examples=["2026-11-25T10:00:00Z"]),
]
"""A moment, RFC 3339 with an offset. Never a number, never without offset."""


def _check_civil_date(value: Any) -> Any:
    if isinstance(value, datetime):
        raise ValueError("a civil date without hour")  # noqa: TRY004 (pydantic wants ValueError)
    return value


CivilDate = Annotated[
    date,
    Strict(False),
    BeforeValidator(_text(_DATE, date, "a date YYYY-MM-DD")),
    BeforeValidator(_check_civil_date),
    Field(examples=["2026-11-25"]),
]
"""A civil date, ISO 8601, in the zone of the supply point. Periods are half-open: [from, to)."""

decimal_text = _decimal = BeforeValidator(
    _text(_DECIMAL, Decimal, "a decimal number as text, with a dot")
)

Euros = Annotated[
    Decimal,
    Strict(False),
    _decimal,
    Field(json_schema_extra={"unit": "EUR"}, examples=["1234.50"], max_digits=18),
]
"""Money, euros excluding VAT unless said otherwise. Text on the wire, exact in sums."""

ExactNumber = Annotated[Decimal, Strict(False), _decimal, Field(examples=["12.5"], max_digits=24)]
"""An exact number whose unit its name tells. Text on the wire."""

EurosPerMWh = Annotated[
    Decimal,
    Strict(False),
    _decimal,
    Field(json_schema_extra={"unit": "EUR/MWh"}, examples=["86.90"], max_digits=12),
]
"""A price of energy, euros per megawatt-hour. Text on the wire."""

MegawattHours = Annotated[
    Decimal,
    Strict(False),
    _decimal,
    Field(json_schema_extra={"unit": "MWh"}, examples=["12.345"], ge=0, max_digits=15),
]
"""An amount of energy, megawatt-hours. Text on the wire, exact in sums."""

KilowattHours = Annotated[
    Decimal,
    Strict(False),
    _decimal,
    Field(json_schema_extra={"unit": "kWh"}, examples=["2477.727648"], max_digits=21),
]
"""Energy of a period, kilowatt-hours; a bill may take some back, so it may be negative."""

CubicMetres = Annotated[
    Decimal,
    Strict(False),
    decimal_text,
    Field(json_schema_extra={"unit": "m3"}, examples=["221.4"], max_digits=21),
]
"""Volume of gas, cubic metres as metered. Text on the wire, exact."""

KilogramsCo2 = Annotated[
    Decimal,
    Strict(False),
    _decimal,
    Field(json_schema_extra={"unit": "kgCO2"}, examples=["208.128269"], max_digits=21),
]
"""Emissions as the source states them, kilograms of CO2. Text on the wire."""

Hours = Annotated[
    Decimal,
    Strict(False),
    _decimal,
    Field(json_schema_extra={"unit": "h"}, examples=["1.25"], ge=0, max_digits=9),
]
"""A duration of work, hours. Text on the wire."""

Watts = Annotated[int, Field(ge=0, le=10_000_000, json_schema_extra={"unit": "W"}, examples=[70])]
"""Electric power, W."""

KilovoltAmperes = Annotated[
    float,
    Field(
        gt=0, le=1_000_000, allow_inf_nan=False, json_schema_extra={"unit": "kVA"}, examples=[6.0]
    ),
]
"""Subscribed power, kVA."""

Lumens = Annotated[int, Field(ge=0, le=10_000_000, json_schema_extra={"unit": "lm"})]
"""Luminous flux, lm."""

Kelvins = Annotated[
    int, Field(ge=1000, le=20_000, json_schema_extra={"unit": "K"}, examples=[3000])
]
"""Correlated colour temperature, K."""

Metres = Annotated[
    float, Field(ge=0, le=1000, allow_inf_nan=False, json_schema_extra={"unit": "m"})
]
"""Height, m."""

Degrees = Annotated[
    float, Field(ge=-180, le=180, allow_inf_nan=False, json_schema_extra={"unit": "deg"})
]
"""An angle, degrees."""

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, json_schema_extra={"unit": "1"})]
"""A share, 0 to 1."""

Longitude = Annotated[
    float,
    Field(ge=-180, le=180, allow_inf_nan=False, json_schema_extra={"unit": "deg"}, examples=[6.13]),
]
"""WGS 84 longitude, degrees east."""

Latitude = Annotated[
    float,
    Field(ge=-90, le=90, allow_inf_nan=False, json_schema_extra={"unit": "deg"}, examples=[48.77]),
]
"""WGS 84 latitude, degrees north."""


def _normalize_text(value: str) -> str:
    """The text as NFC; control and direction-changing characters are refused."""
    if value.isascii() and value.isprintable():
        return value  # most are, and it is ten times as fast
    import unicodedata  # noqa: PLC0415 (cold path, keeps the import of the client light)

    for character in value:
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co"}:
            raise ValueError("a text without control characters")
    return unicodedata.normalize("NFC", value)


Text = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_normalize_text)]
"""A short text, 1 to 200 characters, stored as Unicode NFC, without control characters."""

LongText = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_normalize_text)]
"""A text of at most 2,000 characters, without control characters."""

ExternalId = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_normalize_text)]
"""The owner's own identifier, unique within the organisation and the kind of thing."""

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{2,63}$", examples=["cab_3k5z7q2m4x"])]
"""An identifier given by the server, opaque; safe in addresses (it holds no PRM)."""

OrganisationId = Annotated[
    str, Field(pattern=r"^[a-z0-9][a-z0-9-]{2,63}$", examples=["cc-bassin-de-pompey"])
]
"""An organisation's identifier on this server, chosen by its operator."""

Prm = Annotated[str, Field(pattern=r"^[0-9]{14}$", examples=["99000000000017"])]
"""Point Référence Mesure: 14 digits as text (Enedis XSD `PointIdType`); zeros in front count."""

Pce = Annotated[str, Field(pattern=r"^([0-9]{14}|GI[0-9]{6})$", examples=["99000000000017"])]
"""Point de Comptage et d'Estimation (gas): 14 digits, or GI and 6 digits for large sites."""


_SIRET_DIGITS = 14
_LA_POSTE, _LA_POSTE_HEAD = "356000000", "35600000000048"


def _check_siren(value: str) -> str:
    if not has_check_digit(value):
        raise ValueError("a SIREN of 9 digits with its check digit")
    return value


def _check_siret(value: str) -> str:
    if not is_siret(value):
        raise ValueError("a SIRET of 14 digits with its check digit")
    return value


def is_siret(text: str) -> bool:
    """Whether *text* is 14 digits whose check digits hold, those of its SIREN too (INSEE).

    The establishments of La Poste add up to a multiple of five instead; its head office is as all.
    """
    if len(text) != _SIRET_DIGITS or not (text.isascii() and text.isdigit()):
        return False
    if text.startswith(_LA_POSTE) and text != _LA_POSTE_HEAD:
        return sum(map(int, text)) % 5 == 0
    return has_check_digit(text) and has_check_digit(text[:9])


def has_check_digit(digits: str) -> bool:
    """Whether the last of *digits* is their check digit (Luhn, ISO/IEC 7812-1 annex B)."""
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    single = sum(map(int, digits[::-2]))
    return (single + sum(one - 9 * (one > 9) for one in doubled)) % 10 == 0  # noqa: PLR2004


Siren = Annotated[
    str, Field(pattern=r"^[0-9]{9}$", examples=["245400601"]), AfterValidator(_check_siren)
]
"""SIREN of a French organisation: 9 digits, Luhn (INSEE)."""

Siret = Annotated[
    str, Field(pattern=r"^[0-9]{14}$", examples=["24540060100010"]), AfterValidator(_check_siret)
]
"""SIRET of an establishment: 14 digits, Luhn (INSEE; La Poste is the known exception)."""

InseeCode = Annotated[str, Field(pattern=r"^([013-9][0-9]|2[AB1-9])[0-9]{3}$", examples=["54430"])]
"""Code of a commune (INSEE, Code officiel géographique): 5 characters as text."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 digest, 64 lower-case hexadecimal digits."""

TimeZone = Annotated[
    str,
    Field(pattern=r"^[A-Za-z]+(/[A-Za-z0-9_+-]+){0,2}$", max_length=40, examples=["Europe/Paris"]),
]
"""A zone of the IANA time zone database."""

Provenance = Literal["synthetic", "public", "partner"]
"""Where a record comes from: made for demonstration, published, or a partner's own."""

Step = Literal["PT1M", "PT5M", "PT10M", "PT15M", "PT30M", "PT1H", "P1D", "P1M", "P1Y"]
"""Length of one value of a curve, ISO 8601: a fixed step, or a civil day, month or year."""

STEP_SECONDS: dict[str, int] = {
    "PT1M": 60,
    "PT5M": 300,
    "PT10M": 600,
    "PT15M": 900,
    "PT30M": 1800,
    "PT1H": 3600,
}
"""Seconds of each fixed step; civil steps have none."""

STEP_NAMES: dict[int, Step] = {
    60: "PT1M", 300: "PT5M", 600: "PT10M", 900: "PT15M", 1800: "PT30M", 3600: "PT1H",
}  # fmt: skip
"""The step of each number of seconds."""


def parse_instant(text: str, where: str) -> datetime:
    """An aware time from RFC 3339 *text*; BadInput at *where* otherwise."""
    if not re.fullmatch(_RFC3339, text, re.ASCII):
        raise BadInput(where, text, "a time with its offset, as RFC 3339 writes it")
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(where, text, "a time that exists") from error
