"""The points of one R63 series: each cell is understood once, what is wrong is refused."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from synergie.errors import BadInput
from synergie.formats._json import Node, describe_json_value
from synergie.formats._points import Number, parse_exact_number
from synergie.formats._runs import Side
from synergie.formats.enedis import _codes, _r6x
from synergie.formats.report import Place, Report
from synergie.schemas.readings.quality import Quality
from synergie.units import STEP_NAMES

MOST = 10**9
"""Watts of one point."""

_STEP = re.compile(r"(?:PT)?(\d{1,2})M?", re.ASCII)
_LINKY, _OTHERS = frozenset({900, 1800, 3600}), frozenset({300})
_SHORT = 9
MAX_CODES = 10_000
"""Different sets of codes in one series; a real one has a few."""


@dataclass(slots=True)
class Column:
    """The points of one quantity and direction of one delivery point, in file order."""

    facts: Node
    """`idPrm`, `etapeMetier`, `grandeurMetier`, `grandeurPhysique`, `unite`, perhaps `segment`."""
    place: Place
    times: list[datetime] = field(default_factory=list)
    values: list[Number] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    """Seconds."""
    qualities: list[Quality] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    signs: set[Side] = field(default_factory=set)
    """The sides that the codes tell (GUI.0503 §4.2); one when they agree."""
    known: dict[tuple[object, ...], tuple[int, Quality, Side | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        stage, segment = self.facts.fields.get("etapeMetier"), self.facts.fields.get("segment")
        if stage == "BEST" or segment in ("C1", "C2", "C3", "C4", "P1", "P2", "P3"):
            self.signs.add("start")
        elif segment in ("C5", "P4"):
            self.signs.add("end")

    def __len__(self) -> int:
        return len(self.times)

    def add(self, point: object, place: Place, report: Report) -> None:
        """One point; it is refused when a part of it is wrong."""
        try:
            fields = point if type(point) is dict else Node.of(point).fields
            time = _r6x.time(_check_text(fields.get("d"), "/d"), "/d")
            value = _parse_point_value(fields.get("v"))
            codes = (fields.get("p"), fields.get("n"), fields.get("iv"), fields.get("ec"),
                     fields.get("tc"))  # fmt: skip
            told = self._codes(codes)
        except BadInput as fault:
            report.refuse(place, fault)
            return
        step, quality, side = told
        if side is not None:
            self.signs.add(side)
        self.times.append(time)
        self.values.append(value)
        self.steps.append(step)
        self.qualities.append(quality)
        self.places.append(place)

    def _codes(self, codes: tuple[object, ...]) -> tuple[int, Quality, Side | None]:
        try:
            found = self.known.get(codes)
        except TypeError as error:  # a list or an object among them
            raise BadInput(
                "row", describe_json_value(codes), "codes that are texts or numbers"
            ) from error
        if found is None and len(self.known) < MAX_CODES:
            pas, *rest = codes
            n, iv, ec, tc = (None if one in (None, "") else str(one) for one in rest)
            step = _parse_step_code(pas)
            told = _codes.derive_quality(n, iv, ec)
            found = self.known[codes] = step, told, _derive_side(step, n, iv, tc)
        if found is None:
            raise BadInput("row", describe_json_value(codes), "codes that are texts or numbers")
        return found


def _check_text(value: object, where: str) -> str:
    if isinstance(value, str):
        return value
    raise BadInput(where, describe_json_value(value), "a time as 2026-11-25 00:30:00")


def _parse_point_value(value: object) -> Number:
    """None for null, a blank or the text `null`: not measured, which is not zero."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST:
        return value
    text = "" if value is None else str(value).strip()
    if text in ("", "null"):
        return None
    if len(text) <= _SHORT and text.isdigit() and text.isascii():
        return int(text)
    found = parse_exact_number(
        text.replace(",", "."), "/v", "a power of at least 0, or null", most=MOST
    )
    if found < 0:
        raise BadInput("/v", text, "a power of at least 0, or null")
    return found


def _parse_step_code(pas: object) -> int:
    found = _STEP.fullmatch(pas.upper()) if isinstance(pas, str) else None
    seconds = int(found[1]) * 60 if found else 3600 if pas == "PT1H" else 0
    if seconds not in STEP_NAMES:
        raise BadInput("/p", describe_json_value(pas), "PT5M, PT10M, PT15M, PT30M or PT60M")
    return seconds


def _derive_side(step: int, n: str | None, iv: str | None, tc: str | None) -> Side | None:
    """The side that these codes belong to; None when they tell none, or both."""
    linky = n == "B" or iv is not None or step in _LINKY
    others = n in ("R", "E") or tc is not None or step in _OTHERS
    if linky == others:
        return None
    return "end" if linky else "start"
