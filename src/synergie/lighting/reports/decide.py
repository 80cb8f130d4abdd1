"""What a comparison asks a council to decide: between what, with which orders and which money."""

from collections.abc import Iterator

from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.pair import describe_pair_difference, same_energy, the_pair
from synergie.lighting.reports.words import format_name_list
from synergie.reports.language import choose_text
from synergie.reports.written import format_count, format_number


def what_to_decide(brief: LightingBrief) -> tuple[str, str]:
    """The decision, and what else must be decided with it."""
    return _describe_choice(brief), " ".join(_iterate_further_remarks(brief))


def _describe_choice(brief: LightingBrief) -> str:
    if brief.is_thin:
        return _too_thin(brief)
    if not brief.scenario_choices:
        return choose_text(
            "Aucun scénario ne respecte les règles à respecter : en écrire un autre.",
            "No scenario meets the rules that must be met: write another one.",
        )
    if len(brief.scenario_choices) == 1:
        name = brief.full(brief.scenario_choices[0])
        return choose_text(
            f"Retenir {name} ou non : les autres sont écartés ou battus.",
            f"Adopt {name} or not: the others are excluded or beaten.",
        )
    marks = format_name_list(
        [_describe_scenario_mark(brief, one) for one in brief.scenario_choices]
    )
    return choose_text(
        f"Choisir entre {marks} : aucun ne l'emporte sur tous les effets connus, et ce "
        "rapport ne choisit pas.",
        f"Choose between {marks}: none is best on every known effect, and this report does not "
        "choose.",
    )


def _too_thin(brief: LightingBrief) -> str:
    known, whole = brief.compared, format_number(len(brief.comparison.criteria))
    return choose_text(
        "Compléter les fichiers avant de choisir : on ne connaît de tous les scénarios que "
        f"{format_count(known, 'effet')} sur {whole}.",
        f"Complete the files before choosing: of {whole} effects, only {format_number(known)} "
        f"{'is' if known == 1 else 'are'} known of every scenario.",
    )


def _describe_scenario_mark(brief: LightingBrief, scenario: str) -> str:
    mark = brief.mark(scenario)
    if scenario != brief.today.scenario:
        return mark
    return choose_text(f"{mark} (rester comme aujourd'hui)", f"{mark} (stay as today)")


def _iterate_further_remarks(brief: LightingBrief) -> Iterator[str]:
    pair = the_pair(brief)
    if pair is not None:
        told = describe_pair_difference(brief, pair)
        same = choose_text("Même énergie : ", "Same energy: ") if same_energy(brief, pair) else ""
        first, second = map(brief.mark, pair)
        if told:
            yield same + choose_text(
                f"{first} ou {second} se départagent par : {told}.",
                f"{first} and {second} differ in: {told}.",
            )
    excluded = format_name_list([brief.mark(one) for one in brief.comparison.excluded])
    if excluded:
        yield choose_text(f"Écartés d'office : {excluded}.", f"Excluded by a rule: {excluded}.")
    beaten = format_name_list([brief.mark(one.scenario) for one in brief.comparison.dominated])
    if beaten and not brief.is_thin:
        yield choose_text(f"Battus par un autre : {beaten}.", f"Beaten by another: {beaten}.")
    over = format_name_list(
        [brief.mark(one.scenario) for one in brief.scenarios_in_play_first if one.over_budget]
    )
    if over:
        yield choose_text(f"Budget à revoir pour {over}.", f"Budget to review for {over}.")
