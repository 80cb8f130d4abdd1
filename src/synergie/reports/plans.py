"""What every plan says in a report: cost against each alone, proof, and who gains what.

Sentences of the plans are English texts that a catalogue translates.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from synergie.reports.document import Figure, Note, Table
from synergie.reports.figure.bars import DotPair, DotPairs
from synergie.reports.figure.picture import Cell, build_figure
from synergie.reports.language import Pair, choose_text, choose_texts
from synergie.reports.questions import EACH_GAINS
from synergie.reports.written import format_count, format_euros, format_number, format_percent
from synergie.schemas.plan import MemberOutcome, Phrase, Plan
from synergie.schemas.sharing import Method

type Catalogue = Callable[[str], str]
"""From an English text to the reader's language."""

_DRAWN = 40
"""Most members that a drawing shows; its table has all of them."""

_HEADS: tuple[Pair, ...] = (
    ("Membre", "Member"), ("Seul", "Alone"), ("Ensemble", "Together"), ("Gain", "Gain"),
    ("Gain en %", "Gain, %"),
)  # fmt: skip
_NONE: Pair = ("sans comparaison", "no comparison")
_ALL_DRAWN: Pair = ("Gain de chacun", "Gain of each")
_SOME_DRAWN: Pair = ("Gain des premiers et des derniers", "Gain of the first and of the last")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_LONGEST = 200
"""Characters of a name within a sentence."""
_YEARS: Mapping[str, int] = {
    "all works are done in {}": 0,
    "{} asks for {} EUR in {}, its budget is {} EUR": 2,
}
"""Sentences that tell a year, by their text: at which of their places."""


def _find_no_name(_: str) -> None:
    """What people call a value that is no name."""


def against_alone(plan: Plan, start: str, span: str | None = None) -> str:
    """What the plan costs, against each member alone; *start* begins the sentence.

    *span*: what amounts are of, in the language spoken; empty when *start* says it. None: a year.
    """
    span = choose_text("par an", "a year") if span is None else span
    paid = f"{format_euros(plan.objective_eur)} {span}".rstrip()
    cost = choose_text(f"{start} pour {paid} hors taxes", f"{start} for {paid} excluding VAT")
    if plan.baseline_eur is None:
        return cost + choose_text(
            ". Au moins un membre ne peut pas faire seul : il n'y a pas de comparaison.",
            ". At least one member cannot do without the others: there is no comparison.",
        )
    gain = plan.baseline_eur - plan.objective_eur
    share = (
        format_percent(abs(gain) / plan.baseline_eur) if plan.baseline_eur else format_percent(0)
    )
    told = f"{less_or_more(gain)} ({share})"
    return cost + choose_text(
        f", contre {format_euros(plan.baseline_eur)} chacun de son côté, sous les hypothèses "
        f"ci-dessous : {told}.",
        f", against {format_euros(plan.baseline_eur)} each "
        f"alone, under the assumptions below: {told}.",
    )


def less_or_more(gain: Decimal) -> str:
    """How much less something costs, or more: the word says it, never a minus before it."""
    amount = format_euros(abs(gain))
    return (
        f"{amount} "
        f"{choose_text('de moins', 'less') if gain >= 0 else choose_text('de plus', 'more')}"
    )


def build_proof_note(plan: Plan, *, certified: bool = False) -> Note:
    """How sure it is that nothing better exists: objective, bound, gap, solver.

    *certified*: a certificate proves the bound; without one it is the word of the solver.
    """
    if plan.bound_eur is None or plan.gap is None:
        unknown = choose_text(
            "Aucune borne n'a été établie pour ce plan.", "No bound was established for this plan."
        )
        return Note("late", choose_text("Sans preuve.", "Without proof."), unknown)
    bound = choose_text(
        f"Coût du plan : {format_euros(plan.objective_eur)}. Aucun plan ne peut coûter moins de "
        f"{format_euros(plan.bound_eur)} : au plus {format_percent(plan.gap, 2)} d'écart possible "
        f"({plan.run.solver}).",
        f"Cost of the plan: {format_euros(plan.objective_eur)}. No plan can cost less than "
        f"{format_euros(plan.bound_eur)}: a gap of at most "
        f"{format_percent(plan.gap, 2)} ({plan.run.solver}).",
    )
    if certified:
        return Note(
            "ok",
            choose_text("Optimal, certificat à l'appui.", "Optimal, with its certificate."),
            bound,
        )
    if plan.status == "proved":
        return Note("ok", choose_text("Borne atteinte.", "Bound reached."), bound)
    return Note(
        "late", choose_text("Bon, sans être prouvé optimal.", "Good, not proved optimal."), bound
    )


