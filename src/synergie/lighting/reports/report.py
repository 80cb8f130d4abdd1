"""The comparison of scenarios of lighting: the first page answers, the others show why."""

from synergie.lighting.reports.answers import answers, options
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.communes import communes_section
from synergie.lighting.reports.frontier import frontier_sections
from synergie.lighting.reports.law import law_section, not_done_section
from synergie.lighting.reports.maps import maps_section
from synergie.lighting.reports.money import money_section
from synergie.lighting.reports.nights import nights_section
from synergie.lighting.reports.pair import pair_section
from synergie.lighting.reports.road_light import road_light_section
from synergie.lighting.reports.table import criteria_section, scenarios_section, table_section
from synergie.lighting.reports.unknown import assumed_section, sources_section, unknown_section
from synergie.lighting.reports.weights import weights_sections
from synergie.reports.document import Document, Section
from synergie.reports.language import choose_text
from synergie.reports.written import long_date, short_date


def lighting_document(brief: LightingBrief) -> Document:
    """The whole report, for who votes it and for who prepares the vote."""
    return Document(
        title=brief.title,
        lead=_describe_report_lead(),
        banner=brief.banner,
        dated=describe_report_date(brief),
        sections=(
            _build_summary_section(brief),
            scenarios_section(brief),
            table_section(brief),
            pair_section(brief),
            *weights_sections(brief),
            communes_section(brief),
            maps_section(brief),
            nights_section(brief),
            money_section(brief),
            *road_light_section(brief),
            law_section(brief),
            not_done_section(brief),
            *frontier_sections(brief),
            unknown_section(brief),
            assumed_section(brief),
            criteria_section(brief),
            sources_section(brief),
        ),
    )


def _describe_report_lead() -> str:
    return choose_text(
        "Les mêmes options avec tous leurs effets : ce que le conseil doit décider, et ce que "
        "chaque choix fait à la nuit, au service, aux communes et à la dépense.",
        "The same options with all their effects: what the council must decide, and what each "
        "choice does to the night, to the service, to the communes and to the spending.",
    )


def _build_summary_section(brief: LightingBrief) -> Section:
    title = choose_text("L'essentiel", "In short")
    return Section("essentiel", title, (answers(brief), options(brief)), sheet=True)


def describe_report_date(brief: LightingBrief) -> str:
    """When it was computed, of what, and how old that is: on every printed page."""
    day = long_date(brief.made_at.astimezone(brief.tz).date())
    digest = brief.comparison.study_digest[:12]
    return choose_text(
        f"Calcul du {day}, {_describe_inventory_age(brief)} ; "
        f"hypothèses à la fin du rapport ; étude {digest}.",
        f"Computed on {day}, {_describe_inventory_age(brief)}; "
        f"assumptions at the end of the report; study {digest}.",
    )


def _describe_inventory_age(brief: LightingBrief) -> str:
    """How old the inventory is."""
    if brief.inventory is None:
        return choose_text("date de l'inventaire non connue", "date of the inventory not known")
    oldest, newest = map(short_date, brief.inventory)
    if oldest == newest:
        return choose_text(f"inventaire modifié le {oldest}", f"inventory changed on {oldest}")
    return choose_text(
        f"inventaire modifié le {oldest} au plus tôt, le {newest} au plus tard",
        f"inventory changed on {oldest} at the earliest, on {newest} at the latest",
    )
