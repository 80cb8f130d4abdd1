"""What a comparison asks a council to decide: between what, with which orders and which money."""

from collections.abc import Iterator

from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.pair import apart, same_energy, the_pair
from synergie.lighting.reports.words import every
from synergie.reports.language import say
from synergie.reports.written import count, number


def what_to_decide(brief: LightingBrief) -> tuple[str, str]:
    """The decision, and what else must be decided with it."""
    return _choice(brief), " ".join(_more(brief))


def _choice(brief: LightingBrief) -> str:
    if brief.is_thin:
        return _too_thin(brief)
    if not brief.kept:
        return say(
            "Aucun scénario ne respecte les règles à respecter : en écrire un autre.",
            "No scenario meets the rules that must be met: write another one.",
        )
    if len(brief.kept) == 1:
        name = brief.full(brief.kept[0])
        return say(
            f"Retenir {name} ou non : les autres sont écartés ou battus.",
            f"Adopt {name} or not: the others are excluded or beaten.",
        )
    marks = every([_mark(brief, one) for one in brief.kept])
    return say(
        f"Choisir entre {marks} : aucun ne l'emporte sur tous les effets connus, et ce "
        "rapport ne choisit pas.",
        f"Choose between {marks}: none is best on every known effect, and this report does not "
        "choose.",
    )


def _too_thin(brief: LightingBrief) -> str:
    known, whole = brief.compared, number(len(brief.comparison.criteria))
    return say(
        "Compléter les fichiers avant de choisir : on ne connaît de tous les scénarios que "
        f"{count(known, 'effet')} sur {whole}.",
        f"Complete the files before choosing: of {whole} effects, only {number(known)} "
        f"{'is' if known == 1 else 'are'} known of every scenario.",
    )


def _mark(brief: LightingBrief, scenario: str) -> str:
    mark = brief.mark(scenario)
    if scenario != brief.today.scenario:
        return mark
    return say(f"{mark} (rester comme aujourd'hui)", f"{mark} (stay as today)")


def _more(brief: LightingBrief) -> Iterator[str]:
    pair = the_pair(brief)
    if pair is not None:
        told = apart(brief, pair)
        same = say("Même énergie : ", "Same energy: ") if same_energy(brief, pair) else ""
        first, second = map(brief.mark, pair)
        if told:
            yield same + say(
                f"{first} ou {second} se départagent par : {told}.",
                f"{first} and {second} differ in: {told}.",
            )
    excluded = every([brief.mark(one) for one in brief.comparison.excluded])
    if excluded:
        yield say(f"Écartés d'office : {excluded}.", f"Excluded by a rule: {excluded}.")
    beaten = every([brief.mark(one.scenario) for one in brief.comparison.dominated])
    if beaten and not brief.is_thin:
        yield say(f"Battus par un autre : {beaten}.", f"Beaten by another: {beaten}.")
    over = every([brief.mark(one.scenario) for one in brief.shown if one.over_budget])
    if over:
        yield say(f"Budget à revoir pour {over}.", f"Budget to review for {over}.")
