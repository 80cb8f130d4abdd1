"""A newcomer: from nothing to "what did my town use last year, by service, in euros?"."""

from tests.pages.people import People
from tests.pages.test_deposit import confirmed, dropped, text

POINTS = (
    ("Mairie", "Bâtiment"), ("École", "Bâtiment"), ("Gymnase", "Bâtiment"),
    ("Salle des fêtes", "Bâtiment"), ("Médiathèque", "Bâtiment"),
    ("Centre", "Éclairage public"), ("Gare", "Éclairage public"),
    ("Parc", "Éclairage public"), ("Forage", "Eau"),
)  # fmt: skip
MOST_ACTIONS = 6


def bills() -> bytes:
    """A table of nine points, two bills each."""
    rows = ["PRM;Site;Usage;Du;Au;Conso (kWh);Montant TTC (€)"]
    for n, (site, use) in enumerate(POINTS, start=1):
        rows.append(f"9900000088{n:04};{site};{use};01/01/2025;30/06/2025;{1100 * n};{210 * n},50")
        rows.append(f"9900000088{n:04};{site};{use};01/07/2025;31/12/2025;{900 * n};{190 * n},50")
    return "\n".join(rows).encode()


def paid(use: str) -> str:
    """What its bills add up to, as pages write it."""
    total = sum(400 * n + 1 for n, (_, one) in enumerate(POINTS, start=1) if one == use)
    return f"{total:,},00 € TTC".replace(",", " ", 1) if total >= 1000 else f"{total},00 € TTC"


def test_a_newcomer_reads_euros_by_service_in_six_actions_at_most(people: People) -> None:
    client = people.browser("stranger")
    actions = ["opens the link that the keeper sent"]
    assert "Consommé et payé" not in text(client.get("/"))
    actions.append("drops the file")
    where = dropped(people, client, "factures.csv", bills())
    actions.append("confirms how it is read")
    report = confirmed(people, client, where, nom="mes-factures", last_day="included")
    assert "18 lignes lues, 0 refusée" in text(client.get(report))
    actions.append("opens the home page")
    page = text(client.get("/"))
    assert len(actions) <= MOST_ACTIONS
    building, lights, water = map(paid, ("Bâtiment", "Éclairage public", "Eau"))
    assert f"Payé en 2025 par usage : surtout éclairage public, {lights}." in page
    rows = page[page.index("Payé en 2025 par usage") :]
    for name, told, n in (
        ("éclairage public", lights, 3), ("bâtiment", building, 5), ("eau", water, 1),
    ):  # fmt: skip
        assert f'data-k="{name}" data-v="{told}, points : {n}"' in rows, name
    english = text(client.get("/?lang=en&pour=elu"))
    assert "Paid in 2025 by use: mostly public lighting" in english
