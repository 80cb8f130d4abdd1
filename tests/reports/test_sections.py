from dataclasses import replace

from synergie.reports.assets.territory import Months, Spot, Zone, months_section, territory_section
from synergie.reports.document import Figure, Note, Table
from synergie.reports.exchange import (
    Accord,
    Age,
    Answer,
    Deposit,
    exchange_section,
    freshness_section,
)

ZONES = [
    Zone(
        name=name, operator=who, longitude=6.1 + i / 10, latitude=48.7, light_points=40, cabinets=1,
        kwh=kwh,
    )
    for i, (name, who, kwh) in enumerate(
        [("Pompey", "A", 20_000.0), ("Faulx", "B", 10_000.0), ("Millery", "C", None)]
    )
]  # fmt: skip
SPOTS = [
    Spot(
        title=f"Armoire {zone.name}", commune=zone.name, operator=zone.operator,
        longitude=zone.longitude, latitude=zone.latitude, light_points=40,
    )
    for zone in ZONES
]  # fmt: skip


def test_every_cabinet_of_the_map_is_in_its_list() -> None:
    drawing = next(b for b in territory_section(ZONES, SPOTS).blocks if isinstance(b, Figure))
    assert [row[0] for row in drawing.table.rows] == [spot.title for spot in SPOTS]
    assert "A (disque), B (carré), C (triangle)" in drawing.summary
    assert all(spot.title in drawing.svg for spot in SPOTS)


def test_what_was_not_opened_is_not_zero() -> None:
    _, _, figure = territory_section(ZONES, SPOTS).blocks
    assert isinstance(figure, Figure)
    assert ("Millery", "pas de mesure") in figure.table.rows
    assert figure.table.total == ("Total", "pas de mesure"), "a sum of unknowns is unknown"
    closed = [replace(zone, kwh=None) for zone in ZONES]
    assert len(territory_section(closed, SPOTS).blocks) == 2


def test_months_show_each_holder_and_the_year() -> None:
    series = [Months(holder="A", kwh=(10.0,) * 12), Months(holder="B", kwh=(None, *(1.0,) * 11))]
    (figure,) = months_section(series, 2025).blocks
    assert isinstance(figure, Figure)
    assert figure.table.rows[0] == ("janv.", "10\u00a0kWh", "pas de mesure")
    assert figure.table.total == ("Année", "120\u00a0kWh", "pas de mesure")


def test_the_refusal_and_the_revocation_are_shown_with_their_answers() -> None:
    section = exchange_section(
        [Deposit(organisation="A", what="sites", received=3, kept=2, refused=1)],
        [Accord(title="Achat", owner="A", recipient="B", opens="au mois", state="en vigueur")],
        Answer(asked="La demi-heure.", answered="trop fin."),
        Answer(asked="Encore.", answered="fini."),
    )
    tables = [block for block in section.blocks if isinstance(block, Table)]
    assert tables[0].rows == (("A", "sites", "3", "2", "1"),)
    notes = [(note.word, note.text) for note in section.blocks if isinstance(note, Note)]
    assert notes == [
        ("Refusé.", "La demi-heure. Réponse : trop fin."),
        ("Révoqué.", "Encore. Réponse : fini."),
    ]


def test_freshness_counts_what_is_late() -> None:
    def note(up_to_date: int) -> Note:
        age = Age(organisation="A", series=5, up_to_date=up_to_date, last="hier", reason="r")
        found = freshness_section([age], "Remarque.").blocks[0]
        assert isinstance(found, Note)
        return found

    assert (note(5).word, note(5).tone) == ("À jour.", "ok")
    assert (note(4).word, note(4).tone) == ("En retard.", "late")
    assert note(4).text == "4 séries à jour sur 5. Remarque."
    assert note(0).text == "Aucune série à jour sur 5. Remarque."