def build_gains_figure(plan: Plan, names: Mapping[str, str], span: str | None = None) -> Figure:
    """What each member pays alone and together, who gains least.

    *span*: what amounts are of, in the language spoken. None: a year.
    """
    span = choose_text("par an", "a year") if span is None else span
    ordered = sorted(plan.members, key=lambda m: (-(m.gain_eur or Decimal(0)), m.member))
    drawn = (
        ordered if len(ordered) <= _DRAWN else [*ordered[: _DRAWN // 2], *ordered[-_DRAWN // 2 :]]
    )
    title = choose_text(*(_ALL_DRAWN if drawn is ordered else _SOME_DRAWN))
    heads = choose_texts(*_HEADS)
    chart = DotPairs(
        title=title,
        pairs=[_build_gain_pair(member, names) for member in drawn],
        names=heads[1:3],
        heads=(heads[0], heads[3]),
        unit=f"€ {span}",
    )
    table = Table(
        choose_text(*EACH_GAINS)
        + choose_text(f", en euros {span} hors taxes", f", in euros {span} excluding VAT"),
        choose_texts(*_HEADS),
        tuple(_build_outcome_row(m, names) for m in ordered),
        frozenset({1, 2, 3, 4}),
        _build_total_cells(plan),
    )
    return build_figure(chart, summary=_describe_least_gain(plan, names, span), table=table)


def _build_gain_pair(member: MemberOutcome, names: Mapping[str, str]) -> DotPair:
    name = names.get(member.member, member.member)
    after = Cell(float(member.cost_eur), format_euros(member.cost_eur))
    if member.alone_eur is None or member.gain_eur is None:
        alone = Cell(None, choose_text("impossible seul", "impossible alone"), "unknown")
        return DotPair(name, alone, after, choose_text(*_NONE))
    before = Cell(float(member.alone_eur), format_euros(member.alone_eur))
    text = format_euros(member.gain_eur)
    if member.alone_eur:
        text += f" ({format_percent(member.gain_eur / member.alone_eur)})"
    return DotPair(name, before, after, text)


def _build_outcome_row(member: MemberOutcome, names: Mapping[str, str]) -> tuple[str, ...]:
    name, cost = names.get(member.member, member.member), format_euros(member.cost_eur)
    if member.alone_eur is None or member.gain_eur is None:
        return (
            name,
            choose_text("impossible seul", "impossible alone"),
            cost,
            choose_text(*_NONE),
            choose_text(*_NONE),
        )
    share = (
        format_percent(member.gain_eur / member.alone_eur)
        if member.alone_eur
        else format_percent(0)
    )
    return name, format_euros(member.alone_eur), cost, format_euros(member.gain_eur), share


def _build_total_cells(plan: Plan) -> tuple[str, ...]:
    if plan.baseline_eur is None:
        return "Total", "", format_euros(plan.objective_eur), "", ""
    gain = plan.baseline_eur - plan.objective_eur
    share = format_percent(gain / plan.baseline_eur) if plan.baseline_eur else format_percent(0)
    return (
        "Total",
        format_euros(plan.baseline_eur),
        format_euros(plan.objective_eur),
        format_euros(gain),
        share,
    )


def _describe_least_gain(plan: Plan, names: Mapping[str, str], span: str) -> str:
    gains = {m.member: m.gain_eur for m in plan.members if m.gain_eur is not None}
    if plan.least_gain is None or plan.least_gain not in gains:
        return choose_text("Ce que chacun paie.", "What each pays.")
    losers = sum(gain < 0 for gain in gains.values())
    worse = choose_text("Personne ne paie plus que seul.", "Nobody pays more than alone.")
    if losers:
        worse = choose_text(
            f"{format_count(losers, 'paie plus que seul', 'paient plus que seuls')}.",
            f"{format_count(losers, 'pays', 'pay')} more than alone.",
        )
    name, amount = names.get(plan.least_gain, plan.least_gain), format_euros(gains[plan.least_gain])
    least = choose_text("Qui gagne le moins : ", "Who gains least: ")
    return f"{worse} {least}{name}, {amount} {span}."


def describe_phrases(phrases: Iterable[Phrase], tell: Catalogue) -> tuple[str, ...]:
    """The sentences in the reader's language, each with its capital and its full stop."""
    return tuple(
        f"{text[:1].upper()}{text[1:]}." for text in (describe_phrase(p, tell) for p in phrases)
    )


def describe_phrase(
    phrase: Phrase, tell: Catalogue, called: Callable[[str], str | None] = _find_no_name
) -> str:
    """The sentence in the reader's language, its numbers as that language writes them.

    *called*: what people call a value that is a name, a moment, an identifier; None for any other.
    A year stays as it is: it is no quantity.
    """
    year = _YEARS.get(phrase.text)
    values = enumerate(phrase.values)
    return tell(phrase.text).format(
        *(_format_phrase_value(one, called, n == year) for n, one in values)
    )


def _format_phrase_value(text: str, called: Callable[[str], str | None], is_year: bool) -> str:  # noqa: FBT001
    name = called(text)
    if name is not None:
        return name[:_LONGEST]
    if is_year or not _NUMBER.fullmatch(text):
        return text
    return format_number(Decimal(text), len(text.partition(".")[2]))


_SHARING_METHODS: Mapping[Method, Pair] = {
    "proportional_mwh": ("Au prorata de l'énergie", "In proportion to energy"),
    "proportional_points": (
        "Au prorata des points de livraison",
        "In proportion to delivery points",
    ),
    "proportional_alone": ("Au prorata du coût seul", "In proportion to the cost alone"),
    "scrb": ("Coûts séparables", "Separable costs"),
    "equal_profit": ("Gains relatifs égaux", "Equal relative gains"),
    "shapley": ("Valeur de Shapley", "Shapley value"),
    "nucleolus": ("Nucléole", "Nucleolus"),
}
"""Methods of sharing, in words."""


def describe_sharing_method(method: Method) -> str:
    """What people call a method of sharing."""
    return choose_text(*_SHARING_METHODS[method])


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file that a plan was made of, and how old what it tells is."""

    name: str
    what: str
    """What it tells, in the reader's language. Example: "périmètre"."""
    sha256: str
    """Digest of its bytes."""
    modified: datetime | None = None
    """When it was last changed. None: not known."""
    reason: str = ""
    """Why nothing newer is there, and who can mend it. "": not told."""
