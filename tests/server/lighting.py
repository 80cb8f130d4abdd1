"""A joint lighting study over HTTP: its record, options, a comparison kept, voices, a weighing."""

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from synergie.lighting.plan.compare import compare
from synergie.lighting.records.effects import LightingComparison
from synergie.lighting.records.study import LightingStudy

if TYPE_CHECKING:
    from tests.server.place import Member

type Owned = tuple[str, str, str, str]
"""Owner, cabinet, commune and light point of one luminaire, as its owner names them."""

LED = {
    "id": "led-40",
    "name": "LED 40 W, 3000 K",
    "source_type": "LED",
    "power_w": 40,
    "flux_lm": 5200,
    "ulr": 0.01,
    "ulr_nominal": 0.0,
    "cct_k": 3000,
    "dimmable": True,
    "autonomous": True,
    "price_eur": "584.00",
    "life_years": 25.0,
    "source": "assumed, for a test",
}
NIGHT = {"id": "night", "name": "Toute la nuit", "executor": "none", "source": "assumed"}
OFF = {
    "id": "off",
    "name": "Extinction de 0 h à 5 h 30",
    "executor": "cabinet",
    "spans": [{"starts": "00:00", "ends": "05:30"}],
    "source": "assumed",
}
BOUNDS = [
    {"criterion": "energy", "worst": 1000.0, "best": 0.0, "source": "voted"},
    {"criterion": "dark_hours", "worst": 0.0, "best": 2190.0, "source": "voted"},
]


def record(**more: Any) -> dict[str, Any]:
    """What is studied."""
    return {
        "name": "Éclairer mieux",
        "reference": "Délibération du 12 mars 2026, CGCT L5212-16",
    } | more


def options(**more: Any) -> dict[str, Any]:
    """What a coordinator publishes."""
    return {"retrofits": [LED], "schedules": [OFF], "source": "accord-cadre de 2026"} | more


def study(*owned: Owned, **more: Any) -> LightingStudy:
    """A study of one luminaire a row: as today, off at night, LED."""
    communes = dict.fromkeys(commune for _, _, commune, _ in owned)
    values: dict[str, Any] = {
        "name": "Éclairer mieux",
        "communes": [
            {"insee_code": code, "name": f"Commune {code}", "population": 1000}
            for code in communes
        ],
        "cabinets": [
            {
                "id": cabinet,
                "body": owner,
                "insee_code": commune,
                "location": {"longitude": 6.12, "latitude": 48.77},
                "programmable": True,
                "schedule": "night",
                "terms": {
                    "tariff_code": "BTINFCU4",
                    "subscribed_kva": 6.0,
                    "windows": [{"starts": "22:00", "ends": "06:00"}],
                    "prices": "lot 2",
                },
            }
            for owner, cabinet, commune in dict.fromkeys(row[:3] for row in owned)
        ],
        "lights": [
            {
                "id": light,
                "cabinet": cabinet,
                "source_type": "SHP",
                "power_w": 100 + len(owner) + n,
                "flux_lm": 9000,
                "ulr": 0.1,
                "cct_k": 2000,
                "installed_on": "2005-01-01",
                "usage": "A",
            }
            for n, (owner, cabinet, _, light) in enumerate(owned)
        ],
        "schedules": [NIGHT, OFF],
        "retrofits": [LED],
        "prices": [
            {
                "name": "lot 2",
                "prices": [
                    {"tariff_code": "BTINFCU4", "time_class": name, "eur_per_mwh": eur}
                    for name, eur in (
                        ("HPH", "117.16"), ("HCH", "85.53"), ("HPB", "59.45"), ("HCB", "61.94")
                    )
                ],
            }
        ],
        "rules": {
            "on": "2026-03-01",
            "co2": [{"name": "mix", "kg_mwh": 52.0, "source": "Base Empreinte V23.6"}],
            "source": "assumed",
        },
        "scenarios": [
            {"id": "s0", "name": "S0 comme aujourd'hui"},
            {"id": "s1", "name": "S1 extinction", "actions": [{"schedule": "off"}]},
            {"id": "s2", "name": "S2 LED", "actions": [{"retrofit": "led-40"}]},
        ],
        "provenance": "synthetic",
    }  # fmt: skip
    return LightingStudy.model_validate_json(json.dumps(values | more))


@cache
def compared(problem: LightingStudy) -> LightingComparison:
    """The effects, cabinets included."""
    return compare(problem, cabinets=True)


def request(*owned: Owned, **more: Any) -> dict[str, Any]:
    """A comparison to be kept, with its study."""
    problem = study(*owned, **more)
    return {
        "problem": problem.model_dump(mode="json"),
        "comparison": compared(problem).model_dump(mode="json"),
        "bounds": BOUNDS,
    }


def council(**more: Any) -> dict[str, Any]:
    """What a council says."""
    return {
        "group": "conseil",
        "kind": "council",
        "name": "Conseil municipal",
        "order": [["dark_hours"], ["energy"]],
        "source": "séance du 3 juin 2026",
    } | more


