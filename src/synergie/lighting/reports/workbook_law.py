"""Sheets of the workbook on the law and on the light that roads get."""

from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.law import describe_missing_fields
from synergie.lighting.reports.names import LAW_SUBJECTS
from synergie.lighting.reports.workbook_words import column, format_yes_no, sheet_name
from synergie.reports.language import choose_text
from synergie.reports.sheets import Sheet


def build_law_sheet(brief: LightingBrief) -> Sheet:
    """Rules that are not kept, one a row."""
    columns = (
        column("Scénario"), column("Règle"), column("Texte", "long"), column("Quoi"),
        column("Luminaires", "whole"), column("Trouvé"), column("Demandé", "long"),
        column("Apporté par le scénario"),
    )  # fmt: skip
    rows = (
        (
            one.scenario, each.rule, each.article, each.subject, each.count, each.found,
            brief.say_phrase(each.expected), format_yes_no(each.is_new),
        )
        for one in brief.comparison.scenarios
        for each in one.breaches
    )  # fmt: skip
    return Sheet(sheet_name("Loi"), columns, rows)


def build_compliance_sheet(brief: LightingBrief) -> Sheet:
    """Luminaires that comply, do not, are not judged, and what is missing."""
    columns = (
        column("Scénario"), column("Règles"), column("Conformes", "whole"),
        column("Non conformes", "whole"), column("Non jugés", "whole"),
        column("Ce qui manque", "long"),
    )  # fmt: skip
    rows = (
        (
            one.scenario, choose_text(*LAW_SUBJECTS[each.subject]), each.kept, each.broken,
            each.unjudged, describe_missing_fields(each) or None,
        )
        for one in brief.comparison.scenarios
        for each in one.law
    )  # fmt: skip
    return Sheet(sheet_name("Conformité"), columns, rows)


def build_road_light_sheet(brief: LightingBrief) -> Sheet:
    """Maintained light on the road after for before, one scenario a row."""
    columns = (
        column("Scénario"), column("Remplacés", "whole"), column("Comparés", "whole"),
        column("Flux estimé", "whole"), column("Rapport le moins élevé", "price"),
        column("Rapport médian", "price"), column("Rapport le plus élevé", "price"),
        column("Moins de 90 %", "whole"), column("Plus de 125 %", "whole"),
        column("Sous leur classe", "whole"), column("Sans équivalent", "whole"),
    )  # fmt: skip
    rows = (
        (
            one.scenario, told.replaced, told.compared, told.estimated, told.ratio_min,
            told.ratio_median, told.ratio_max, told.less, told.more, told.below_class,
            len(told.without_fit),
        )
        for one in brief.comparison.scenarios
        if (told := one.sizing) is not None
    )  # fmt: skip
    return Sheet(sheet_name("Lumière sur la route"), columns, rows)


def build_unfit_sheet(brief: LightingBrief) -> Sheet:
    """Luminaires that stay for want of an entry that gives their road its light."""
    columns = (column("Scénario"), column("Point lumineux"))
    rows = (
        (one.scenario, name)
        for one in brief.comparison.scenarios
        if one.sizing is not None
        for name in one.sizing.without_fit
    )
    return Sheet(sheet_name("Sans équivalent"), columns, rows)
