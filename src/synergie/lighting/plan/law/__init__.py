"""What the law asks of street lighting: the arrêté of 27 December 2018, and mayors' orders.

Each rule is a row with its article, the categories it holds for and its limit. What cannot be
checked is unknown: neither a breach nor conformity.
"""

from synergie.lighting.plan.law._breaches import breaches
from synergie.lighting.plan.law._lights import LawFacts, Lights, facts_of, lights_of
from synergie.lighting.plan.law._rules import LawRules, Rule, list_rules_in_force
from synergie.lighting.plan.law._standing import Standing, assess_hours, assess_rules
from synergie.lighting.plan.law._tally import Conformity, judge_lights, tally_law

__all__ = [
    "Conformity",
    "LawFacts",
    "LawRules",
    "Lights",
    "Rule",
    "Standing",
    "assess_hours",
    "assess_rules",
    "breaches",
    "facts_of",
    "judge_lights",
    "lights_of",
    "list_rules_in_force",
    "tally_law",
]
