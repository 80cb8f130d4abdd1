"""A table of coalitions and their costs, as a spreadsheet saves it, as a game.

Two columns, in any order: the members of a coalition joined by `+`, and its cost in euros. A blank
cost: the coalition cannot do it by itself. Separators, decimal commas, BOM and encodings of French
spreadsheets are read; other columns are not.
"""

import csv
import io
import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from synergie.cli.files import MAX_JSON
from synergie.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from synergie.schemas.sharing import CoalitionCost, CostGame

_MEMBERS = {"membres", "membre", "coalition", "members", "joueurs"}
_COST = {"cout", "coût", "cout_eur", "coût_eur", "cost", "cost_eur", "eur", "€", "montant"}
_AMOUNT = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
_SPACES = "\u00a0\u202f €"


def read_coalition_file(path: Path) -> "CostGame":
    """The game in the CSV file *path*. Raises BadInput with the line and what was expected."""
    from synergie.schemas.sharing import CostGame

    rows = list(
        csv.reader(
            io.StringIO(_read_file_text(path)), delimiter=_find_separator(_read_file_text(path))
        )
    )
    if not rows:
        raise BadInput(f"{path.name} line 1", "", "a row of column names")
    who, cost = _find_coalition_columns(rows[0], path)
    costs = [
        _parse_coalition_row(row, (who, cost), f"{path.name} line {number}")
        for number, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]
    if not costs:
        raise BadInput(f"{path.name} line 2", "", "a coalition and its cost")
    names = dict.fromkeys(name for one in costs for name in one.members)
    if len(names) > _MOST:
        raise BadInput(path.name, len(names), "at most 22 members in a table of coalitions")
    return CostGame(members=tuple(sorted(names)), costs=tuple(costs))


_MOST = 22


def _read_file_text(path: Path) -> str:
    with path.open("rb") as source:
        content = source.read(MAX_JSON + 1)
    if len(content) > MAX_JSON:
        raise TooLarge(MAX_JSON, "bytes")
    for coding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(coding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _find_separator(text: str) -> str:
    head = text.split("\n", 1)[0]
    return max(";\t,", key=head.count)


def _find_coalition_columns(head: list[str], path: Path) -> tuple[int, int]:
    names = [cell.strip().casefold().replace(" (€)", "").replace(" ", "_") for cell in head]
    who = [i for i, name in enumerate(names) if name in _MEMBERS]
    cost = [i for i, name in enumerate(names) if name in _COST]
    if len(who) != 1 or len(cost) != 1:
        found = ", ".join(head)[:80] or "…"
        raise BadInput(f"{path.name} line 1", found, "one column membres and one column cout_eur")
    return who[0], cost[0]


def _parse_coalition_row(row: list[str], columns: tuple[int, int], where: str) -> "CoalitionCost":
    from synergie.schemas.sharing import CoalitionCost

    who, cost = (row[i].strip() if i < len(row) else "" for i in columns)
    names = tuple(name.strip() for name in who.split("+"))
    if not all(0 < len(name) <= 120 for name in names):  # noqa: PLR2004 (as MemberId says)
        raise BadInput(f"{where}, /membres", who, "members joined by +")
    plain = cost.replace(",", ".")
    for space in _SPACES:
        plain = plain.replace(space, "")
    if plain and not _AMOUNT.fullmatch(plain):
        raise BadInput(f"{where}, /cout_eur", cost, "an amount in euros, or nothing")
    return CoalitionCost(members=names, eur=Decimal(plain) if plain else None)
