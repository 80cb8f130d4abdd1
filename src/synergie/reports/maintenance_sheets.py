"""Work sheets: one page of HTML a crew a day, in large type, to print on A4 in black and white."""

from collections.abc import Sequence

from synergie.reports.file_names import file_name
from synergie.reports.french import typeset
from synergie.reports.maintenance_brief import MaintenanceBrief, Week
from synergie.reports.page import filled, quoted, rules_of
from synergie.reports.rounds_sheet import EMERGENCY, MAKE_SAFE, WorkSheet, work_sheet


def work_sheets(brief: MaintenanceBrief, weeks: Sequence[Week] | None = None) -> dict[str, str]:
    """Name of a file → its sheet, for each round with work of *weeks* (those of *brief*).

    By day and crew. A file needs nothing else: no script, no request, one style that its policy
    names.
    """
    told: dict[str, str] = {}
    for week in brief.weeks if weeks is None else weeks:
        for one in week.rounds:
            name = file_name(f"{one.day.isoformat()} {one.crew}", told, end=".html")
            told[name] = sheet_html(work_sheet(brief, week, one))
    return told


def sheet_html(sheet: WorkSheet) -> str:
    """*sheet* as the text of an HTML file, UTF-8, French."""
    return filled(
        "work_sheet.html", _style(sheet), sheet=sheet, emergency=EMERGENCY, make_safe=MAKE_SAFE
    )


def _style(sheet: WorkSheet) -> str:
    """The rules, and what each printed page repeats: crew and day above, emergency below."""
    head = f"@top-left{{content:{quoted(typeset(sheet.head))};font-weight:bold}}"
    number = '@top-right{content:"page " counter(page) " / " counter(pages)}'
    foot = f"@bottom-left{{content:{quoted(typeset(sheet.foot))}}}"
    return f"{rules_of('work_sheet.css')}@page{{font-size:12pt;{head}{number}{foot}}}\n"
