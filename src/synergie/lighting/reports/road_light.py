"""How much light roads get under each scenario, for that of today, and who stays for want of it."""

from collections.abc import Sequence

from synergie.lighting.records.effects import ScenarioEffects
from synergie.lighting.records.sizing import FluxSizing
from synergie.lighting.reports.brief import LightingBrief
from synergie.reports.document import Paragraph, Section, Table
from synergie.reports.language import Pair, choose_text
from synergie.reports.written import format_number, format_percent, format_short_name_list

MEASURES: tuple[Pair, ...] = (
    ("Remplacés", "Replaced"),
    ("Comparés", "Compared"),
    ("dont flux estimé", "of them, flux estimated"),
    ("Rapport le plus bas", "Least ratio"),
    ("Rapport médian", "Median ratio"),
    ("Rapport le plus élevé", "Greatest ratio"),
    ("Moins de 90 %", "Below 90%"),
    ("Plus de 125 %", "Above 125%"),
    ("Sous leur classe", "Below their class"),
    ("Sans équivalent", "Without a fit"),
)
"""What is told of each scenario, in the order of `describe_sizing`."""
_SHOWN = 12
"""Luminaires without a fit that are named in the report; the workbook names all."""


def road_light_section(brief: LightingBrief) -> tuple[Section, ...]:
    """The ratios of each scenario that replaces luminaires; nothing when none does."""
    told = [(one, one.sizing) for one in brief.scenarios_in_play_first if one.sizing is not None]
    if not told:
        return ()
    marks = [brief.mark(one.scenario) for one, _ in told]
    columns = (choose_text("Luminaires", "Luminaires"), *marks)
    cells = [describe_sizing(sizing) for _, sizing in told]
    rows = tuple(
        (choose_text(*measure), *(each[n] for each in cells)) for n, measure in enumerate(MEASURES)
    )
    caption = choose_text(
        "Lumière maintenue sur la route, après pour avant",
        "Maintained light on the road, after for before",
    )
    title = choose_text("La lumière sur la route", "The light on the road")
    note = choose_text(
        "Flux du luminaire × maintien de la lampe × part qui atteint la route. Les facteurs "
        "qu'aucune fiche ne donne sont supposés par type de lampe. Un luminaire dont la classe "
        "d'éclairage (EN 13201-2), la largeur et l'interdistance sont connues est jugé sur sa "
        "classe.",
        "Flux of the luminaire × lamp maintenance × share that reaches the road. Factors that no "
        "data sheet gives are assumed by kind of lamp. A luminaire whose class of lighting "
        "(EN 13201-2), width and spacing are known is judged on its class.",
    )
    blocks = (Table(caption, columns, rows, frozenset(range(1, len(columns)))), Paragraph(note))
    return (Section("route", title, (*blocks, *_name_unfit_lights(brief, [o for o, _ in told]))),)


def describe_sizing(one: FluxSizing) -> tuple[str, ...]:
    """What `MEASURES` names of one scenario: counts, ratios as percentages."""
    ratios = (one.ratio_min, one.ratio_median, one.ratio_max)
    return (
        *map(format_number, (one.replaced, one.compared, one.estimated)),
        *("–" if ratio is None else format_percent(ratio, 0) for ratio in ratios),
        *map(format_number, (one.less, one.more, one.below_class, len(one.without_fit))),
    )


def _name_unfit_lights(
    brief: LightingBrief, told: Sequence[ScenarioEffects]
) -> tuple[Paragraph, ...]:
    """The luminaires that stay, of the scenario with most of them."""
    most = max(told, key=lambda one: len(_list_unfit_lights(one)))
    names = _list_unfit_lights(most)
    if not names:
        return ()
    shown = format_short_name_list(list(names[:_SHOWN]))
    left = format_number(len(names) - _SHOWN)
    more = "" if len(names) <= _SHOWN else choose_text(
        f", et {left} autres dans le classeur", f", and {left} more in the workbook"
    )  # fmt: skip
    mark = brief.mark(most.scenario)
    return (
        Paragraph(
            choose_text(
                f"Restent tels quels, faute d'équivalent connu ({mark}) : {shown}{more}.",
                f"Stay as they are for want of a known fit ({mark}): {shown}{more}.",
            )
        ),
    )


def _list_unfit_lights(one: ScenarioEffects) -> tuple[str, ...]:
    return () if one.sizing is None else one.sizing.without_fit
