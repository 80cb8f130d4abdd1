"""Small lighting studies for tests, and columns made by hand so that sums can be done on paper."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from synergie.lighting.plan.effects import Setting
from synergie.lighting.plan.lights import park_of
from synergie.lighting.plan.measured import Lit, Measured
from synergie.lighting.plan.money import CommuneMoney, Money
from synergie.lighting.records.lit_area import LitArea
from synergie.lighting.records.retrofit import Retrofit
from synergie.lighting.records.schedule import LightingSchedule, ScheduleSpan
from synergie.lighting.records.study import (
    EmissionFactor,
    LightingAction,
    LightingScenario,
    LightingStudy,
    StudyCabinet,
    StudyCommune,
    StudyLight,
    StudyRules,
)
from synergie.schemas.assets.light_point import SourceType
from synergie.schemas.assets.location import Location

A, B = "54430", "54215"
"""Two communes."""
HERE = Location(longitude=6.13, latitude=48.77)
OFF = LightingSchedule(
    id="off", name="off", executor="cabinet", source="made",
    spans=(ScheduleSpan(starts="00:00", ends="05:30"),),
)  # fmt: skip
LED_OFF = OFF.model_copy(update={"id": "led-off", "executor": "luminaire"})
FULL = LightingSchedule(id="full", name="full", executor="none", source="made")
DIM = LightingSchedule(
    id="dim", name="dim", executor="luminaire", source="made",
    spans=(ScheduleSpan(starts="22:00", ends="06:00", light_share=0.3),),
)  # fmt: skip
SCHEDULES = (FULL, OFF, LED_OFF, DIM)
TOWN = LitArea(
    id="town", is_built_up=True, is_natural=False, width_m=8, spacing_m=40, source="made"
)  # fmt: skip
"""A place of a town of which all is known but what it is: 320 m2 a luminaire."""


def light(name: str, **told: Any) -> StudyLight:
    """A sodium luminaire of 2010 on a street, of which all is known."""
    fields: dict[str, Any] = {
        "cabinet": "c1",
        "insee_code": A,
        "location": HERE,
        "source_type": "SHP",
        "power_w": 100,
        "flux_lm": 10_000,
        "ulr": 0.05,
        "cct_k": 2000,
        "installed_on": date(2010, 1, 1),
        "usage": "A",
        "area": "town",
        "ulr_nominal": 0.0,
        "cie3": 0.97,
        "reference": "maker one",
        "is_priority": False,
        "in_corridor": False,
    }
    return StudyLight(id=name, **(fields | told))


def led(name: str = "led", **told: Any) -> Retrofit:
    """A LED luminaire that keeps the law, of which all is known."""
    source: SourceType = "LED"
    fields: dict[str, Any] = {
        "name": name, "source_type": source, "power_w": 40, "flux_lm": 5000, "ulr": 0.01,
        "ulr_nominal": 0.0, "cie3": 0.97, "cct_k": 3000, "dimmable": True, "autonomous": True,
        "price_eur": Decimal(500), "life_years": 20.0, "failures_year": 0.01,
        "part_eur": Decimal(100), "embodied_kgco2e": 80.0, "protocol": "open",
        "insertion_hours": Decimal(1), "source": "made",
    }  # fmt: skip
    return Retrofit(id=name, **(fields | told))


def commune(code: str, population: int | None = 1000, **told: Any) -> StudyCommune:
    return StudyCommune(insee_code=code, name=code, population=population, **told)


def scenario(name: str, *actions: LightingAction, **told: Any) -> LightingScenario:
    return LightingScenario(id=name, name=name, actions=actions, **told)


def rules(**told: Any) -> StudyRules:
    fields: dict[str, Any] = {
        "on": date(2026, 3, 1),
        "co2": (EmissionFactor(name="one", kg_mwh=50.0, source="made"),),
        "repair_delay_hours": 48.0,
        "source": "made",
    }
    return StudyRules(**(fields | told))


def study(*lights: StudyLight, **told: Any) -> LightingStudy:
    """A study of *lights* behind two cabinets, one a commune, with today as its only scenario."""
    cabinets = tuple(
        StudyCabinet(id=name, body=body, insee_code=code, location=HERE, programmable=True,
                     schedule="full")
        for name, body, code in (("c1", "a", A), ("c2", "b", B))
    )  # fmt: skip
    fields: dict[str, Any] = {
        "name": "made",
        "communes": (commune(A), commune(B)),
        "cabinets": cabinets,
        "lights": lights or (light("l1"), light("l2", cabinet="c2", insee_code=B)),
        "schedules": SCHEDULES,
        "areas": (TOWN,),
        "retrofits": (led(),),
        "places": (),
        "corridors": (),
        "rules": rules(),
        "scenarios": (scenario("s0"),),
        "provenance": "synthetic",
    }
    return LightingStudy(**(fields | told))


def year(
    hours: Sequence[float], light_hours: Sequence[float] | None = None,
    dark: Sequence[float] | None = None,
) -> Lit:  # fmt: skip
    """A year: *hours* lit, all of them in the first time class."""
    size = len(hours)
    lit = np.array(hours, float)
    power = np.zeros((size, 4))
    power[:, 0] = lit
    return Lit(
        hours=lit,
        light_hours=lit if light_hours is None else np.array(light_hours, float),
        power_hours=power,
        dark_hours=np.zeros(size) if dark is None else np.array(dark, float),
    )


def found_of(given: LightingStudy, lit: Lit, at: int = 0, today: Lit | None = None) -> Measured:
    """The scenario at *at* as it is measured, its year put in place by hand."""
    made = Setting(given, park_of(given)).measured(given.scenarios[at])
    return replace(made, lit=lit, lit_today=today or lit)


def purse(bill: Decimal | None, today: Decimal | None = None) -> CommuneMoney:
    return CommuneMoney(
        investment_eur=None, bill_eur=bill, bill_today_eur=today, bill_stress_eur=None,
        net_present_cost_eur=None, known=0.0 if bill is None else 1.0,
    )  # fmt: skip


def money(*communes: CommuneMoney, **told: Any) -> Money:
    """Money of which nothing is known but what is told."""
    fields: dict[str, Any] = dict.fromkeys(
        ("investment_eur", "bill_eur", "bill_as_subscribed_eur", "bill_today_eur",
         "bill_stress_eur", "net_present_cost_eur", "upkeep_eur", "no_bill", "no_investment",
         "no_upkeep")
    )  # fmt: skip
    fields |= {
        "cabinets": (), "communes": communes or (purse(None), purse(None)), "years": (),
        "bodies": (), "known": 0.0, "over_budget": (), "assumptions": (),
    }  # fmt: skip
    return Money(**(fields | told))
