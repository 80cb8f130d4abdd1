"""The hourly profile of each scenario against today: the night stands in the middle."""

from collections.abc import Iterator

from synergie.reports.document import Block, Figure, Paragraph, Section, Table
from synergie.reports.lighting_brief import LightingBrief
from synergie.reports.lighting_words import figure
from synergie.reports.lines import Line, lines
from synergie.reports.written import FIXED, quantity
from synergie.schemas.lighting_effects import ScenarioEffects

HOURS = (*range(12, 24), *range(12))
"""Local hours from noon to noon."""


def nights_section(brief: LightingBrief) -> Section:
    """One figure a scenario, with its table."""
    title = "Ce que la nuit devient, heure par heure"
    known = [one for one in brief.shown if one.profile_kw]
    blocks: list[Block] = [
        Paragraph(
            "Puissance moyenne de chaque heure locale sur l'année, en kW. Trait plein : le "
            "scénario ; tirets : aujourd'hui. Une heure d'hiver et une heure d'été y sont mêlées."
        ),
        *_figures(brief, known),
    ]
    blocks += [
        Paragraph(
            f"{brief.full(one.scenario)} : profil inconnu, la puissance d'un luminaire au moins "
            "n'est pas connue."
        )
        for one in brief.shown
        if not one.profile_kw
    ]
    return Section("nuits", title, tuple(blocks))


def _figures(brief: LightingBrief, known: list[ScenarioEffects]) -> Iterator[Figure]:
    today = brief.today.profile_kw
    for one in known:
        series = [Line(brief.mark(one.scenario), _turned(one.profile_kw))]
        if one is not brief.today and today:
            series.append(Line("aujourd'hui", _turned(today)))
        top = max((v for line in series for v in line.values if v is not None), default=0) or 1
        ticks = [_kw(0), _kw(top / 2), _kw(top)]
        steps = [f"{hour}{FIXED}h" if hour % 2 == 0 else "" for hour in HOURS]
        drawing = lines(f"Puissance par heure, {brief.full(one.scenario)}", steps, series, ticks)
        yield Figure(_summary(brief, one), drawing, _table(brief, one))


def _turned(profile: tuple[float, ...]) -> tuple[float | None, ...]:
    return tuple(profile[hour] if hour < len(profile) else None for hour in HOURS)


def _kw(value: float) -> str:
    return quantity(value, "kW", 0 if value >= 10 or not value else 1)  # noqa: PLR2004


def _summary(brief: LightingBrief, one: ScenarioEffects) -> str:
    deep = sum(one.profile_kw[1:5]) / 4
    evening = sum(one.profile_kw[19:23]) / 4
    told = f"{brief.full(one.scenario)} : {_kw(evening)} en soirée (19 h à 23 h), "
    return f"{told}{_kw(deep)} au cœur de la nuit (1 h à 5 h)."


def _table(brief: LightingBrief, one: ScenarioEffects) -> Table:
    today = brief.today.profile_kw
    both = one is not brief.today and bool(today)
    heads = ("Heure locale", f"{brief.mark(one.scenario)} (kW)")
    rows = [
        (
            f"{hour}{FIXED}h à {(hour + 1) % 24}{FIXED}h",
            figure(one.profile_kw[hour], 1),
            *((figure(today[hour], 1),) if both else ()),
        )
        for hour in HOURS
        if hour < len(one.profile_kw)
    ]
    return Table(
        f"Puissance moyenne de chaque heure, {brief.mark(one.scenario)}",
        (*heads, "Aujourd'hui (kW)") if both else heads,
        tuple(rows),
        frozenset({1, 2}) if both else frozenset({1}),
    )
