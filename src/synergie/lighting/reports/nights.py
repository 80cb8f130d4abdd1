"""The hourly profile of each scenario against today: the night stands in the middle."""

from collections.abc import Iterator

from synergie.lighting.records.effects import ScenarioEffects
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.words import format_colon, format_figure
from synergie.reports.document import Block, Figure, Paragraph, Section, Table
from synergie.reports.figure.columns import Series
from synergie.reports.figure.lines import Lines
from synergie.reports.figure.picture import Cell, build_figure
from synergie.reports.figure.scale import fit_scale
from synergie.reports.language import choose_text, get_language
from synergie.reports.written import FIXED, describe_missing, format_quantity

HOURS = (*range(12, 24), *range(12))
"""Local hours from noon to noon."""


def nights_section(brief: LightingBrief) -> Section:
    """One figure a scenario, with its table."""
    title = choose_text(
        "Ce que la nuit devient, heure par heure", "What the night becomes, hour by hour"
    )
    known = [one for one in brief.scenarios_in_play_first if one.profile_kw]
    how = choose_text(
        "Puissance moyenne de chaque heure locale sur l'année, en kW. Trait plein : le "
        "scénario ; tirets : aujourd'hui. Une heure d'hiver et une heure d'été y sont mêlées.",
        "Mean power of each local hour over the year, in kW. Solid line: the scenario; dashes: "
        "today. Hours of winter time and of summer time are mixed.",
    )
    blocks: list[Block] = [Paragraph(how), *_iterate_night_figures(brief, known)]
    why = choose_text(
        "profil inconnu, la puissance d'un luminaire au moins n'est pas connue.",
        "profile unknown, the power of one luminaire at least is not known.",
    )
    blocks += [
        Paragraph(f"{brief.full(one.scenario)}{format_colon()}{why}")
        for one in brief.scenarios_in_play_first
        if not one.profile_kw
    ]
    return Section("nuits", title, tuple(blocks))


def _iterate_night_figures(brief: LightingBrief, known: list[ScenarioEffects]) -> Iterator[Figure]:
    today = brief.today.profile_kw
    now = choose_text("aujourd'hui", "today")
    steps = [_format_hour(hour) for hour in HOURS]
    scale = fit_scale(value for one in (brief.today, *known) for value in one.profile_kw)
    for one in known:
        name = brief.full(one.scenario)
        series = [Series(brief.mark(one.scenario), _rotate_profile(one.profile_kw))]
        if one is not brief.today and today:
            series.append(Series(now, _rotate_profile(today)))
        title = choose_text(f"Puissance par heure, {name}", f"Power by hour, {name}")
        chart = Lines(
            title=title,
            steps=steps,
            series=series,
            heads=choose_text("Heure locale", "Local hour"),
            labels=[step if hour % 2 == 0 else "" for hour, step in zip(HOURS, steps, strict=True)],
            unit="kW",
            scale=scale,
        )
        yield build_figure(
            chart, summary=_describe_night_power(brief, one), table=_build_night_table(brief, one)
        )


def _rotate_profile(profile: tuple[float, ...]) -> tuple[Cell, ...]:
    known = [profile[hour] if hour < len(profile) else None for hour in HOURS]
    return tuple(
        Cell(None, describe_missing(), "unknown")
        if one is None
        else Cell(one, format_figure(one, 1))
        for one in known
    )


def _format_kilowatts(value: float) -> str:
    return format_quantity(value, "kW", 0 if value >= 10 or not value else 1)  # noqa: PLR2004


def _describe_night_power(brief: LightingBrief, one: ScenarioEffects) -> str:
    deep = sum(one.profile_kw[1:5]) / 4
    evening = sum(one.profile_kw[19:23]) / 4
    told = choose_text(
        f"{_format_kilowatts(evening)} en soirée (19 h à 23 h), "
        f"{_format_kilowatts(deep)} au cœur de la nuit (1 h à 5 h).",
        f"{_format_kilowatts(evening)} in the evening (19:00 to 23:00), "
        f"{_format_kilowatts(deep)} in the heart of the night "
        "(1:00 to 5:00).",
    )
    return f"{brief.full(one.scenario)}{format_colon()}{told}"


def _format_hour(hour: int) -> str:
    return f"{hour}{FIXED}h" if get_language() == "fr" else f"{hour:02}:00"


def _build_night_table(brief: LightingBrief, one: ScenarioEffects) -> Table:
    today = brief.today.profile_kw
    both = one is not brief.today and bool(today)
    mark, to = brief.mark(one.scenario), choose_text("à", "to")
    heads = (choose_text("Heure locale", "Local hour"), f"{mark} (kW)")
    rows = [
        (
            f"{_format_hour(hour)} {to} {_format_hour((hour + 1) % 24)}",
            format_figure(one.profile_kw[hour], 1),
            *((format_figure(today[hour], 1),) if both else ()),
        )
        for hour in HOURS
        if hour < len(one.profile_kw)
    ]
    return Table(
        choose_text(
            f"Puissance moyenne de chaque heure, {mark}", f"Mean power of each hour, {mark}"
        ),
        (*heads, choose_text("Aujourd'hui (kW)", "Today (kW)")) if both else heads,
        tuple(rows),
        frozenset({1, 2}) if both else frozenset({1}),
    )
