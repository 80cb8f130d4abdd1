"""One body's part of the comparison of `lighted`, and comparisons as the server keeps them."""

from decimal import Decimal
from typing import Any

from synergie.lighting.plan.criteria import CRITERIA
from synergie.lighting.records.effects import LightingComparison
from synergie.lighting.records.exchange import ParkOpened
from synergie.lighting.records.kept import KeptComparison
from synergie.lighting.records.part import PartScenario, ScenarioTotals, StudyPart, StudyView
from synergie.lighting.records.voice import KeptWeighing
from synergie.schemas.plan import Phrase
from synergie.schemas.shared_plan import BodyMissing
from tests.reports.lighted import (
    FIGURES,
    KEYS,
    NOW,
    boxes,
    communes,
    comparison,
    effects,
    study,
    weighing,
)

_ID = "01k0000000000000000000000"
_DIGEST = "12" * 32
_OTHER = "34" * 32


def part_scenario(place: int, **fields: Any) -> PartScenario:
    """What one scenario does to the body."""
    told: dict[str, Any] = {
        "scenario": KEYS[place],
        "name": study().scenarios[place].name,
        "summary": None,
        "excluded": False,
        "communes": communes(place),
        "cabinets": boxes(place),
        "investment_eur": Decimal((0, 438_000, 438_000)[place]),
        "bill_eur": Decimal((60_000, 11_600, 11_680)[place]),
        "not_done": effects(place).not_done,
    }
    return PartScenario(**(told | fields))


def view(**fields: Any) -> StudyView:
    """Three scenarios; nothing is withheld."""
    told: dict[str, Any] = {
        "body": "cc-bassin",
        "name": study().name,
        "criteria": tuple(CRITERIA[one].told for one in FIGURES),
        "bounds": weighing().bounds,
        "options": None,
        "scenarios": tuple(map(part_scenario, range(3))),
        "shared": ("54357",),
        "bodies": 4,
        "totals": tuple(
            ScenarioTotals(scenario=KEYS[place], indicators=effects(place).indicators)
            for place in range(3)
        ),
        "assumptions": (Phrase(text="power goes with light"),),
        "seal": _DIGEST,
    }
    return StudyView(**(told | fields))


def part(**fields: Any) -> StudyPart:
    """The part with that view."""
    told: dict[str, Any] = {
        "study": f"lst_{_ID}1",
        "comparison": f"lcp_{_ID}2",
        "body": "cc-bassin",
        "state": "adopted",
        "retained": "s4",
        "view": view(),
        "sha256": _DIGEST,
        "spoke": False,
    }
    return StudyPart(**(told | fields))


def bare_part() -> StudyPart:
    """A part that tells little: no commune is its own, sums are withheld, amounts are unknown."""
    scenarios = tuple(
        part_scenario(
            place,
            communes=(),
            not_done=(),
            excluded=place == 2,
            bill_eur=(Decimal(60_000), None, Decimal(60_000))[place],
        )
        for place in range(3)
    )
    told = view(
        scenarios=scenarios, totals=(), assumptions=(), bounds=(), shared=(), seal=_OTHER, bodies=5
    )
    return part(view=told, retained=None)


def kept_weighing() -> KeptWeighing:
    """The weighing of `lighted`, as every body reads it."""
    groups = (
        {"group": "elus", "body": "cc-bassin", "kind": "council", "name": "Conseil",
         "insee_code": None, "respondents": None},
        {"group": "naturalistes", "body": "ville-nord", "kind": "naturalists",
         "name": "Association Nuit", "insee_code": "54430", "respondents": 40},
    )  # fmt: skip
    return KeptWeighing.model_validate(
        {
            "study": f"lst_{_ID}1",
            "comparison": f"lcp_{_ID}2",
            "kept_at": NOW,
            "weighing": weighing(),
            "weighing_sha256": _DIGEST,
            "groups": groups,
        }
    )


def opened(body: str, cabinets: int, digest: str = _DIGEST) -> ParkOpened:
    """What one body opened."""
    return ParkOpened(
        body=body, agreements=(), cabinets=cabinets, light_points=10 * cabinets,
        assets_sha256=digest,
    )  # fmt: skip


def kept(made: LightingComparison | None = None, **fields: Any) -> KeptComparison:
    """A comparison with what it stands on."""
    told: dict[str, Any] = {
        "id": f"lcp_{_ID}2",
        "study": f"lst_{_ID}1",
        "kept_at": NOW,
        "synergie": "0.1.0",
        "problem_sha256": _DIGEST,
        "comparison_sha256": _DIGEST,
        "nonce": "n",
        "seal": _DIGEST,
        "options": None,
        "opened": (opened("cc-bassin", 12), opened("ville-nord", 3), opened("ville-haute", 1)),
        "missing": (BodyMissing(body="ville-sud", reason="no_agreement"),),
        "bounds": (),
        "comparison": made or comparison(),
    }
    return KeptComparison(**(told | fields))


def kept_later() -> KeptComparison:
    """Another of the same study: S0 is beaten, S5 is excluded, S4 costs more, data changed."""
    figures = [*map(effects, range(3))]
    dearer = tuple(
        one.model_copy(update={"value": one.value * 1.5, "high": None})
        if one.criterion in ("bill", "dark_hours", "priority_hours") and one.value is not None
        else one.model_copy(update={"value": 5.5 if one.criterion == "felt_safety" else one.value})
        for one in figures[1].indicators
    )
    changed = figures[1].model_copy(update={"indicators": dearer, "communes": communes(2)})
    unknown = tuple(
        one.model_copy(update={"value": None}) if one.criterion == "energy" else one
        for one in figures[0].indicators
    )
    first = figures[0].model_copy(update={"indicators": unknown})
    made = comparison(
        scenarios=(first, changed, figures[2].model_copy(update={"scenario": "s6"})),
        excluded=("s6",),
        dominated=({"scenario": "s0", "by": "s4"},),
    )
    return kept(
        made,
        problem_sha256=_OTHER,
        options=f"opt_{_ID}3",
        opened=(opened("cc-bassin", 12, _OTHER), opened("ville-nord", 3), opened("ville-ouest", 1)),
        missing=(BodyMissing(body="ville-sud", reason="ended"),),
    )
