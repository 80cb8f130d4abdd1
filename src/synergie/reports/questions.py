"""What a council asks of every report: the questions that come first, and the tables it looks for.

A page that cuts one sheet out of a report finds its parts by them.
"""

from synergie.reports.language import Pair

HOW_MUCH: Pair = ("Combien ?", "How much?")
HOW_MUCH_FOR_US: Pair = ("Combien pour nous ?", "How much for us?")
AGAINST_WHAT: Pair = ("Contre quoi ?", "Against what?")
HOW_SURE: Pair = ("Quelle certitude ?", "How sure is it?")
WHO_GAINS: Pair = ("Qui gagne, qui perd ?", "Who gains, who loses?")
IS_IT_ALLOWED: Pair = ("Est-ce permis ?", "Is it allowed?")
WHAT_TO_DECIDE: Pair = ("Que décider ?", "What is to be decided?")
BY_WHEN: Pair = ("Avant quand ?", "By when?")

EACH_GAINS: Pair = ("Ce que chacun gagne", "What each gains")
OUR_LOTS: Pair = ("Nos lots", "Our lots")
OUR_VISITS: Pair = ("Le service de nos visites", "The service of our visits")
EFFECTS_OF: Pair = ("Effets de", "Effects of")
