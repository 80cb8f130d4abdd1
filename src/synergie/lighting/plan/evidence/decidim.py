"""What Decidim exports of a vote: projects or proposals with their votes, or orders (CSV, XLSX).

Decidim flattens nested records with slashes (`category/name/fr`, `taxonomies/name`), joins lists
with commas and writes their records as Ruby does (decidim-core, lib/decidim/exporters/csv.rb;
decidim-budgets, lib/decidim/budgets/project_serializer.rb and
app/serializers/…/download_your_data_budgets_order_serializer.rb).
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from synergie.errors import BadInput
from synergie.formats import Report
from synergie.lighting.plan.evidence import _text as text
from synergie.lighting.plan.evidence._tally import Tally
from synergie.lighting.records.weighing import Evidence, EvidenceKind
from synergie.schemas.plan import Phrase

_VOTES = ("confirmed_votes", "votes", "supports", "votes/total_count", "proposal_votes_count")
_GROUPS = ("category/name", "taxonomies/name", "taxonomy/name", "category", "taxonomies")
_SPOKEN = ("fr", "en")
_WHOLE = re.compile(r"\d{1,9}(?:[.,]0{1,9})?", re.ASCII)
_HASH = re.compile(r'"?:?(?P<key>\w[\w-]*)"?\s*(?:=>|:)\s*"(?P<value>(?:[^"\\]|\\.)*)"')
_IDS = re.compile(r'(?:"id"\s*=>|:id\s*=>|\bid:)\s*"?(\d+)')
_PLAIN_IDS = re.compile(r"\s*\d+(?:\s*,\s*\d+)*\s*")

type Rows = Sequence[tuple[int, Sequence[str]]]


def looks_like(header: Iterable[str]) -> bool:
    """Whether the first row of a table has the columns of an export."""
    names = [name.strip().lower() for name in header]
    return "id" in names and (any(name in names for name in _VOTES) or "projects" in names)


def read(rows: Rows, report: Report, *, source: str, locale: str = "fr") -> Evidence:
    """The votes of an export by category, or by project where orders tell no category.

    *locale*: the language of names where there are several. A bad row is refused in *report* with
    its line, the rest is kept. BadInput: the first row is no header of such an export.
    """
    line, header = rows[0] if rows else (1, [])
    names = [name.strip().strip("\ufeff") for name in header]
    if not looks_like(names):
        raise BadInput(f"line {line}", ";".join(names)[:80], text.COLUMNS_PROJECTS)
    lower = [name.lower() for name in names]
    kept = []
    for number, cells in rows[1:]:
        padded = [*cells, *[""] * (len(names) - len(cells))]
        if any(cell.strip() for cell in padded[len(names) :]) or len(cells) < len(names) - 1:
            report.refuse(number, BadInput("row", f"{len(cells)} cells", text.AS_MANY))
            continue
        kept.append((number, dict(zip(lower, (cell.strip() for cell in padded), strict=False))))
    orders = "projects" in lower and not any(name in lower for name in _VOTES)
    return (_tally_orders if orders else _tally_projects)(kept, report, source, locale)


type _Kept = list[tuple[int, dict[str, str]]]


def _tally_projects(rows: _Kept, report: Report, source: str, locale: str) -> Evidence:
    column = next(name for name in _VOTES if rows and name in rows[0][1]) if rows else _VOTES[0]
    categories: dict[str, Sequence[str]] = {}
    tally = Tally(categories)
    for line, row in rows:
        try:
            votes = _parse_vote_number(row[column], column)
        except BadInput as fault:
            report.refuse(line, fault)
            continue
        if not row["id"]:
            report.refuse(line, BadInput("/id", "", text.A_PROJECT_ID))
        elif row["id"] in categories:
            report.duplicates += 1
            tally.notes[text.PROJECT_TWICE] += 1
        else:
            report.kept += 1
            categories[row["id"]] = _read_project_categories(row, locale)
            tally.votes[row["id"]] = votes
    if not categories:
        raise BadInput("file", "0", text.SOME_PROJECT)
    kind: EvidenceKind = "knapsack" if column == "confirmed_votes" else "approval"
    notes = (*tally.list_caveats(), Phrase(text=text.NOT_VOTERS))
    return Evidence(
        source=source, kind=kind, voters=None, by_category=tally.rows(), notes=notes
    )  # fmt: skip


def _tally_orders(rows: _Kept, report: Report, source: str, locale: str) -> Evidence:
    """Orders that were checked out; each project stands for itself, for orders tell no category."""
    ballots: list[tuple[str, list[str]]] = []
    titles: dict[str, Sequence[str]] = {}
    for line, row in rows:
        names = _parse_project_ids(row["projects"])
        if not row["id"]:
            report.refuse(line, BadInput("/id", "", text.A_VOTER))
        elif len(set(names)) < len(names) or (row["projects"] and not names):
            report.refuse(line, BadInput("/projects", row["projects"], text.PROJECT_ONCE))
        elif row.get("checked_out_at", "x"):
            report.kept += 1
            ballots.append((row["id"], names))
            titles |= {name: _parse_project_titles(name, row["projects"], locale) for name in names}
    if not titles:
        raise BadInput("file", "0", text.SOME_PROJECT)
    tally = Tally(titles)
    for voter, names in ballots:
        tally.ballot(voter, [(name, 1) for name in names])
    return Evidence(
        source=source, kind="knapsack", voters=tally.voters, by_category=tally.rows(),
        notes=tally.list_caveats(),
    )  # fmt: skip


def _parse_vote_number(told: str, column: str) -> int:
    if told == "":
        return 0
    if not _WHOLE.fullmatch(told):
        raise BadInput(f"/{column}", told, text.VOTES)
    return int(re.split("[.,]", told)[0])


def _read_project_categories(row: Mapping[str, str], locale: str) -> list[str]:
    """The categories of a project in *locale*, else French, English, or what is there."""
    for group in _GROUPS:
        if row.get(group):
            return _parse_name_list(row[group], locale)
        spoken = {
            name.rpartition("/")[2]: told
            for name, told in row.items()
            if name.startswith(f"{group}/") and told and not name.endswith("/id")
        }
        if spoken:
            return _split_names(_select_translation(spoken, locale))
    return []


def _select_translation(spoken: Mapping[str, str], locale: str) -> str:
    first = next(iter(spoken.values()))
    return next((spoken[name] for name in (locale, *_SPOKEN) if name in spoken), first)


def _parse_name_list(told: str, locale: str) -> list[str]:
    """`{"fr"=>"Voirie", "en"=>"Roads"}, {…}` as Ruby writes it, or plain names between commas."""
    records = re.findall(r"\{[^{}]*\}", told)
    if not records:
        return _split_names(told)
    spoken = ({m["key"]: m["value"] for m in _HASH.finditer(record)} for record in records)
    return [_select_translation(one, locale) for one in spoken if one]


def _split_names(told: str) -> list[str]:
    return [part for part in (part.strip() for part in told.split(",")) if part]


def _parse_project_ids(told: str) -> list[str]:
    """Identifiers of projects: plain ones between commas, or those of records."""
    if _PLAIN_IDS.fullmatch(told):
        return _split_names(told)
    return _IDS.findall(told)


def _parse_project_titles(name: str, told: str, locale: str) -> list[str]:
    """The title of a project within the records of an order; its identifier where there is none."""
    found = re.search(
        rf'(?:"id"\s*=>|:id\s*=>|\bid:)\s*{name}\b.*?title"?\s*(?:=>|:)\s*(\{{[^{{}}]*\}}|"[^"]*")',
        told,
    )
    if found is None:
        return [name]
    title = found[1]
    names = _parse_name_list(title, locale) if title.startswith("{") else [title.strip('"')]
    return names[:1] or [name]
