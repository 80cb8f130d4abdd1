"""Small R63 to R67 files, made here: the JSON envelope and one civil day of labels."""

import json
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds

PARIS = ZoneInfo("Europe/Paris")
PRM = "99000000000017"


def envelope(flow: str, mesures: list[dict[str, Any]]) -> bytes:
    header = {
        "siDemandeur": "ACM", "typeDestinataire": "ACM", "idDestinataire": "GRD-F000",
        "codeFlux": flow, "idDemande": "M0000000", "modePublication": "P",
        "idCanalContact": "Interne", "format": "JSON",
    }  # fmt: skip
    return json.dumps({"header": header, "mesures": mesures}, indent=1).encode()


def labels(first: date, days: int, step_s: int, *, end: bool = False) -> list[str]:
    """Local times without offset of each step of *days* civil days, in order."""
    low = day_bounds(first, PARIS)[0].timestamp()
    high = day_bounds(first + timedelta(days=days), PARIS)[0].timestamp()
    shift = step_s if end else 0
    stamps = range(int(low) + shift, int(high) + shift, step_s)
    return [f"{datetime.fromtimestamp(at, PARIS):%Y-%m-%d %H:%M:%S}" for at in stamps]


def mesure(points: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """One of `mesures[]` of R63, R65 and R66."""
    grandeur = {"grandeurMetier": "CONS", "grandeurPhysique": "PA", "unite": "W", "points": points}
    known: dict[str, Any] = {
        "idPrm": PRM,
        "etapeMetier": "BRUT",
        "periode": {"dateDebut": "2026-06-01 00:00:00", "dateFin": "2026-07-01 00:00:00"},
        "modeCalcul": "MESURE",
    }
    for name, value in changes.items():
        (grandeur if name in grandeur else known)[name] = value
    return known | {"grandeur": [grandeur]}
