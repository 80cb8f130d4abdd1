"""What every plan says in a report: cost against each alone, proof, and who gains what.

Sentences of the plans are English texts that a catalogue translates.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from synergie.reports.bars import Bar, bars
from synergie.reports.document import Figure, Note, Table
from synergie.reports.language import Pair, say, words
from synergie.reports.questions import EACH_GAINS
from synergie.reports.written import count, euros, number, percent
from synergie.schemas.plan import MemberOutcome, Phrase, Plan

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


def _nothing(_: str) -> None:
    """What people call a value that is no name."""


def against_alone(plan: Plan, start: str) -> str:
    """What the plan costs, against each member alone; *start* begins the sentence."""
    paid = euros(plan.objective_eur)
    cost = say(f"{start} pour {paid} par an hors taxes", f"{start} for {paid} a year excluding VAT")
    if plan.baseline_eur is None:
        return cost + say(
            ". Au moins un membre ne peut pas faire seul : il n'y a pas de comparaison.",
            ". At least one member cannot do without the others: there is no comparison.",
        )
    gain = plan.baseline_eur - plan.objective_eur
    share = percent(abs(gain) / plan.baseline_eur) if plan.baseline_eur else percent(0)
    told = f"{less_or_more(gain)} ({share})"
    return cost + say(
        f", contre {euros(plan.baseline_eur)} chacun de son côté, sous les hypothèses "
        f"ci-dessous : {told}.",
        f", against {euros(plan.baseline_eur)} each alone, under the assumptions below: {told}.",
    )


def less_or_more(gain: Decimal) -> str:
    """How much less something costs, or more: the word says it, never a minus before it."""
    amount = euros(abs(gain))
    return f"{amount} {say('de moins', 'less') if gain >= 0 else say('de plus', 'more')}"


def proof(plan: Plan) -> Note:
    """How sure it is that nothing better exists: objective, bound, gap, solver."""
    if plan.bound_eur is None or plan.gap is None:
        unknown = say(
            "Aucune borne n'a été établie pour ce plan.", "No bound was established for this plan."
        )
        return Note("late", say("Sans preuve.", "Without proof."), unknown)
    bound = say(
        f"Coût du plan : {euros(plan.objective_eur)}. Aucun plan ne peut coûter moins de "
        f"{euros(plan.bound_eur)} : au plus {percent(plan.gap, 2)} d'écart possible "
        f"({plan.run.solver}).",
        f"Cost of the plan: {euros(plan.objective_eur)}. No plan can cost less than "
        f"{euros(plan.bound_eur)}: a gap of at most {percent(plan.gap, 2)} ({plan.run.solver}).",
    )
    if plan.status == "proved":
        return Note("ok", say("Optimal, c'est prouvé.", "Optimal, and proved to be."), bound)
    return Note("late", say("Bon, sans être prouvé optimal.", "Good, not proved optimal."), bound)


def gains(plan: Plan, names: Mapping[str, str], span: str | None = None) -> Figure:
    """What each member pays alone and together, who gains least.

    *span*: what amounts are of, in the language spoken. None: a year.
    """
    span = say("par an", "a year") if span is None else span
    ordered = sorted(plan.members, key=lambda m: (-(m.gain_eur or Decimal(0)), m.member))
    drawn = (
        ordered if len(ordered) <= _DRAWN else [*ordered[: _DRAWN // 2], *ordered[-_DRAWN // 2 :]]
    )
    title = say(*(_ALL_DRAWN if drawn is ordered else _SOME_DRAWN))
    drawing = bars(title, [_bar(member, names) for member in drawn])
    table = Table(
        say(*EACH_GAINS) + say(f", en euros {span} hors taxes", f", in euros {span} excluding VAT"),
        words(*_HEADS),
        tuple(_outcome(m, names) for m in ordered),
        frozenset({1, 2, 3, 4}),
        _total(plan),
    )
    return Figure(_least(plan, names, span), drawing, table)


def _bar(member: MemberOutcome, names: Mapping[str, str]) -> Bar:
    name = names.get(member.member, member.member)
    if member.gain_eur is None or not member.alone_eur:
        return Bar(name, 0, say(*_NONE))
    text = f"{euros(member.gain_eur)} ({percent(member.gain_eur / member.alone_eur)})"
    return Bar(name, float(member.gain_eur), text)


def _outcome(member: MemberOutcome, names: Mapping[str, str]) -> tuple[str, ...]:
    name, cost = names.get(member.member, member.member), euros(member.cost_eur)
    if member.alone_eur is None or member.gain_eur is None:
        return name, say("impossible seul", "impossible alone"), cost, say(*_NONE), say(*_NONE)
    share = percent(member.gain_eur / member.alone_eur) if member.alone_eur else percent(0)
    return name, euros(member.alone_eur), cost, euros(member.gain_eur), share


def _total(plan: Plan) -> tuple[str, ...]:
    if plan.baseline_eur is None:
        return "Total", "", euros(plan.objective_eur), "", ""
    gain = plan.baseline_eur - plan.objective_eur
    share = percent(gain / plan.baseline_eur) if plan.baseline_eur else percent(0)
    return "Total", euros(plan.baseline_eur), euros(plan.objective_eur), euros(gain), share


def _least(plan: Plan, names: Mapping[str, str], span: str) -> str:
    gains = {m.member: m.gain_eur for m in plan.members if m.gain_eur is not None}
    if plan.least_gain is None or plan.least_gain not in gains:
        return say("Ce que chacun paie.", "What each pays.")
    losers = sum(gain < 0 for gain in gains.values())
    worse = say("Personne ne paie plus que seul.", "Nobody pays more than alone.")
    if losers:
        worse = say(
            f"{count(losers, 'paie plus que seul', 'paient plus que seuls')}.",
            f"{count(losers, 'pays', 'pay')} more than alone.",
        )
    name, amount = names.get(plan.least_gain, plan.least_gain), euros(gains[plan.least_gain])
    least = say("Qui gagne le moins : ", "Who gains least: ")
    return f"{worse} {least}{name}, {amount} {span}."


def told(phrases: Iterable[Phrase], tell: Catalogue) -> tuple[str, ...]:
    """The sentences in the reader's language, each with its capital and its full stop."""
    return tuple(f"{text[:1].upper()}{text[1:]}." for text in (said(p, tell) for p in phrases))


def said(phrase: Phrase, tell: Catalogue, called: Callable[[str], str | None] = _nothing) -> str:
    """The sentence in the reader's language, its numbers as that language writes them.

    *called*: what people call a value that is a name, a moment, an identifier; None for any other.
    A year stays as it is: it is no quantity.
    """
    year = _YEARS.get(phrase.text)
    values = enumerate(phrase.values)
    return tell(phrase.text).format(*(_value(one, called, n == year) for n, one in values))


def _value(text: str, called: Callable[[str], str | None], is_year: bool) -> str:  # noqa: FBT001
    name = called(text)
    if name is not None:
        return name[:_LONGEST]
    if is_year or not _NUMBER.fullmatch(text):
        return text
    return number(Decimal(text), len(text.partition(".")[2]))