def consulted(title: str = "Votre avis sur la nuit", **more: Any) -> dict[str, Any]:
    """What was asked of people, and what came of it."""
    swing = {"worst": 10.0, "best": 1.0, "unit": "MWh/an", "explained": "moins d'énergie"}
    asked = {
        "id": "consultation-2026",
        "title": title,
        "intro": "Le conseil décide le 3 juin.",
        "contact": "mairie",
        "opens": "2026-04-01",
        "closes": "2026-05-01",
        "groups": [
            {"group": "habitants", "kind": "citizens", "name": "Habitants", "population": 2000},
            {"group": "commerces", "kind": "companies", "name": "Commerces"},
        ],
        "communes": ["54430", "54115"],
        "questions": [
            {"criterion": "energy", "label": "Énergie"} | swing,
            {"criterion": "dark_hours", "label": "Nuit"} | swing,
        ],
    }
    result = {
        "consultation": "consultation-2026",
        "answers": 42,
        "blank": 0,
        "doubles": 1,
        "refused": 0,
        "groups": [
            {"group": "habitants", "answers": 30, "first": [0.4, 0.6], "mean_rank": [1.6, 1.4]},
            {"group": "commerces", "answers": 12, "first": [0.5, 0.5], "mean_rank": [1.5, 1.5]},
        ],
    }
    return {"consultation": asked, "result": result | more}


def weighed(groups: list[str]) -> dict[str, Any]:
    """A weighing of *groups* by hand: all put LED first."""
    ranks = [
        {"scenario": "s2", "ranks": [1.0], "half_width": 0.0, "central_weights": [0.4, 0.6]},
    ]
    rows = [
        {"group": one, "weights_mean": [0.4, 0.6], "ranks": ranks, "first": "s2"} for one in groups
    ]
    return {
        "weighing": {
            "criteria": ["energy", "dark_hours"],
            "bounds": BOUNDS,
            "scenarios": ["s2"],
            "groups": rows,
            "robust": ["s2"],
            "samples": 100,
            "seed": 0,
            "inputs_digest": "0" * 64,
        }
    }


def announced(coordinator: "Member", *bodies: "Member", **more: Any) -> str:
    """A joint study with published options, to which *bodies* were invited."""
    made = _ok(coordinator.post("/v1/lighting-studies", record(**more)), 201)["id"]
    names = {"bodies": [one.organisation for one in bodies]}
    _ok(coordinator.put(f"/v1/lighting-studies/{made}/bodies", names))
    _ok(coordinator.post(f"/v1/lighting-studies/{made}/options", options()), 201)
    return str(made)


def proposed(coordinator: "Member", study_id: str, *owned: Owned, **more: Any) -> str:
    """A comparison of *owned*, proposed to the bodies."""
    place = f"/v1/lighting-studies/{study_id}"
    kept = str(_ok(coordinator.post(f"{place}/comparisons", request(*owned, **more)), 201)["id"])
    _ok(coordinator.post(f"{place}/propose", {"comparison": kept}))
    return kept


def spoken(body: "Member", study_id: str, comparison: str, **more: Any) -> str:
    """What *body* says on its part; the digest of the part."""
    place = f"/v1/lighting-studies/{study_id}/comparisons/{comparison}"
    part = str(_ok(body.get(f"{place}/part"))["sha256"])
    _ok(body.post(f"{place}/voice", {"part_sha256": part, "groups": [council(**more)]}))
    return part


def collected(coordinator: "Member", study_id: str, comparison: str) -> str:
    """The voices, collected and weighed: the request of the weighing, as JSON."""
    place = f"/v1/lighting-studies/{study_id}"
    _ok(coordinator.post(f"{place}/collect", {}))
    said = _ok(coordinator.get(f"{place}/comparisons/{comparison}/voices"))
    body = weighed([one["group"] for one in said["groups"]])
    _ok(coordinator.put(f"{place}/comparisons/{comparison}/weighing", body))
    return json.dumps(body)


def furnished(owner: "Member", *owned: Owned) -> dict[str, str]:
    """Joint studies of *owner*: open, to act on, one spoken of, one collected and weighed."""
    ids = {noun: announced(owner, owner) for noun in ("lighting", "dusk", "glow", "verdict")}
    ids["effects"] = proposed(owner, ids["glow"], *owned)
    ids["effects_part"] = spoken(owner, ids["glow"], ids["effects"])
    ids["weighed"] = proposed(owner, ids["verdict"], *owned)
    ids["weighed_part"] = spoken(owner, ids["verdict"], ids["weighed"])
    ids["weighing_request"] = collected(owner, ids["verdict"], ids["weighed"])
    place = f"/v1/lighting-studies/{ids['glow']}"
    ids["options"] = str(_ok(owner.get(f"{place}/options"))["items"][0]["id"])
    ids["poll"] = str(_ok(owner.post(f"{place}/consultations", consulted()), 201)["id"])
    ids["effects_request"] = json.dumps(request(*owned))
    return ids


def _ok(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.json()
    return told
