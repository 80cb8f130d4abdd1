"""A comparison of lighting to report, made by hand: three scenarios, three communes, two groups."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from synergie.energy.records.tariff import ClassKwh
from synergie.lighting.plan.criteria import CRITERIA
from synergie.lighting.records.effects import (
    Breach,
    CabinetEffects,
    CommuneEffects,
    Dominance,
    Indicator,
    LightingComparison,
    LightingCriterion,
    NotDone,
    ScenarioEffects,
    WhoPays,
    YearMoney,
)
from synergie.lighting.records.frontier import LightingFrontier
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
from synergie.lighting.records.weighing import LightingVoices, Weighing
from synergie.lighting.reports.brief import LightingBrief
from synergie.park.records.park import SetAside
from synergie.reports.plans import SourceFile
from synergie.schemas.assets.location import Location
from synergie.schemas.plan import Phrase

NOW = datetime(2026, 11, 26, 6, tzinfo=UTC)
COMMUNES = {"54430": "Pompey", "54215": "Frouard", "54318": "Liverdun"}
CENTRES = {"54430": (6.129, 48.773), "54215": (6.147, 48.76), "54318": (6.064, 48.75)}
KEYS = ("s0", "s4", "s5")
FIGURES: dict[LightingCriterion, tuple[float | None, float | None, float | None]] = {
    "energy": (400.0, 62.85, 63.24),
    "energy_inhabitant": (100.0, 15.7, 15.8),
    "investment": (0.0, 438_000.0, 438_000.0),
    "net_present_cost": (876_000.0, 486_000.0, 480_000.0),
    "bill": (60_000.0, 11_600.0, 11_680.0),
    "carbon": (20.8, 3.3, 3.3),
    "upward_flux": (1367.5, 81.7, 82.2),
    "dark_hours": (0.0, 0.0, 1825.0),
    "legal": (100.0, 100.0, 100.0),
    "priority_hours": (4109.0, 4109.0, 2108.0),
    "priority_light": (100.0, 51.0, 100.0),
    "worse_off": (0.0, 0.0, 1.0),
    "felt_safety": (6.1, None, None),
    "agent_minutes": (900.0, 320.0, 330.0),
}
"""Of the whole, by scenario."""
NOBODY = Phrase(text="nobody asked the people of {}", values=("54430",))
_DIGEST = "ab" * 32


def cabinets() -> tuple[StudyCabinet, ...]:
    """Four cabinets a commune, one that cannot be programmed."""
    return tuple(
        StudyCabinet(
            id=f"A-{code}-{i}", body="cc-bassin", insee_code=code, programmable=i > 0,
            location=Location(longitude=round(lon + 0.004 * i, 6), latitude=lat),
        )
        for code, (lon, lat) in CENTRES.items()
        for i in range(4)
    )  # fmt: skip


def study(**fields: Any) -> LightingStudy:
    """The study behind it."""
    told: dict[str, Any] = {
        "name": "Éclairer mieux <le Bassin>",
        "communes": tuple(
            StudyCommune(insee_code=code, name=name, population=1_300)
            for code, name in COMMUNES.items()
        ),
        "cabinets": cabinets(),
        "lights": tuple(
            StudyLight(id=f"L-{one.id}", count=10, cabinet=one.id, power_w=130, source_type="SHP")
            for one in cabinets()
        ),
        "schedules": (
            LightingSchedule(id="full-night", name="Toute la nuit", executor="none", source="x"),
            LightingSchedule(
                id="dim-30", name="Abaissement à 30 % de 22 h à 6 h", executor="luminaire",
                spans=(ScheduleSpan(starts="22:00", ends="06:00", light_share=0.3),), source="x",
            ),
            LightingSchedule(
                id="off", name="Extinction de 0 h à 5 h 30", executor="cabinet",
                spans=(ScheduleSpan(starts="00:00", ends="05:30"),), source="x",
            ),
        ),
        "retrofits": (Retrofit(id="led", name="LED 40 W & <b>", source="x"),),
        "rules": StudyRules(
            on=date(2026, 3, 1), source="assumed",
            co2=(EmissionFactor(name="mix moyen", kg_mwh=52.0, source="essai"),),
        ),
        "scenarios": (
            LightingScenario(id="s0", name="S0 Aujourd'hui"),
            LightingScenario(
                id="s4", name="S4 LED, 30 % de 22 h à 6 h",
                actions=(LightingAction(retrofit="led", schedule="dim-30"),),
            ),
            LightingScenario(
                id="s5", name="S5 LED, extinction de 0 h à 5 h 30",
                actions=(LightingAction(retrofit="led", schedule="off", programmable=True),),
            ),
        ),
        "provenance": "synthetic",
    }  # fmt: skip
    return LightingStudy(**(told | fields))


def indicator(criterion: LightingCriterion, value: float | None, share: float = 1.0) -> Indicator:
    """One figure, with a range where energy or carbon is told."""
    wide = criterion in ("energy", "carbon") and value is not None
    return Indicator(
        criterion=criterion,
        value=value,
        low=0.9 * value if wide and value is not None else None,
        high=1.1 * value if wide and value is not None else None,
        known=share if value is not None else 0.0,
        unknown=NOBODY if value is None else None,
        source=Phrase(text="made for a test"),
    )


def communes(place: int) -> tuple[CommuneEffects, ...]:
    """Pompey and Frouard pay less under LED; Liverdun pays more under S5 and gets less light."""
    found = []
    for code in COMMUNES:
        bill, light = (20_000.0, 4_000.0, 4_000.0)[place], (4109.0, 4109.0, 2108.0)[place]
        if code == "54318":
            bill, light = (20_000.0, 4_000.0, 21_000.0)[place], (4109.0, 4109.0, 1000.0)[place]
        found.append(
            CommuneEffects(
                insee_code=code,
                indicators=(
                    indicator("bill", bill), indicator("priority_hours", light),
                    indicator("felt_safety", None),
                ),
            )
        )  # fmt: skip
    return tuple(found)


def boxes(place: int) -> tuple[CabinetEffects, ...]:
    """The cabinets under a scenario: 1,300 W before, 400 W after."""
    schedules = ("full-night", "dim-30", "off")
    return tuple(
        CabinetEffects(
            cabinet=one.id,
            schedule=schedules[place] if one.programmable or place < 2 else "full-night",
            energy=(ClassKwh(time_class="HPH", kwh=Decimal((5341, 838, 843)[place])),),
            power_w=(1300.0, 400.0, 400.0)[place],
            tariff_code="BTINFCU4",
            subscribed_kva=(6.0, 2.0, 2.0)[place],
            bill_eur=Decimal((800, 170, 172)[place]),
            bill_as_subscribed_eur=Decimal((800, 210, 212)[place]),
        )
        for one in cabinets()
    )


def effects(place: int) -> ScenarioEffects:
    """All that one scenario does."""
    key = KEYS[place]
    night = (1.0,) * 6 + (0.5,) * 2 + (0.0,) * 8 + (0.5,) * 2 + (1.0,) * 6
    return ScenarioEffects(
        scenario=key,
        indicators=tuple(indicator(one, values[place]) for one, values in FIGURES.items()),
        communes=communes(place),
        cabinets=boxes(place),
        profile_kw=tuple(round((156.0, 48.0, 47.0)[place] * share, 3) for share in night),
        years=tuple(
            YearMoney(
                year=year,
                investment_eur=Decimal(438_000 if place and year == 2027 else 0),
                bill_eur=Decimal((60_000, 11_600, 11_680)[place]),
                upkeep_eur=None if place == 2 and year == 2028 else Decimal(1_000),
            )
            for year in (2027, 2028)
        ),
        breaches=(
            Breach(
                rule="cct-road", article="arrêté du 27 décembre 2018, article 3", subject="L-1",
                count=10, found="4000 K", expected=Phrase(text="3000 K at most"),
                is_new=place == 1,
            ),
        ) if place < 2 else (),
        not_done=(
            NotDone(subject="A-54430-0", count=10, reason=Phrase(text="cannot be programmed")),
            NotDone(subject="A-54215-0", count=10, reason=Phrase(text="cannot be programmed")),
        ) if place == 2 else (),
        over_budget=(Phrase(text="400 000 EUR in 2027"),) if place == 1 else (),
    )  # fmt: skip


def comparison(**fields: Any) -> LightingComparison:
    """The three side by side."""
    told: dict[str, Any] = {
        "study": "Éclairer mieux",
        "study_digest": _DIGEST,
        "criteria": tuple(CRITERIA[one].told for one in FIGURES),
        "scenarios": tuple(map(effects, range(3))),
        "not_compared": ("felt_safety",),
        "bodies": (
            WhoPays(
                scenario="s4", body="cc-bassin", investment_eur=Decimal(438_000), bill_eur=None
            ),
        ),
        "assumptions": (Phrase(text="power goes with light"),),
        "synergie": "0.1.0",
    }
    return LightingComparison(**(told | fields))


def beaten() -> LightingComparison:
    """The same, where S5 breaks a rule and S0 is beaten by S4."""
    return comparison(excluded=("s5",), dominated=(Dominance(scenario="s0", by="s4"),))


def brief(**fields: Any) -> LightingBrief:
    """The brief of all that."""
    told: dict[str, Any] = {
        "made_at": NOW,
        "tell": str,
        "study": study(),
        "comparison": comparison(),
        "set_aside": (
            SetAside(where="foyers.csv, line 12, L-9", found="0", expected="a power"),
        ),
        "notes": (Phrase(text="{} of {} luminaires have no known flux", values=("3", "120")),),
        "sources": (
            SourceFile(
                name="foyers.csv", what="inventaire", sha256="cd" * 32,
                modified=datetime(2026, 3, 2, 9, tzinfo=UTC),
            ),
            SourceFile(
                name="prix.csv", what="prix", sha256="ef" * 32,
                modified=datetime(2026, 10, 1, 9, tzinfo=UTC),
            ),
        ),
        "names": {"cc-bassin": "Communauté de communes"},
        "banner": "Tout est fictif.",
        "command": "synergie plan lighting foyers.csv",
    }  # fmt: skip
    return LightingBrief(**(told | fields))


def weighing() -> Weighing:
    """Two groups that differ, and one that vetoes."""
    return Weighing.model_validate(
        {
            "criteria": ["bill", "dark_hours"],
            "bounds": [
                {"criterion": "bill", "worst": 80_000, "best": 0, "source": "conseil"},
                {"criterion": "dark_hours", "worst": 0, "best": 2_190, "source": "conseil"},
            ],
            "scenarios": ["s4", "s5"],
            "left_out": [{"text": "felt safety is not known of all", "values": []}],
            "groups": [
                {
                    "group": "elus", "weights_mean": [0.7, 0.3], "first": "s4",
                    "ranks": [
                        {"scenario": "s4", "ranks": [0.8, 0.2], "half_width": 0.008},
                        {"scenario": "s5", "ranks": [0.2, 0.8], "half_width": 0.008},
                    ],
                    "flips": [
                        {"criterion": "dark_hours", "from_weight": 0.3, "to_weight": 0.55,
                         "scenario": "s5"},
                    ],
                },
                {
                    "group": "naturalistes", "weights_mean": [0.2, 0.8], "first": "s5",
                    "ranks": [{"scenario": "s5", "ranks": [1.0], "half_width": 0.0}],
                    "vetoed": ["s4"],
                },
            ],
            "agreements": [
                {"groups": ["elus", "naturalistes"], "tau": -1.0, "both_first": None},
            ],
            "samples": 10_000,
            "seed": 0,
            "inputs_digest": _DIGEST,
            "notes": [{"text": "12 people answered", "values": []}],
        }
    )  # fmt: skip


def voices() -> LightingVoices:
    """What the two groups said, and a vote that is only shown."""
    return LightingVoices.model_validate(
        {
            "bounds": [],
            "groups": [
                {"group": "elus", "kind": "council", "name": "Conseil communautaire",
                 "respondents": 12, "source": "séance du 12 octobre"},
                {"group": "naturalistes", "kind": "naturalists", "name": "Association Nuit",
                 "source": "courrier"},
            ],
            "evidence": [
                {"source": "budget participatif 2025", "kind": "approval", "voters": 412,
                 "by_category": [{"category": "Nature", "votes": 230, "projects": 4}]},
            ],
        }
    )  # fmt: skip


def frontier() -> LightingFrontier:
    """Five plans between cost and night, the third a knee, the fourth missed by weights."""
    costs = (480_000.0, 500_000.0, 540_000.0, 700_000.0, 876_000.0)
    lights = (1367.5, 600.0, 150.0, 120.0, 80.0)
    return LightingFrontier.model_validate(
        {
            "criteria": ["net_present_cost", "upward_flux"],
            "points": [
                {
                    "id": f"p{i}",
                    "values": [
                        {"criterion": "net_present_cost", "value": cost},
                        {"criterion": "upward_flux", "value": light},
                    ],
                    "choices": [
                        {"cabinet": "A-54430-1", "retrofit": "led", "schedule": "dim-30",
                         "year": 2027},
                        {"cabinet": "A-54430-2", "retrofit": None, "schedule": None, "year": None},
                    ],
                    "supported": i != 3, "is_knee": i == 2, "gap": 0.0001,
                }
                for i, (cost, light) in enumerate(zip(costs, lights, strict=True))
            ],
            "ranges": [],
            "status": "proved",
            "steps": [50.0],
            "solves": 5,
            "grid": 20,
            "tolerance": 0.001,
            "assumptions": [{"text": "bills are linear", "values": []}],
            "inputs_digest": _DIGEST,
            "run": {"solver": "HiGHS", "synergie": "0.1.0", "seed": 0, "threads": 1,
                    "seconds": 1.0, "nodes": 0, "stop": "proved"},
        }
    )  # fmt: skip


def whole() -> LightingBrief:
    """The brief with groups and a frontier."""
    return brief(weighing=weighing(), voices=voices(), frontier=frontier())
