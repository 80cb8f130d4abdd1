"""Work sheets: one page of HTML a crew a day, in large type, to print on A4 in black and white.

They are French whatever is spoken: crews read them in the street.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from synergie.maintenance.reports.brief import MaintenanceBrief, Week
from synergie.maintenance.reports.rounds_sheet import EMERGENCY, MAKE_SAFE, WorkSheet, work_sheet
from synergie.reports.file_names import file_name
from synergie.reports.french import long_date, typeset_french
from synergie.reports.language import use_language
from synergie.reports.page import fill_template, quote_css_string, rules_of


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


def day_sheets(brief: MaintenanceBrief, weeks: Sequence[Week] | None = None) -> dict[str, str]:
    """Name of a file → the sheets of all crews of a day, to print at once, by day."""
    days = defaultdict[date, list[WorkSheet]](list)
    for week in brief.weeks if weeks is None else weeks:
        for one in week.rounds:
            days[one.day].append(work_sheet(brief, week, one))
    return {
        f"{day.isoformat()}.html": sheets_html(days[day], f"Feuilles de route, {long_date(day)}")
        for day in sorted(days)
    }


def sheet_html(sheet: WorkSheet) -> str:
    """*sheet* as the text of an HTML file, UTF-8, French."""
    return sheets_html([sheet], sheet.head)


def sheets_html(sheets: Sequence[WorkSheet], title: str) -> str:
    """Sheets as one HTML file; each begins a page in print, and its pages bear its head."""
    with use_language("fr"):
        return fill_template(
            "work_sheet.html",
            _render_sheet_style(sheets),
            sheets=sheets,
            title=title,
            emergency=EMERGENCY,
            make_safe=MAKE_SAFE,
        )


def _render_sheet_style(sheets: Sequence[WorkSheet]) -> str:
    """The rules, and what printed pages repeat: crew and day above, emergency below."""
    number = '@top-right{content:"page " counter(page) " / " counter(pages)}'
    foot = f"@bottom-left{{content:{quote_css_string(typeset_french(sheets[0].foot))}}}"
    heads = "".join(
        f".sheet-{rank}{{page:sheet-{rank}}}@page sheet-{rank}{{@top-left{{content:"
        f"{quote_css_string(typeset_french(sheet.head))};font-weight:bold}}}}"
        for rank, sheet in enumerate(sheets, start=1)
    )
    return f"{rules_of('work_sheet.css')}@page{{font-size:12pt;{number}{foot}}}{heads}\n"
