"""What can be told of lighting, each branch of it once: the cases that both languages must tell."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from synergie.lighting.plan.consultation import AnswersRead, result
from synergie.lighting.plan.criteria import CRITERIA
from synergie.lighting.plan.evidence import read_evidence
from synergie.lighting.records.effects import CommuneEffects, LightingCriterion
from synergie.lighting.records.part import StudyPart
from synergie.lighting.records.study import LightingAction, LightingScenario, StudyLight
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.compare_lighting import lighting_comparisons, study_parts
from synergie.lighting.reports.consultation.consultation_result import result_document
from synergie.lighting.reports.report import lighting_document
from synergie.lighting.reports.study_part import part_brief, part_document
from synergie.lighting.reports.workbook import build_workbook_sheets
from synergie.park.records.park import SetAside
from synergie.reports.plans import SourceFile
from synergie.reports.teller import build_translator
from synergie.schemas.assets.location import Location
from tests.reports.lighted import (
    CENTRES,
    COMMUNES,
    KEYS,
    NOW,
    beaten,
    boxes,
    brief,
    comparison,
    effects,
    frontier,
    indicator,
    study,
    voices,
    weighing,
    whole,
)
from tests.reports.lighted_parts import bare_part, kept, kept_later, kept_weighing, part, view
from tests.scenarios.consulted import answer, consultation

UNPRICED = LightingAction(make_programmable=True)
PB = (
    b"META\nkey;value\nvote_type;approval\nPROJECTS\nproject_id;category\n1;nuit\n"
    b"VOTES\nvoter_id;vote\na;1\nb;1\nb;1\n"
)
EVERYTHING = LightingAction(
    communes=tuple(COMMUNES), cabinets=tuple(f"A-{n}" for n in range(9)),
    source_types=("SHP", "VM"),
    usages=("A", "B1"), programmable=False, in_corridor=True, is_priority=False, retrofit="led",
    schedule="off", make_programmable=True, clock_eur=Decimal(450), year=2029,
)  # fmt: skip


def told(made: LightingBrief) -> LightingBrief:
    """*made* with sentences in the language spoken."""
    return replace(made, tell=build_translator())


def thin() -> LightingBrief:
    """Too little is known: of the works alone; the rest for a part, at least or at most."""

    def little(place: int) -> Any:
        one = effects(place)
        bounds = ({"low": 1.0}, {"high": 2.0}, {"value": 3.0, "known": 0.4})
        return one.model_copy(
            update={
                "indicators": tuple(
                    each
                    if each.criterion == "investment"
                    else each.model_copy(
                        update={"value": None, "low": None, "high": None, "unknown": None}
                        | bounds[(at + place) % 3]
                    )
                    for at, each in enumerate(one.indicators)
                )
            }
        )

    return brief(
        comparison=comparison(scenarios=tuple(map(little, range(3))), dominated=beaten().dominated)
    )


def nothing() -> LightingBrief:
    """No commune, no place, no amount, no profile, no file."""
    bare = tuple(
        one.model_copy(
            update={
                "communes": (), "cabinets": (), "profile_kw": (), "years": (), "not_done": (),
                "breaches": (), "over_budget": (),
                "indicators": tuple(i for i in one.indicators if i.criterion == "legal"),
            }
        )
        for one in map(effects, range(3))
    )  # fmt: skip
    return brief(
        study=study(communes=(), cabinets=(), lights=(StudyLight(id="l"),)),
        comparison=comparison(scenarios=bare, not_compared=(), bodies=(), assumptions=()),
        sources=(), set_aside=(), notes=(), banner=None, command=None,
    )  # fmt: skip


def alone() -> LightingBrief:
    """One scenario, all known, one file of unknown date."""
    one = effects(0)
    known = tuple(each for each in one.indicators if each.value is not None)
    file = SourceFile(name="a.csv", what="prix", sha256="0" * 64, modified=None)
    return brief(
        study=study(scenarios=study().scenarios[:1]),
        comparison=comparison(
            scenarios=(one.model_copy(update={"indicators": known}),), not_compared=()
        ),
        sources=(file,),
    )


def many(scenarios: int = 26, communes: int = 70) -> LightingBrief:
    """More of all than the page shows; communes that gain and lose at once."""
    codes = [f"54{i:03d}" for i in range(1, communes + 1)]
    plain, keys = study().communes[0], [f"x{i}" for i in range(scenarios)]
    named = tuple(plain.model_copy(update={"insee_code": c, "name": f"Ville {c}"}) for c in codes)

    def of(code: str, place: int) -> CommuneEffects:
        worse = place and code in {"54050", "54069"}
        found = [indicator("bill", 4.0 if place else 5.0), indicator("dark_hours", 1.0)]
        found.append(indicator("priority_hours", 3.0 if worse else 4.0))
        if place == 1 and code < "54008":
            found = [indicator("bill", 9.0)]
        if place == 3:
            found = [indicator("felt_safety", None)]
        return CommuneEffects(insee_code=code, indicators=tuple(found))

    def one(place: int) -> Any:
        told = effects(min(place, 2))
        breach, undone = effects(0).breaches[0], effects(2).not_done[0]
        return told.model_copy(
            update={
                "scenario": keys[place],
                "communes": tuple(of(code, place) for code in codes),
                "breaches": tuple(
                    breach.model_copy(update={"subject": f"L-{place}-{n}"}) for n in range(9)
                ),
                "not_done": tuple(
                    undone.model_copy(update={"subject": f"A-{n}"}) for n in range(9)
                ),
            }
        )

    return brief(
        study=study(
            communes=named,
            scenarios=tuple(
                LightingScenario(
                    id=key,
                    name=f"{key.upper()} zz",
                    actions=(EVERYTHING, UNPRICED) * 4,
                    summary="Zz.",
                )
                for key in keys
            ),
        ),
        comparison=comparison(
            scenarios=tuple(map(one, range(scenarios))), excluded=("x5", "x6"),
            dominated=({"scenario": "x0", "by": "x1"}, {"scenario": "x2", "by": "x1"}),
        ),
        set_aside=tuple(SetAside(where=f"f.csv, line {n}", found="0", expected="a power")
                        for n in range(60)),
        sources=tuple(
            SourceFile(name=f"f{n}.csv", what="inventaire", sha256="0" * 64,
                      modified=datetime(2026, 3, 2 + n, 9, tzinfo=UTC)) for n in range(2)
        ),
    )  # fmt: skip


def of_communes() -> LightingBrief:
    """A map of communes: no cabinet has a place, luminaires have; energy more, less, unknown."""

    def one(place: int) -> Any:
        energy = {"54430": (5.0, 4.0, 6.0), "54215": (None, 1.0, 1.0), "54318": (1.0, 1.0, 1.0)}
        return effects(place).model_copy(
            update={
                "cabinets": (),
                "communes": tuple(
                    CommuneEffects(
                        insee_code=code, indicators=(indicator("energy", energy[code][place]),)
                    )
                    for code in COMMUNES
                ),
            }
        )

    lights = tuple(
        StudyLight(
            id=code, count=1, insee_code=code, location=Location(longitude=lon, latitude=lat)
        )
        for code, (lon, lat) in CENTRES.items()
    )
    return brief(
        study=study(cabinets=(), lights=lights),
        comparison=comparison(scenarios=tuple(map(one, range(3)))),
    )


def mixed() -> LightingBrief:
    """Every commune pays less and is lit less."""

    def one(place: int) -> Any:
        found = (indicator("bill", 5.0 - place), indicator("priority_hours", 5.0 - place))
        told = tuple(CommuneEffects(insee_code=code, indicators=found) for code in COMMUNES)
        return effects(place).model_copy(update={"communes": told})

    return brief(comparison=comparison(scenarios=tuple(map(one, range(3)))))


def small_groups() -> LightingBrief:
    """A small group, one nobody knows, a choice that holds, votes of uncounted voters."""
    known, found = voices(), weighing()
    few = known.groups[0].model_copy(update={"kind": "citizens", "respondents": 9})
    evidence = known.evidence[0].model_copy(update={"voters": None})
    told = known.model_copy(update={"groups": (few, known.groups[1]), "evidence": (evidence,)})
    plain = tuple(
        one.model_copy(update={"flips": (), "first": None, "weights_mean": ()})
        for one in found.groups
    )
    others = (found.groups[1].model_copy(update={"group": "zz"}),)
    kinds = ("agents", "companies", "other")
    more = tuple(
        known.groups[1].model_copy(update={"group": kind, "kind": kind, "name": f"Zz {n}"})
        for n, kind in enumerate(kinds)
    )
    pairs = tuple(
        found.agreements[0].model_copy(update={"groups": pair, "tau": tau, "both_first": "s4"})
        for pair, tau in ((("agents", "companies"), 0.0), (("companies", "other"), 1.0))
    )
    rest = tuple(found.groups[1].model_copy(update={"group": kind, "ranks": ()}) for kind in kinds)
    told = told.model_copy(update={"groups": (*told.groups, *more)})
    made = found.model_copy(
        update={"groups": (*plain, *others, *rest), "robust": ("s4",), "agreements": pairs}
    )
    return replace(whole(), weighing=made, voices=told)


def of_points(count: int, **fields: Any) -> LightingBrief:
    """A frontier of so many points."""
    found = frontier()
    points = tuple(one.model_copy(update={"supported": None}) for one in found.points[:count])
    return replace(whole(), frontier=found.model_copy(update={"points": points} | fields))


def uncertain() -> LightingBrief:
    """Equal figures, a pair that is asked for, incomplete bills, missing reasons."""
    same = effects(1).model_copy(
        update={"scenario": "s5", "profile_kw": (), "cabinets": boxes(1)[:2], "years": ()}
    )
    nearly = tuple(
        one.model_copy(update={"value": one.value * 1.015})
        if one.criterion == "carbon" and one.value is not None
        else one
        for one in same.indicators
    )
    return brief(
        comparison=comparison(
            scenarios=(effects(0), effects(1), same.model_copy(update={"indicators": nearly})),
            excluded=KEYS,
        ),
        study=study(scenarios=study().scenarios[:2]),
        pair=("s4", "s5"),
    )


def units() -> LightingBrief:
    """Each criterion of the table, with one unit of it more under S4."""
    keys: list[LightingCriterion] = list(CRITERIA)

    def one(place: int) -> Any:
        values = [1.0 + place * (1 if n % 2 else 0.4) for n in range(len(keys))]
        return effects(place).model_copy(
            update={
                "indicators": tuple(
                    indicator(key, value) for key, value in zip(keys, values, strict=True)
                )
            }
        )

    return brief(
        comparison=comparison(
            criteria=tuple(CRITERIA[key].told for key in keys),
            scenarios=tuple(map(one, range(3))),
            not_compared=("spares",),
        )
    )


REPORTS: dict[str, Callable[[], LightingBrief]] = {
    "whole": whole, "plain": brief, "beaten": lambda: brief(comparison=beaten()), "thin": thin,
    "nothing": nothing, "alone": alone, "many": many, "map-of-communes": of_communes,
    "mixed": mixed, "small-groups": small_groups, "uncertain": uncertain, "units": units,
    "frontier-0": lambda: of_points(0, status="cancelled"),
    "frontier-1": lambda: of_points(1, status="feasible"),
    "frontier-of-one-criterion": lambda: of_points(3, criteria=("upward_flux",)),
    "not-tested": lambda: of_points(5),
}  # fmt: skip


def document(name: str) -> Any:
    """The report of a case."""
    return lighting_document(told(REPORTS[name]()))


def workbook(name: str) -> list[tuple[Any, ...]]:
    """The workbook of a case: names, heads, cells."""
    return [
        (one.name, tuple(column.head for column in one.columns), tuple(map(tuple, one.rows)))
        for one in build_workbook_sheets(told(REPORTS[name]()))
    ]


def of_part(*, is_rich: bool) -> Any:
    """The part of one body: rich, with voices and more communes than it shows; or bare."""
    if not is_rich:
        made = bare_part()
        return part_document(made, part_brief(made, None, communes={}, made_at=NOW), name="Zz")
    more = tuple(
        one.model_copy(
            update={
                "excluded": one.scenario == "s5",
                "communes": (
                    *one.communes,
                    *(
                        CommuneEffects(
                            insee_code=f"5490{n}", indicators=(indicator("felt_safety", None),)
                        )
                        for n in range(5)
                    ),
                ),
            }
        )
        for one in view().scenarios
    )
    made = part(view=view(scenarios=more))
    told = part_brief(made, kept_weighing(), communes=COMMUNES, made_at=NOW)
    return part_document(made, told, name="Zz")


def compared(kind: str) -> Any:
    """Two comparisons held against each other."""
    if kind == "kept":
        return lighting_comparisons(kept(), kept_later(), names={}, communes=COMMUNES)
    if kind == "same":
        return lighting_comparisons(kept(), kept(), names={}, communes=COMMUNES)
    if kind == "parts":
        return study_parts(part(), bare_part(), communes=COMMUNES)
    return study_parts(_of_many(0), _of_many(1), communes=COMMUNES)


def _of_many(later: int) -> StudyPart:
    scenarios = tuple(
        one.model_copy(update={"communes": _many(place, later)})
        for place, one in enumerate(view().scenarios)
    )
    return part(view=view(scenarios=scenarios))


def _many(place: int, later: int) -> tuple[CommuneEffects, ...]:
    return tuple(
        CommuneEffects(
            insee_code=f"54{n:03d}", indicators=(indicator("bill", 1.0 + place + later),)
        )
        for n in range(70)
    )


def of_consultation(answers: int, kind: str = "approval") -> Any:
    """The result of a consultation of so many answers, with votes elsewhere."""
    rows = [answer(n) for n in range(answers)]
    rows += [answer(f"e{n}", "entreprises") for n in range(12)] if answers > 20 else []
    rows += [answer(f"a{n}", "agents") for n in range(4)] if answers > 20 else []
    votes = read_evidence(PB, told="Zz 2025").evidence.model_copy(update={"kind": kind})
    unknown = votes.model_copy(update={"voters": None, "notes": ()})
    told = result(consultation(), AnswersRead(tuple(rows), 0, (), ()))
    return result_document(consultation(), told, [votes, unknown], tell=build_translator())


CASES: dict[str, Callable[[], Any]] = {
    **{f"report-{name}": partial(document, name) for name in REPORTS},
    **{f"workbook-{name}": partial(workbook, name) for name in REPORTS},
    "part-rich": partial(of_part, is_rich=True),
    "part-bare": partial(of_part, is_rich=False),
    **{f"compared-{kind}": partial(compared, kind) for kind in ("kept", "same", "parts", "many")},
    "consultation-few": partial(of_consultation, 4),
    "consultation-many": partial(of_consultation, 30, "ranking"),
    "consultation-points": partial(of_consultation, 12, "cumulative"),
    "consultation-budget": partial(of_consultation, 12, "knapsack"),
}
