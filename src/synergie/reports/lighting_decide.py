"""What a comparison asks a council to decide: between what, with which orders and which money."""

from collections.abc import Iterator

from synergie.reports.lighting_brief import LightingBrief
from synergie.reports.lighting_pair import apart, same_energy, the_pair
from synergie.reports.lighting_words import every
from synergie.reports.purchase_words import count
from synergie.reports.written import number


def what_to_decide(brief: LightingBrief) -> tuple[str, str]:
    """The decision, and what else must be decided with it."""
    return _choice(brief), " ".join(_more(brief))


def _choice(brief: LightingBrief) -> str:
    if brief.is_thin:
        return (
            "Compléter les fichiers avant de choisir : on ne connaît de tous les scénarios que "
            f"{count(brief.compared, 'effet')} sur {number(len(brief.comparison.criteria))}."
        )
    marks = [_mark(brief, one) for one in brief.kept]
    if not brief.kept:
        return "Aucun scénario ne respecte les règles à respecter : en écrire un autre."
    if len(marks) == 1:
        return f"Retenir {brief.full(brief.kept[0])} ou non : les autres sont écartés ou battus."
    return (
        f"Choisir entre {every(marks)} : aucun ne l'emporte sur tous les effets connus, et ce "
        "rapport ne choisit pas."
    )


def _mark(brief: LightingBrief, scenario: str) -> str:
    mark = brief.mark(scenario)
    return f"{mark} (rester comme aujourd'hui)" if scenario == brief.today.scenario else mark


def _more(brief: LightingBrief) -> Iterator[str]:
    pair = the_pair(brief)
    if pair is not None:
        told = apart(brief, pair)
        start = "Même énergie : " if same_energy(brief, pair) else ""
        marks = f"{brief.mark(pair[0])} ou {brief.mark(pair[1])}"
        if told:
            yield f"{start}{marks} se départagent par : {told}."
    excluded = [brief.mark(one) for one in brief.comparison.excluded]
    if excluded:
        yield f"Écartés d'office : {every(excluded)}."
    beaten = [brief.mark(one.scenario) for one in brief.comparison.dominated]
    if beaten and not brief.is_thin:
        yield f"Battus par un autre : {every(beaten)}."
    over = [brief.mark(one.scenario) for one in brief.shown if one.over_budget]
    if over:
        yield f"Budget à revoir pour {every(over)}."
