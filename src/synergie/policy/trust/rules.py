"""The legal rules, as dated data: what each asks, where it is written, and how sure we are.

The software informs; the organisation decides on its legal basis. A row that `decide` obeys has
an `effect` other than `states`; the others are told to people and held elsewhere.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

type AppliesTo = Literal[
    "natural_person", "consent", "public_lighting", "public_building", "aggregate", "enterprise",
    "public_task", "public_body", "publication", "curve", "journal",
]  # fmt: skip
type Effect = Literal[
    "needs_consent", "one_purpose", "daily_by_default", "ends_at_withdrawal", "at_most_three_years",
    "no_consent_needed", "counts_as_person", "states",
]  # fmt: skip
"""What `decide` does with a row; `states`: nothing, it is told to people or held elsewhere."""
type Certainty = Literal["verified", "partly_verified", "assumed", "unverified"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    `valid_from`: None where no source tells since when. `checked_on`: when its source was last
    read; `certainty`: how far it was.
    """

    id: str
    applies_to: AppliesTo
    condition: str
    effect: Effect
    source: str
    valid_from: date | None
    certainty: Certainty
    checked_on: date = date(2026, 11, 25)


RULES: tuple[Rule, ...] = (
    Rule(
        "FR-CURVE",
        "natural_person",
        "Finer than the day needs the person's consent, for this purpose and step, not withdrawn.",
        "needs_consent",
        "CNIL, recommendation of 2012 and compliance pack of 2014 (cnil.fr)",
        date(2012, 11, 15),
        "verified",
    ),
    Rule(
        "FR-PURPOSE",
        "natural_person",
        "One consent a purpose: one box for several was put on notice (EDF, ENGIE).",
        "one_purpose",
        "CNIL, « EDF et ENGIE : mises en demeure » (cnil.fr)",
        date(2018, 5, 25),
        "partly_verified",
    ),
    Rule(
        "FR-DAILY",
        "natural_person",
        "What the grid operator holds is by the day, unless more is consented to.",
        "daily_by_default",
        "CNIL (cnil.fr)",
        date(2012, 11, 15),
        "verified",
    ),
    Rule(
        "FR-WITHDRAW",
        "consent",
        "A withdrawal holds from the next request on, and is as easy as giving.",
        "ends_at_withdrawal",
        "RGPD, article 7(3)",
        date(2018, 5, 25),
        "unverified",
    ),
    Rule(
        "FR-LIGHTING",
        "public_lighting",
        "A delivery point of public lighting is a legal person's: the owner's agreement is enough.",
        "no_consent_needed",
        "Code de l'énergie, D.111-52 (state of 2020-03-07)",
        date(2020, 3, 7),
        "verified",
    ),
    Rule(
        "FR-BUILDING",
        "public_building",
        "A public building with a flat or a lodge (personal data « possible ») is a person's.",
        "counts_as_person",
        "RGPD",
        date(2018, 5, 25),
        "assumed",
    ),
    Rule(
        "FR-ENEDIS",
        "consent",
        "A consent holds for three years at most.",
        "at_most_three_years",
        "Enedis DataConnect, documentation of Grand Lyon",
        None,
        "verified",
    ),
    Rule(
        "FR-AGG-N",
        "aggregate",
        "A published sum of energy is of at least 10 delivery points (11 before March 2020).",
        "states",
        "Décret 2020-196 of 4 March 2020; AMORCE, note of 17 March 2020",
        date(2020, 3, 7),
        "partly_verified",
    ),
    Rule(
        "FR-AGG-OLD",
        "aggregate",
        "Before March 2020: sums of residential buildings below 200 MWh had a rule of their own.",
        "states",
        "intermezzo-coop (secondary page)",
        None,
        "unverified",
    ),
    Rule(
        "FR-AGG-ENT",
        "enterprise",
        "A cell is of at least 3 units, none with more than 85 % of the value.",
        "states",
        "INSEE, manuel de protection des tableaux, § 11.1",
        None,
        "verified",
    ),
    Rule(
        "FR-AGG-11",
        "aggregate",
        "« 11 / 85 % » mixes two regimes; 11 points satisfy the old rule and the new one.",
        "states",
        "No text found that states 11 for households",
        None,
        "unverified",
    ),
    Rule(
        "FR-AGG-MIX",
        "aggregate",
        "Residential and professional points are never in one cell.",
        "states",
        "Arrêté of 18 July 2016 and following",
        date(2016, 7, 18),
        "assumed",
    ),
    Rule(
        "FR-PUBLIC",
        "public_task",
        "A public task cites its article: L.111-73 (electricity), L.111-77 (gas), their decrees.",
        "states",
        "Code de l'énergie; décrets 2016-972, 2016-973, 2020-196 (Légifrance)",
        date(2016, 7, 18),
        "verified",
    ),
    Rule(
        "FR-OWN",
        "public_body",
        "A body's own lighting and buildings: no rule of sums; look at security (alarms, police).",
        "states",
        "Field's practice",
        None,
        "partly_verified",
    ),
    Rule(
        "FR-PUBLISH",
        "publication",
        "The duty to publish online depends on each organisation.",
        "states",
        "CRPA, L312-1-1; décret 2016-1922",
        date(2018, 10, 7),
        "verified",
    ),
    Rule(
        "FR-RETENTION",
        "curve",
        "How long curves may be kept: the durations of CNIL were not read; the agreement says.",
        "states",
        "CNIL",
        None,
        "unverified",
    ),
    Rule(
        "FR-LOG",
        "journal",
        "A journal can tell of third parties: delivery points by HMAC only, and no free text.",
        "states",
        "RGPD, articles 5 and 25",
        date(2018, 5, 25),
        "assumed",
    ),
)
"""Every rule the software knows of, those it obeys first. A rule that changes gets a second row
with the date from which it holds: past decisions keep theirs."""

CONSENT_LASTS = timedelta(days=3 * 365)
"""FR-ENEDIS."""


def select_rules(now: datetime, table: tuple[Rule, ...] = RULES) -> dict[str, Rule]:
    """The rows in force at *now*, by id: of one id the newest that has begun."""
    begun = sorted(
        (row for row in table if _get_rule_start(row) <= now.date()), key=_get_rule_start
    )
    return {row.id: row for row in begun}


def _get_rule_start(rule: Rule) -> date:
    return rule.valid_from or date.min
