"""January as an organisation publishes it, and what its signer is shown."""

from datetime import UTC, datetime, timedelta
from typing import Any

from synergie.exchange.publication import _release_record as record
from synergie.schemas.publication.open_publication import Extent, OpenTerms
from synergie.schemas.publication.release import Release, ReleaseCell, SuppressionLine, Thresholds
from synergie.schemas.publication.signed_publication import (
    PublicationSeen,
    PublicationToSign,
    to_sign,
)

ORG = "cc-une"
TERMS = OpenTerms(
    scheme="communes",
    energy="electricity",
    title="Électricité par commune",
    description="Ce que consomment les logements.",
    licence="etalab-2.0",
    contact="service énergie, energie@exemple.test",
    extent=Extent(west=5.9, south=48.6, east=6.3, north=48.9),
)
CELLS = (
    ReleaseCell(
        cell="epci", name="EPCI", parent=None, insee_code=None, category=None, movements=False,
        n_points=27, energy_wh=27_000_000,
    ),
    ReleaseCell(
        cell="54430", name="=Custines", parent="epci", insee_code="54430", category="residential",
        movements=False, n_points=12, energy_wh=12_000_000,
    ),
)  # fmt: skip
HIDDEN = (
    SuppressionLine(
        cell="54318", name="Liverdun", kind="primary", fault="few_points", protects=None
    ),
)


def release(**more: Any) -> Release:
    """January, as it is published."""
    start = datetime(2024, 12, 31, 23, tzinfo=UTC)
    told: dict[str, Any] = {
        "id": "rel_00000000000000000001", "owner": ORG, "scheme": "communes", "scheme_version": 1,
        "energy": "electricity", "period": "2025-01", "version": 1, "start": start,
        "end": start + timedelta(days=31), "released_at": start + timedelta(days=60),
        "cells": CELLS, "hidden": HIDDEN, "optimal": True, "not_counted": 0, "outside": 0,
        "twice": 0, "thresholds": Thresholds(min_points=11, min_enterprises=3, max_share=0.85),
        "rules": record.RULES, "agreements": (), "open_data": True, "licence": "etalab-2.0",
    }  # fmt: skip
    return record.for_others(record.build_release(told | more))


def paper(**more: Any) -> PublicationToSign:
    """What its publisher is shown."""
    seen = PublicationSeen(
        terms=TERMS, period="2025-01", cells=CELLS, hidden=HIDDEN, agreements=(), before=None,
        state=None, coming_back=0,
    )  # fmt: skip
    return to_sign(ORG, 1, seen.model_copy(update=more), acts=0)
