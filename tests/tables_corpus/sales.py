"""Bills of what is sold to the grid, and bills of what is bought under titles that look so."""

from collections.abc import Iterator
from random import Random

from tests.tables_corpus.columns import columns, table
from tests.tables_corpus.sheets import FRENCH
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case
from tests.tables_corpus.world import bills, truth

SOLD = (
    ("Factures EDF OA 2025", "Quantité facturée (kWh)", "factures EDF OA"),
    ("Contrat d'obligation d'achat", "Énergie facturée (kWh)", "factures"),
    ("", "Énergie facturée (kWh)", "Factures EDF OA 2025"),
    ("Énergie livrée au réseau", "Volume (kWh)", "suivi"),
    ("Surplus vendu", "Conso (kWh)", "factures"),
    ("Achat EDF OA", "Énergie achetée (kWh)", "suivi"),
)
"""Title, head and name of the file."""
BOUGHT = (
    ("Factures EDF Collectivités 2025", "Quantité facturée (kWh)", "factures EDF"),
    ("Groupement d'achat d'électricité", "Énergie facturée (kWh)", "factures"),
    ("Tarif réglementé de vente", "Consommation (kWh)", "Factures"),
    ("Énergie livrée par le fournisseur", "Énergie achetée (kWh)", "suivi"),
    ("Fourniture d'électricité, marché 2025", "Énergie facturée (kWh)", "factures"),
    ("Coopérative et OAP : consommations", "Conso (kWh)", "suivi"),
)


def sales(draw: Random) -> Iterator[Case]:
    """Feed-in is asked about or read as such; what is bought needs no question."""
    for variant, (title, head, name) in enumerate(SOLD):
        made = bills(draw, 2, 6)
        told = truth(made)
        told.parts = {}
        told.energy = {(b.point, "export", b.start, b.end): b.kwh for b in made}
        rows = table(made, [*columns("point site from to"), (head, lambda b: b.kwh)])
        answers = {"direction": "export", "production": "injected"}
        yield trap("bills of what is fed in", f"{name} {variant}", [[title], *rows], told,
                   FRENCH[variant], answers=answers)  # fmt: skip
    for variant, (title, head, name) in enumerate(BOUGHT):
        made = bills(draw, 2, 6)
        told = truth(made)
        told.parts = {}
        rows = table(made, [*columns("point site from to"), (head, lambda b: b.kwh)])
        yield trap("bills under a title like a sale", f"{name} {variant}", [[title], *rows], told,
                   FRENCH[variant], group="ordinary")  # fmt: skip
