"""Words of open data in both languages: why a sum is hidden, what a group is, how late it is."""

from synergie.exchange.publication.publications_public import Dataset
from synergie.schemas.publication.cell_scheme import Category, CellScheme
from synergie.schemas.publication.release import Energy, Fault, SuppressionLine, Thresholds
from synergie.server.pages.visit import Visit

ENERGIES: dict[Energy, tuple[str, str]] = {
    "electricity": ("électricité", "electricity"),
    "gas": ("gaz", "gas"),
}
_CATEGORIES: dict[Category, tuple[str, str]] = {
    "residential": ("logements", "homes"),
    "professional": ("entreprises", "enterprises"),
    "public_body": ("éclairage et bâtiments publics", "public lighting and buildings"),
}
_FAULTS: dict[Fault, tuple[str, str]] = {
    "mixed": (
        "des points de deux sortes, jamais sommées ensemble (catégories, arrivées et départs)",
        "points of two kinds, never summed together (categories, joining and leaving)",
    ),
    "few_points": ("moins de {points} points de livraison", "fewer than {points} delivery points"),
    "few_enterprises": (
        "moins de {enterprises} entreprises",
        "fewer than {enterprises} enterprises",
    ),
    "insider": (
        "un organisme qui retrancherait ses propres points verrait ceux d'un trop petit groupe",
        "an organisation that subtracts its own points would see those of too small a group",
    ),
    "zero": (
        "une somme nulle ou négative, qui dirait que chacun est à zéro",
        "a sum of zero or less, which would tell that each is zero",
    ),
    "dominated": (
        "un seul contributeur ferait plus de {share} % de la somme",
        "one contributor would be more than {share}% of the sum",
    ),
}


class Labels:
    """Cells by their names and what sets them apart: several bear the name of one commune."""

    def __init__(self, visit: Visit, scheme: CellScheme) -> None:
        self._visit = visit
        self._cells = {one.id: one for one in scheme.cells}

    def __call__(self, cell_id: str) -> str:
        """What people call a cell."""
        cell = self._cells.get(cell_id)
        if cell is None:
            return cell_id
        parts, above = [cell.name], cell
        movements, kind = cell.movements, cell.category
        while above.parent is not None and above.parent in self._cells:
            above = self._cells[above.parent]
            movements = above.movements if movements is None else movements
            kind = above.category if kind is None else kind
        if kind is not None:
            parts.append(self._visit.say(*_CATEGORIES[kind]))
        if movements:
            parts.append(self._visit.say("arrivées et départs", "joining or leaving"))
        return ", ".join(parts)


def describe_threshold_fault(visit: Visit, fault: Fault, limits: Thresholds) -> str:
    """What a set of points fails, in words and with the threshold in force."""
    share = f"{limits.max_share * 100:g}"
    return visit.say(
        *_FAULTS[fault],
        points=limits.min_points,
        enterprises=limits.min_enterprises,
        share=share.replace(".", ",") if visit.lang == "fr" else share,
    )


def describe_hidden_cell(
    visit: Visit, line: SuppressionLine, labels: Labels, limits: Thresholds
) -> str:
    """Why a cell is hidden: to its publisher in full, to anyone else that it is."""
    if line.fault is None:
        return visit.say(
            "le montrer révélerait un trop petit groupe",
            "to show it would give away too small a group",
        )
    reason = describe_threshold_fault(visit, line.fault, limits)
    if line.kind == "primary":
        return reason
    return visit.say(
        "montrable seul, mais une soustraction donnerait le reste de « {} » : {}",
        "fine by itself, but a subtraction would give the rest of “{}”: {}",
        labels(line.protects or line.cell),
        reason,
    )


def freshness(visit: Visit, dataset: Dataset) -> str:
    """Until when the data go, and why they go no further; who can act."""
    following, publisher = dataset.following, dataset.publisher.name
    if following.why == "not_over":
        return visit.say(
            "La période suivante ({}) n'est pas close.",
            "The next period ({}) is not over.",
            following.period,
        )
    days = (visit.now - following.since).days
    return visit.say(
        "La période {} est close depuis {} jours et n'est pas publiée. Peut agir : {}.",
        "Period {} has been over for {} days and is not published. Who can act: {}.",
        following.period,
        days,
        publisher,
    )
