"""Heads and titles whose words stand in no list: nothing says what their numbers are.

The words were written before the rules that stop at them. Every second one was looked at while
those rules were made, the others only judged them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import batched
from random import Random

from synergie.formats.tables._heading import list_denials
from synergie.formats.tables._labels import find_quality
from tests.tables_corpus.columns import Column, columns, table
from tests.tables_corpus.lights import Light, inventory, lights
from tests.tables_corpus.sheets import FRENCH, Cell, Row
from tests.tables_corpus.traps import trap
from tests.tables_corpus.truth import Case, Truth
from tests.tables_corpus.world import MONTHS, Bill, bills, prm, truth

_ENERGIES = """
écrêtée|bloc 2|théor.|prov.|réf. bail|nominée|base RT|au prorata|proratisée|quote-part|tantièmes
forfaitaire|au forfait|redressée|reconstituée|rectifiée|ajustée|complétée|interpolée|calée
modélisée|calculée|RT 2012|DPE|conventionnée|étalon|de design|dimensionnement|d'après CCTP
lot 3|tranche ferme|tranche option.|ruban|programmée|planifiée|réservée|allouée|attribuée
autorisée|souhaitée|visée|promise|CPE|P1|IPMVP|baseline|sit. initiale|avant travaux
après travaux|post-travaux|BAU|business plan|devis|audit|diag.|ETS|GO|verte|éolienne
hydraulique|cogé|groupe électrogène|secours|chantier|divisionnaire|locataires|communs|tiers
sous-loc|rétrocédée|refoulée|batterie|décharge|recharge|effacée|NEBEF|flexible|régularisée
régul.|solde|reliquat|report|trop-perçu|acompte|dégrevée|exonérée|taxable|assiette|éligible
subventionnée|bouclier|amortisseur|bonus|ARENH|capacité|écrêtage|S-1|sem. préc.|mois préc.
antér.|n moins 1|réf 2019|base 100|à vide|veille|fuite|dissipée|fer+cuivre|transfo|amont|aval
poste source|cadran 1|estimat.|à ce jour|à fin mars|12 der. mois|depuis janv.|roul.|en cours
consolidée|restituée|agrégée|certifiée|valorisée|garantie|opposable|pro forma|désaisonnalisée
"""
_FOREIGN = """
Curtailed energy (kWh)|Shaped consumption kWh|Weather-adjusted kWh|Modelled usage (kWh)
Deemed consumption (kWh)|Profiled kWh|Apportioned kWh|Contracted volume kWh|Nominated kWh
Hedged energy (kWh)|Take-or-pay kWh|Notional consumption (kWh)|Benchmark kWh
Prior-period kWh|Submetered kWh|Tenant consumption (kWh)|Banked kWh|Carried fwd kWh
True-up energy (kWh)|Committed kWh|Soll-Verbrauch kWh|Planverbrauch (kWh)|Hochrechnung kWh
Vorjahresverbrauch (kWh)|Verbrauch bereinigt (kWh)|Anteiliger Verbrauch (kWh)
Eigenverbrauch (kWh)|Ersatzwert kWh|Abschlag kWh|Consumo previsto (kWh)|Consumo teórico kWh
Consumo anterior (kWh)|Energía acumulada (kWh)|Consumo estimado kWh|Energía contratada (kWh)
Consumo ajustado (kWh)|Consumo prorrateado (kWh)|Energía excedentaria (kWh)
"""
_COSTS = """
écrêté|prov.|de marché|plafonné|théor.|engagé|mandaté|recalc.|bouclier|amorti|prorata
réparti|au forfait|avancé|de réf.|simul|lissé|à récupérer|subventionné|contesté|éligible
révisé|actualisé|bloc 2
"""
_POWERS = """
réservée|écrêtée|théor.|garantie|appelée|de design|optimisée|préconisée|effacée|transfo
de secours|bridée|dispo.|conseillée|de court-circuit|onduleur
"""
_VOLUMES = """
nominé|théor.|prov.|corrigé|ajusté|brut cptr|réservé|alloué|redressé|au forfait|interpolé
de réf. bail|bloc 2|tiers
"""
_TIMES = """
de valeur|comptabilisé|d'imputation|d'exigibilité|de rattachement|budgété|d'engagement
de clôture|de traitement|de dépôt|d'intégration|analytique|de validation|de saisie
de transmission|de prise en charge
"""
_WATTS = """
gradée|après relamping|cible|de remplacement|équiv. LED|équiv. SHP|bridée|dim.|nuit 23h-5h
préconisée|projetée|en veille|avant travaux|réduite 50|autorisée|de réf.|posée 2027|théor.
du mât|pilotée|du driver max|par tranche|forfaitaire|déclarée
"""
_COUNTS = (
    "modules|drivers|rampes|optiques|barrettes|brûleurs|tubes|caissons|feux|globes|spots|hublots"
)
_SCALES = """
kWh /1000|kWh (÷1000)|k.MWh|kWh x1E3|en k de kWh|kWh (unité : mille)|10³ kWh|kWh en K|MWh*10
kWh, arrondi au millier|tsd. kWh|miles de kWh|kkWh|hectokWh
"""
FORMS = (
    "Consommation {} (kWh)", "kWh {}", "Énergie {} [kWh]", "Conso {} kWh", "Quantité {} (kWh)",
    "{} (kWh)", "Conso. {} (kWh)", "{} kWh",
)  # fmt: skip
_OF_POINTS = ("lot 3",)
"""What a title may call a group of points by, as well: `Consommations lot 3`."""
_OF_ROWS = ("pro forma", "acompte", "à fin mars")
"""What a row may be called that is left out, and told; what a note may say of when it ends."""
ABOUT = frozenset({"energy", "measured", "summed", "amounts", "dated", "annual", "billed", "unit"})


def words(text: str) -> list[str]:
    return [one.strip() for line in text.strip().splitlines() for one in line.split("|")]


def half(text: str, *, judging: bool) -> list[str]:
    """Every second word: those looked at, or those that judge."""
    return words(text)[1 if judging else 0 :: 2]


def _values(made: Sequence[Bill], n: int) -> dict[Bill, Decimal]:
    """Numbers that are no energies of *made*: a share, a running sum, a register, a mean."""
    kind = n % 8
    out: dict[Bill, Decimal] = {}
    so_far: dict[str, Decimal] = {}
    for rank, b in enumerate(made):
        so_far[b.point] = so_far.get(b.point, Decimal(0)) + b.kwh
        share = Decimal(70 + (n * 13) % 60 + rank * 7 % 11) / 100
        out[b] = {
            0: (b.kwh * share).quantize(Decimal(1)),
            1: (b.kwh * share).quantize(Decimal(1)),
            2: so_far[b.point],
            3: 20000 + so_far[b.point],
            4: (b.kwh / b.days).quantize(Decimal("0.01")),
            5: (b.kwh * share).quantize(Decimal("0.1")),
            6: Decimal(b.power * 100 + rank % 3),
            7: (b.kwh * (1 + share / 5)).quantize(Decimal(1)),
        }[kind]
    return out


def _column(head: str, made: Sequence[Bill], n: int) -> Column:
    return head, _values(made, n).__getitem__


def _plain(made: Sequence[Bill], *, parts: bool = False) -> Truth:
    told = truth(made)
    if not parts:
        told.parts = {}
    return told


def beside(draw: Random, heads: Sequence[str]) -> Iterator[Case]:
    """The energy stands beside a column of a head that nobody knows."""
    for n, head in enumerate(heads):
        made = bills(draw, 3, 8)
        other = _column(head, made, n)
        lay = n % 6
        energy = columns("kwh", n)[0]
        if lay == 0:
            cols = [*columns("point site from to", n), other, energy, *columns("ttc", n)]
        elif lay == 1:
            cols = [*columns("point from to", n), energy, other]
        elif lay == 2:
            price: Column = ("Prix (€/MWh)", lambda b: b.price)
            cols = [*columns("point site from to"), other, energy, price, *columns("ht")]
        elif lay == 3:
            cols = [*columns("point from to hp hc", n), other]
        elif lay == 4:
            month: Column = ("Mois", lambda b: f"{b.start:%m/%Y}")
            cols = [*columns("point"), month, other, ("Quantité (kWh)", lambda b: b.kwh)]
        else:
            cols = [*columns("point site"), other, *columns("from to", n), energy]
        yield trap("a head unknown beside the energy", f"Factures électricité {n}",
                   table(made, cols), _plain(made, parts=lay == 3), FRENCH[n % 9])  # fmt: skip


def lone(draw: Random, heads: Sequence[str]) -> Iterator[Case]:
    """The one column of energies has a head that nobody knows."""
    for n, head in enumerate(heads):
        made = bills(draw, 2, 12)
        value = _values(made, n)
        days = {b: date(2025, 3, 1) + timedelta(days=i % 12) for i, b in enumerate(made)}
        other: Column = (head, value.__getitem__)
        month: Column = ("Mois", lambda b: f"{b.start:%m/%Y}")
        year: Column = ("Année", lambda b: b.start.year - b.start.month + 1)
        rows: list[Row] = [[head], ["PRM", "Site", *(f"{m} 2025" for m in MONTHS)]]
        rows += [[s[0].point, s[0].site, *(value[b] for b in s)] for s in batched(made, 12)]
        if n % 7 != 3:  # else a column a month, under a title
            cols = {
                0: [*columns("point site from to", n), other],
                1: [*columns("point from to", n), other, *columns("ttc")],
                2: [*columns("point site"), month, other],
                4: [*columns("point site"), year, other],
                5: [*columns("point"), ("Date", days.__getitem__), other],
                6: [*columns("point site segment"), other],
            }[n % 7]
            rows = table([b for b in made if n % 7 != 6 or b.start.month == 1], cols)
        yield trap("a head unknown alone", f"Suivi électrique {n}", rows, Truth(), FRENCH[n % 9],
                   stops=True, about=ABOUT)  # fmt: skip


def classes(draw: Random, some: Sequence[str]) -> Iterator[Case]:
    """Time classes under a word that nobody knows, and beside their own."""
    for n, word in enumerate(some[:12]):
        made = bills(draw, 2, 8)
        hp, hc = (f"{{}} {word} (kWh)".format(one) for one in ("HP", "HC"))
        if n % 2:
            hp, hc = (f"Conso {word} {one}" for one in ("HP", "HC"))
        part: Column = (hp, lambda b: (b.kwh - b.off_peak) * 9 // 10)
        off: Column = (hc, lambda b: b.off_peak * 9 // 10)
        cols = [*columns("point from to"), part, off]
        yield trap("classes of a word unknown", f"Suivi électrique {n}", table(made, cols),
                   Truth(), FRENCH[n % 9], stops=True, about=ABOUT)  # fmt: skip


def titles(draw: Random, some: Sequence[str]) -> Iterator[Case]:
    """A title calls the energies by a word that nobody knows; the head does not."""
    for n, word in enumerate(some[:24]):
        made = bills(draw, 2, 8)
        noun = ("Consommation", "Énergie", "Conso", "Consommations électriques")[n % 4]
        rows: list[Row] = [[f"{noun} {word}"], []]
        head = ("kWh", "Valeur (kWh)", "Total kWh")[n % 3]
        rows += table(made, [*columns("point site from to"), (head, _values(made, 0).__getitem__)])
        yield trap("a title of a word unknown", f"Suivi {n}", rows, Truth(), FRENCH[n % 9],
                   stops=True, about=ABOUT)  # fmt: skip


def curves(draw: Random, some: Sequence[str]) -> Iterator[Case]:
    """A curve of a head that nobody knows, alone and beside its own."""
    for n, word in enumerate(some[:16]):
        point, told = prm(draw), Truth()
        begin = datetime(2025, 6, 2)  # noqa: DTZ001 (a cell)
        head = ("Puissance {} (kW)", "P {} (kW)", "Valeur {} (kW)", "kW {}")[n % 4].format(word)
        both = n % 2 == 1
        rows: list[Row] = [["PRM", "Début", *(["Puissance active (kW)"] if both else []), head]]
        for k in range(96):
            when, kw = begin + timedelta(minutes=30 * k), Decimal(draw.randrange(100, 900)) / 100
            other = (kw * 8 / 10).quantize(Decimal("0.01"))
            rows.append([point, when, *([kw] if both else []), other])
            local = (when - timedelta(hours=2)).replace(tzinfo=UTC)
            if both:
                told.steps[point, "import", local] = kw / 2
        yield trap("a curve of a head unknown", f"Courbe soutirage {n}", rows, told, FRENCH[n % 9],
                   stops=not both, about=frozenset() if both else ABOUT,
                   answers={"energy": "Puissance active (kW)"})  # fmt: skip


def costs(draw: Random, some: Sequence[str]) -> Iterator[Case]:
    """An amount of a word that nobody knows is not what the bill costs."""
    for n, word in enumerate(some):
        made = bills(draw, 2, 8)
        head = ("Montant {} (€)", "Coût {} HT (€)", "Mt {} TTC", "Total {} €")[n % 4].format(word)
        other: Column = (head, lambda b: (b.ht * 8 / 10).quantize(Decimal("0.01")))
        own = columns("ht") if n % 2 else []
        cols = [*columns("point site from to kwh"), other, *own]
        yield trap("an amount of a word unknown", f"Factures électricité {n}", table(made, cols),
                   _plain(made), FRENCH[n % 9])  # fmt: skip


def powers(draw: Random, some: Sequence[str]) -> Iterator[Case]:
    """A power of a word that nobody knows is not the one subscribed."""
    for n, word in enumerate(some):
        made = [b for b in bills(draw, 4, 2) if b.start.month == 1]
        head = ("Puissance {} (kVA)", "P. {} kVA", "PS {} (kVA)", "Puissance souscrite {} (kVA)")[
            n % 4
        ].format(word)
        other: Column = (head, lambda b: b.power - 3)
        year: Column = ("Consommation annuelle (kWh)", lambda b: b.kwh * 12)
        own = [*columns("power"), year] if n % 2 else []
        told = Truth(points={b.point: (b.kwh * 12, Decimal(b.power)) for b in made if own})
        cols = [*columns("point site segment"), other, *own]
        yield trap("a power of a word unknown", f"Points électricité {n}", table(made, cols), told,
                   FRENCH[n % 9], stops=not own)  # fmt: skip


def volumes(draw: Random, some: Sequence[str]) -> Iterator[Case]:
    """A volume of gas of a word that nobody knows."""
    for n, word in enumerate(some):
        made = bills(draw, 2, 8)
        head = ("Volume {} (m3)", "m3 {}", "Consommation {} (m³)")[n % 3].format(word)
        other: Column = (head, lambda b: (b.volume * 8 / 10).quantize(Decimal("0.001")))
        own = columns("kwh") if n % 2 else []
        told = _plain(made)
        told = replace(told, gas=True, volumes={}) if own else Truth(gas=True)
        yield trap("a volume of a word unknown", f"Factures gaz {n}",
                   table(made, [*columns("pce from to"), other, *own]), told, FRENCH[n % 9],
                   stops=not own, about=frozenset() if own else ABOUT)  # fmt: skip


def times(draw: Random, some: Sequence[str]) -> Iterator[Case]:
    """A month or a date of a word that nobody knows is not that of the energy."""
    for n, word in enumerate(some):
        made = bills(draw, 2, 8)
        lay = n % 4
        later: Column = (f"{'Mois' if lay < 2 else 'Période'} {word}",
                         lambda b: f"{(b.end + timedelta(days=40)):%m/%Y}")  # fmt: skip
        dated: Column = (f"Date {word}", lambda b: b.end + timedelta(days=17))
        own = columns("from to") if lay in {1, 3} else []
        first = dated if lay == 3 else later
        cols = [*columns("point site"), first, *own, *columns("kwh")]
        yield trap("a time of a word unknown", f"Suivi électrique {n}", table(made, cols),
                   _plain(made) if own else Truth(), FRENCH[n % 9], stops=not own,
                   about=frozenset() if own else ABOUT)  # fmt: skip


def scales(draw: Random, some: Sequence[str]) -> Iterator[Case]:
    """A unit many times over, in words that nobody knows."""
    for n, unit in enumerate(some):
        made = bills(draw, 2, 8)
        head = ("Consommation ({})", "Conso {}")[n % 2].format(unit)
        value: Column = (head, lambda b: (b.kwh / 10).quantize(Decimal("0.1")))
        yield trap("a unit of words unknown", f"Suivi électrique {n}",
                   table(made, [*columns("point site from to"), value]), Truth(), FRENCH[n % 9],
                   stops=True, about=ABOUT)  # fmt: skip


def _park(made: Sequence[Light], *beside: tuple[str, Callable[[Light], Cell]]) -> list[Row]:
    rows: list[Row] = [["Identifiant", "Rue", "Armoire", *(head for head, _ in beside)]]
    return rows + [[o.id, o.street, o.cabinet, *(of(o) for _, of in beside)] for o in made]


def watts(draw: Random, some: Sequence[str]) -> Iterator[Case]:
    """Watts of a word that nobody knows, alone and beside the light's own."""
    for n, word in enumerate(some):
        made = lights(draw)
        head = ("Puissance {} (W)", "P {} (W)", "Puissance lampe {}", "W {}")[n % 4].format(word)
        other = (head, lambda o: o.watts * 6 // 10)
        if n % 2:
            rows = _park(made, other, ("Puissance (W)", lambda o: o.watts))
            yield inventory("watts of a word unknown", made, rows, FRENCH[n % 9])
        else:
            yield inventory("watts of a word unknown", made, _park(made, other), FRENCH[n % 9],
                            truth=Truth(), stops=True, about=ABOUT)  # fmt: skip


def counts(draw: Random, some: Sequence[str]) -> Iterator[Case]:
    """A number of parts that nobody knows: whether they multiply the watts is open."""
    for n, word in enumerate(some):
        made = lights(draw)
        rows = _park(
            made,
            ("Puissance (W)", lambda o: o.watts),
            (("Nb {}", "Nombre de {}", "{}")[n % 3].format(word), lambda o: o.lamps + 1),
        )
        yield inventory("a count of a word unknown", made, rows, FRENCH[n % 9], truth=Truth(),
                        stops=True, about=ABOUT)  # fmt: skip


def _across(made: Sequence[Bill], word: str, lay: int) -> list[Row]:
    """Points, years or months across, under a word that nobody knows, or a row of a head above."""
    some = list(batched(made, 12))
    if lay == 0:
        rows: list[Row] = [["Mois", *(f"{each[0].point} {word} (kWh)" for each in some)]]
        return rows + [[f"{n + 1:02}/2025", *(each[n].kwh for each in some)] for n in range(12)]
    if lay == 1:
        rows = [["PRM", "Site", *(f"Conso {word} {year} (kWh)" for year in (2023, 2024, 2025))]]
        for each in batched(made, 36):
            sums = [sum((b.kwh for b in each[n : n + 12]), Decimal()) for n in (0, 12, 24)]
            rows.append([each[0].point, each[0].site, *sums])
        return rows
    if lay == 2:
        rows = [["Consommations (kWh)"], ["PRM", "Site", *(f"{m} 2025 {word}" for m in MONTHS)]]
    else:
        above: Row = [None, None, *(f"{m} 2025" for m in MONTHS)]
        rows = [["PRM", "Site", f"Consommation {word} (kWh)", *[None] * 11], above]
    return rows + [[each[0].point, each[0].site, *(b.kwh for b in each)] for each in some]


def across(draw: Random, some: Sequence[str]) -> Iterator[Case]:
    """The word stands in a head of points, years or months across."""
    for n, word in enumerate(some[:20]):
        lay = n % 4
        made = bills(draw, 2, 36, 2023) if lay == 1 else bills(draw, 3, 12)
        yield trap("a word unknown across", f"Suivi électrique {n}", _across(made, word, lay),
                   Truth(), FRENCH[n % 9], stops=True, about=ABOUT)  # fmt: skip


def _is_new(word: str) -> bool:
    """Whether *word* stands in no list of what rows are called either."""
    return not list_denials(word) and find_quality(word) is None and word not in _OF_ROWS


def below(draw: Random, some: Sequence[str]) -> Iterator[Case]:
    """The word stands in labels beside those of the sites, in a note, or in a column of kinds."""
    for n, word in enumerate(some[-24:]):
        made, lay = bills(draw, 3, 12), n % 3
        month: Column = ("Mois", lambda b: f"{b.start:%m/%Y}")
        rows = table(made, [*columns("site"), month, *columns("kwh")])
        if lay == 0:
            rows += [[f"{b.site} {word}", f"{b.start:%m/%Y}", (b.kwh * 7 / 10).quantize(Decimal(1))]
                     for b in made]  # fmt: skip
        elif lay == 1:
            rows += [[], [f"Consommations {word}"]]
        else:
            head = ("Nature", "Type de donnée", "Qualité", "Source")[n // 3 % 4]
            kinds = [word if rank % 3 == 1 else "Réel" for rank in range(len(made))]
            rows = [[*rows[0], head], *([*row, k] for row, k in zip(rows[1:], kinds, strict=True))]
        yield trap("a word unknown below", f"Suivi électrique {n}", rows, Truth(), FRENCH[n % 9],
                   stops=True, about=ABOUT)  # fmt: skip


def _heads(*, judging: bool) -> list[str]:
    named = [FORMS[n % 8].format(w) for n, w in enumerate(half(_ENERGIES, judging=judging))]
    return [*named, *half(_FOREIGN, judging=judging)]


def held_out(draw: Random) -> Iterator[Case]:
    """Every one of both halves."""
    for judging in (False, True):
        yield from one_half(draw, judging=judging)


def one_half(draw: Random, *, judging: bool) -> Iterator[Case]:
    """Those of the words that were looked at, or of those that only judged."""
    heads, energies = _heads(judging=judging), half(_ENERGIES, judging=judging)
    yield from beside(draw, heads)
    yield from lone(draw, heads)
    yield from classes(draw, energies)
    yield from titles(draw, [one for one in energies[12:] if one not in _OF_POINTS])
    yield from curves(draw, energies[20:])
    yield from across(draw, energies)
    yield from below(draw, [one for one in energies if _is_new(one)])
    yield from costs(draw, half(_COSTS, judging=judging))
    yield from powers(draw, half(_POWERS, judging=judging))
    yield from volumes(draw, half(_VOLUMES, judging=judging))
    yield from times(draw, half(_TIMES, judging=judging))
    yield from scales(draw, half(_SCALES, judging=judging))
    yield from watts(draw, half(_WATTS, judging=judging))
    yield from counts(draw, half(_COUNTS, judging=judging))
