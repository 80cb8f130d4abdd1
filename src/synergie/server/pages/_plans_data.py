"""What the page about the data of a plan shows: every text ready to print."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from synergie.errors import SynergieError
from synergie.exchange.plan_pages_data import DataRow, PlanData, describe_conflict
from synergie.purchase.records.fault import FaultSeverity
from synergie.server.pages import words as _words
from synergie.server.pages.plans_words import describe_closed_reason, format_count
from synergie.server.pages.visit import Shape, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyData:
    """The data of one body."""

    name: str
    data: str
    state: str
    shape: Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What a search found."""

    word: str
    text: str
    shape: Shape


def iterate_data_rows(told: PlanData, visit: Visit, names: Mapping[str, str]) -> Iterator[BodyData]:
    """Body by body, those whose data are missing first."""
    for one in sorted(told.rows, key=lambda each: (each.missing is None, names.get(each.body, ""))):
        state, shape = _describe_data_state(one, visit)
        yield BodyData(
            name=names.get(one.body, one.body),
            data=_describe_body_data(one, visit),
            state=state,
            shape=shape,
        )


def _describe_body_data(one: DataRow, visit: Visit) -> str:
    if one.version is not None:
        return visit.say("besoins, version {}", "needs, version {}", one.version)
    if one.cabinets is None or one.light_points is None:
        return visit.say("aucune donnée ouverte", "no data open")
    cabinets = format_count(visit, one.cabinets, ("armoire", "cabinet"), ("armoires", "cabinets"))
    lights = format_count(
        visit, one.light_points, ("point lumineux", "light point"),
        ("points lumineux", "light points"),
    )  # fmt: skip
    return f"{cabinets}, {lights}"


def _describe_data_state(one: DataRow, visit: Visit) -> tuple[str, Shape]:
    if one.missing is not None:
        return visit.say(
            "absente : {}", "missing: {}", describe_closed_reason(visit, one.missing)
        ), "refused"
    if one.changed is None:
        return visit.say("ouverte", "open"), "plain"
    if one.changed:
        return visit.say("changée depuis le plan", "changed since the plan"), "late"
    return visit.say("celle du plan", "that of the plan"), "fresh"


def faults(told: PlanData, visit: Visit, *, severity: FaultSeverity) -> list[str]:
    """What is wrong with the data: the row, what was found and expected, and whom to ask."""
    tell = _words.build_translator(visit.lang)
    return [one.tell(tell) for one in told.faults if one.severity == severity]


def describe_plan_search(told: PlanData, visit: Visit) -> Searched:
    """Whether a plan exists; else the fewest requirements that cannot hold together, in words."""
    if told.problem is None:
        raise TypeError("a campaign's problem is made by its coordinator")
    tell = _words.build_translator(visit.lang)
    try:
        text = describe_conflict(
            told.problem, tell, lambda value: _words.format_page_number(visit.lang, value, 2)
        )
    except SynergieError as error:
        word = visit.say("Pas de réponse.", "No answer.")
        return Searched(word=word, text=error.tell(tell), shape="late")
    if text:
        word = visit.say("Impossible.", "Impossible.")
        return Searched(word=word, text=f"{text[:1].upper()}{text[1:]}.", shape="refused")
    return Searched(
        word=visit.say("Un plan existe.", "A plan exists."),
        text=visit.say(
            "Calculez-le et gardez-le pour le proposer.", "Compute it and keep it to propose it."
        ),
        shape="fresh",
    )
