"""Small look-alikes of the XML flows of Enedis, made here."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds

PARIS = ZoneInfo("Europe/Paris")
PRM = "99000000000017"
OTHER = "99000000000024"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def stamps(day: date, days: int, step_s: int, *, end: bool) -> list[str]:
    """Times with offset of whole civil days, on the side asked for."""
    first, last = day_bounds(day, PARIS)[0], day_bounds(day + timedelta(days=days), PARIS)[0]
    n = int((last - first).total_seconds()) // step_s
    shift = 1 if end else 0
    step = timedelta(seconds=step_s)
    return [(first + (i + shift) * step).astimezone(PARIS).isoformat() for i in range(n)]


def tag(name: str, text: object) -> str:
    return f"<{name}>{text}</{name}>"


def tags(**texts: object) -> str:
    """One element a keyword, in order; None leaves it out."""
    return "".join(tag(name, text) for name, text in texts.items() if text is not None)


# R50


def pdc(stamp: str, value: object = 1000, likelihood: object = 0) -> str:
    return tag("PDC", tags(H=stamp, V=value, IV=likelihood))


def r50_day(day: date, points: Iterable[str] | None = None) -> str:
    told = [pdc(one) for one in stamps(day, 1, 1800, end=True)] if points is None else points
    inner = tags(Date_Releve=day, Id_Affaire="M0000000") + "\n".join(told)
    return f"{tag('Donnees_Releve', inner)}\n"


def r50(prms: dict[str, Sequence[str]], *, step: object = 30) -> bytes:
    """Days of each PRM, as `r50_day` makes them."""
    head = tags(Identifiant_Flux="R50", Version_XSD="1.1.0", Pas_Publication=step)
    body = "\n".join(
        f"<PRM>{tag('Id_PRM', prm)}\n{''.join(days)}</PRM>" for prm, days in prms.items()
    )
    return f"{HEAD}<R50>{tag('En_Tete_Flux', head)}\n{body}\n</R50>".encode()


# R4x


def point(stamp: str, value: object = 28, nature: object = "R") -> str:
    told = [("Horodatage", stamp), ("Valeur_Point", value), ("Statut_Point", nature)]
    inner = " ".join(f'{name}="{text}"' for name, text in told if text is not None)
    return f"<Donnees_Point_Mesure {inner}/>"


def courbe(points: Iterable[str], **head: object) -> str:
    told: dict[str, object] = {
        "Granularite": 10, "Unite_Mesure": "kW", "Grandeur_Metier": "CONS",
        "Grandeur_Physique": "EA",
    } | head  # fmt: skip
    return tag("Donnees_Courbe", tags(**told) + "\n".join(points))


def r4x(corps: dict[str, Sequence[str]]) -> bytes:
    """Curves of each PRM, as `courbe` makes them."""
    head = tags(
        Identifiant_Flux="R4x", Frequence_Publication="Q", Nature_De_Courbe_Demandee="Brute"
    )
    body = "".join(
        tag("Corps", tag("Identifiant_PRM", prm) + "\n".join(curves))
        for prm, curves in corps.items()
    )
    return f"{HEAD}<Courbe>{tag('Entete', head)}\n{body}</Courbe>".encode()


def r4x_day(day: date) -> bytes:
    return r4x({PRM: [courbe([point(one) for one in stamps(day, 1, 600, end=False)])]})


# R151


def classe(code: str, value: object, *, rank: object = 1, likelihood: object = 0,
           supplier: bool = False) -> str:  # fmt: skip
    inner = tags(
        Id_Classe_Temporelle=code,
        Libelle_Classe_Temporelle="diffÃ©renciation",
        Rang_Cadran=rank,
        Valeur=value,
        Indice_Vraisemblance=likelihood,
    )
    return tag("Classe_Temporelle" if supplier else "Classe_Temporelle_Distributeur", inner)


def r151_day(day: object, *rows: str, peak: object = 3817) -> str:
    inner = tags(
        Date_Releve=day,
        Id_Calendrier_Fournisseur="FC022034",
        Libelle_Calendrier_Fournisseur="INCONNU",
        Id_Calendrier_Distributeur="DI000003",
    )
    top = "" if peak is None else tag("Puissance_Maximale", tag("Valeur", peak))
    return tag("Donnees_Releve", inner + "\n".join(rows) + top)


def r151(prms: dict[str, Sequence[str]], *, unit: object = "Wh", power: object = "VA") -> bytes:
    head = tags(Identifiant_Flux="R151", Unite_Mesure_Index=unit, Unite_Mesure_Puissance=power)
    body = "".join(tag("PRM", tag("Id_PRM", prm) + "\n".join(days)) for prm, days in prms.items())
    return f"{HEAD}<R151>{tag('En_Tete_Flux', head)}\n{body}</R151>".encode()


# R171


def serie(values: Iterable[tuple[str, object]], **head: object) -> str:
    told: dict[str, object] = {
        "prmId": PRM, "type": "INDEX", "grandeurMetier": "CONS", "grandeurPhysique": "EA",
        "typeCalendrier": "D", "codeClasseTemporelle": "HPH",
        "libelleClasseTemporelle": "Heures Pleines Hiver / Saison Haute", "unite": "Wh",
    } | head  # fmt: skip
    rows = "".join(tag("mesureDatee", tags(dateFin=when, valeur=value)) for when, value in values)
    return tag("serieMesuresDatees", tags(**told) + tag("mesuresDateesListe", rows))


def r171(*series: str) -> bytes:
    entete = tags(emetteur="Enedis", dateHeureCreation="2026-06-10T01:13:01", flux="R171")
    body = tag("entete", entete) + tag("serieMesuresDateesListe", "\n".join(series))
    return f'{HEAD}<ns2:R171 xmlns:ns2="urn:r171">{body}</ns2:R171>'.encode()


# R15, C15


def cadran(code: str, value: object, *, supplier: bool = False, **more: object) -> str:
    """A register of R15 or C15; `Classe_Mesure` is 1, an index, when *more* does not tell."""
    told: dict[str, object] = {
        "Id_Classe_Temporelle": code, "Rang_Cadran": 1, "Classe_Mesure": 1, "Unite_Mesure": "kWh",
        "Sens_Mesure": 0, "Valeur": value, "Nb_Chiffres_Cadran": 6, "Indicateur_Passage_A_Zero": 0,
        "Coefficient_Lecture": "1.0",
    } | more  # fmt: skip
    return tag("Classe_Temporelle" if supplier else "Classe_Temporelle_Distributeur", tags(**told))


def releve(*rows: str, **head: object) -> str:
    told: dict[str, object] = {
        "Date_Releve": "2026-06-30T00:01:00+02:00", "Id_Calendrier_Distributeur": "DI000001",
        "Id_Calendrier": "FC022034", "Statut_Releve": "INITIAL", "Nature_Consommation": "REEL",
        "Nature_Index": "REEL", "Date_Releve_Precedent": "2026-06-01T00:00:00+02:00",
        "Nature_Index_Precedent": "REEL",
    } | head  # fmt: skip
    return tag("Donnees_Releve", tags(**told) + "\n".join(rows))


def r15(prms: dict[str, Sequence[str]]) -> bytes:
    head = tags(Identifiant_Flux="R15", Version_XSD="2.3.2")
    body = "".join(tag("PRM", tag("Id_PRM", prm) + "\n".join(some)) for prm, some in prms.items())
    return f"{HEAD}<R15>{tag('En_Tete_Flux', head)}\n{body}</R15>".encode()


TARIFF = tags(
    Formule_Tarifaire_Acheminement="BTINFCU4",
    Puissance_Souscrite="6.0",
    Unite_Puissance_Souscrite="kVA",
    Id_Calendrier_Distributeur="DI000003",
    Libelle_Plage_Heures_Creuses="HC (21H02-5H02)",
)
HOLDER = tags(
    Categorie="RES",
    Personne_Physique=tags(Civilite="M", Nom="DURAND", Prenom="Camille"),
    Coordonnees_Contact=tags(Telephone1_Num="0600000017", Email="camille@example.org"),
)


def c15_prm(*releves: str, prm: str = PRM, tariff: str = TARIFF, holder: str | None = HOLDER,
            **event: object) -> str:  # fmt: skip
    told: dict[str, object] = {
        "Type_Evenement": "CONTRAT", "Date_Evenement": "2026-10-04T00:01:00+02:00",
        "Nature_Evenement": "MCT", "Releves": "\n".join(releves),
    } | event  # fmt: skip
    situation = tags(
        Etat_Contractuel="EN SERVICE",
        Date_Debut_Num_Sequence="2026-10-04",
        Structure_Tarifaire=tariff,
        Titulaire_Contrat=holder,
    )
    supply = tags(P_Raccordement_Soutirage=12, Domaine_De_Tension="BT")
    return tag(
        "PRM",
        tags(
            Id_PRM=prm,
            Segment_Clientele="C5",
            Evenement_Declencheur=tags(**told),
            Situation_Contractuelle=situation,
            Alimentation=supply,
            Dispositif_De_Comptage=tag("Compteur", tags(Type="CCB", Num_Serie="000000000017")),
        ),
    )


def c15(*prms: str) -> bytes:
    head = tag("En_Tete_Flux", tags(Identifiant_Flux="C15", Version_XSD="5.0.0"))
    return f"{HEAD}<C15>{head}{''.join(prms)}</C15>".encode()


# F12, F15


def billed(amount: object, **more: object) -> str:
    """A billed element of F15; of F12 when wrapped by `acheminement`."""
    told: dict[str, object] = {
        "Id_EV": "CS_HPH", "Libelle_EV": "Composante de soutirage", "Date_Debut": "2026-06-01",
        "Date_Fin": "2026-06-30", "Quantite": "1000", "Unite_Quantite": "kWh",
        "Prix_Unitaire": "0.05", "Montant_HT": amount, "Taux_TVA_Applicable": "20.000",
    } | more  # fmt: skip
    return tag("Element_Valorise", tags(**told))


def acheminement(amount: object, **more: object) -> str:
    told: dict[str, object] = {
        "Date_Debut": "2026-06-01", "Date_Fin": "2026-06-30", "Quantite": "30",
        "Unite_Quantite": "c.j", "Prix_Unitaire": "1.09148", "Montant_HT": amount,
    } | more  # fmt: skip
    inner = tags(Id_EV="FCGEECHO", Libelle_EV="Composante gestion", Taux_TVA_Applicable="20.000")
    return tag("Element_Valorise", inner + tag("Acheminement", tags(**told)))


def f12(*elements: str, total: object, prm: str = PRM, tariff: str | None = "HTACU5",
        currency: str = "EUR") -> bytes:  # fmt: skip
    powers = "".join(
        tag("PS_Poste_Horosaisonnier", tags(Nom_Poste_Horosaisonnier=one, Puissance_Souscrite=7))
        for one in ("HPH", "Pointe")
    )
    lot = tags(
        Num_Sous_Lot="400000000001",
        Id_PRM=prm,
        Date_Sous_Lot="2026-06-03",
        Code_Segmentation_ERDF="C2",
        Tarif_Souscrit=tariff,
    )
    head = tag("En_Tete_Flux", tags(Identifiant_Flux="F12"))
    head += tag("Rappel_En_Tete", tags(Num_Facture="060000000001", Devise=currency))
    body = lot + powers + "".join(elements) + tag("Sous_Total", tag("Montant_HT", total))
    return f"{HEAD}<Detail_Facturation>{head}{tag('Sous_Lot', body)}</Detail_Facturation>".encode()


def f15(*elements: str, total: object, prm: str | None = PRM) -> bytes:
    head = tag("En_Tete_Flux", tags(Identifiant_Flux="F15"))
    head += tag("Rappel_En_Tete", tags(Num_Facture="3200000000001", Devise="EUR"))
    point_of = "" if prm is None else tag("Donnees_PRM", tags(Id_PRM=prm, Nom="DURAND"))
    body = tags(Num_Valorisation="17000000000000001", Total_Valorise_HT=total) + point_of
    body += tag("Groupe_Valorise", tags(Nature_EV="01") + "".join(elements))
    root = "F15_Detail_Facturation"
    return f"{HEAD}<{root}>{head}{tag('Donnees_Valorisation', body)}</{root}>".encode()


# SGE


def measure(stamp: str, value: object = 1000, step: object = "PT30M", nature: object = "B",
            row: str = "mesure", **more: object) -> str:  # fmt: skip
    return tag(row, tags(v=value, d=stamp, p=step, n=nature, **more))


def grandeur(points: Iterable[str], code: str = "PA", unit: str = "W", sense: str = "CONS") -> str:
    inner = tags(grandeurMetier=sense, grandeurPhysique=code, unite=unit) + "\n".join(points)
    return tag("grandeur", inner)


def answer(*parts: str, prm: str = PRM, version: int = 2, after: str = "") -> bytes:
    """An answer of "mesures détaillées"."""
    name = "ns3:consulterMesuresDetailleesResponse" + ("V3" if version == 3 else "")
    head = tags(pointId=prm, periode=tags(dateDebut="2026-06-10", dateFin="2026-06-11"))
    body = f'<{name} xmlns:ns3="urn:cmd">{head}{"".join(parts)}{after}</{name}>'
    return envelope(body)


def envelope(body: str, header: str = "") -> bytes:
    soap = 'xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"'
    top = f"<soap:Header>{header}</soap:Header>" if header else ""
    return (
        f"{HEAD}<soap:Envelope {soap}>{top}<soap:Body>{body}</soap:Body></soap:Envelope>".encode()
    )


def measures_day(day: date) -> bytes:
    return answer(grandeur([measure(one) for one in stamps(day, 1, 1800, end=True)]))


def energy(value: object, start: str, end: str, nature: str = "REEL") -> str:
    inner = tags(valeur=value, dateDebut=start, dateFin=end)
    codes = {"nature": nature, "declencheur": "CYCLIQUE", "statut": "INITIALE"}
    inner += "".join(f'<{name} code="{code}"/>' for name, code in codes.items())
    return tag("mesure", inner)


def periods(*energies: str, code: str = "HPH", quantity: str = "EA", unit: str = "kWh",
            calendar: str = "") -> str:  # fmt: skip
    inner = f'<grandeurPhysique code="{quantity}"/><classeTemporelle code="{code}"/>{calendar}'
    return tag("serie", inner + tag("unite", unit) + tag("mesuresDatees", "".join(energies)))


def periods_answer(distributor: str = "", supplier: str = "", prm: str = PRM) -> bytes:
    """An answer of "mesures"."""
    body = tag("seriesMesuresDateesGrilleTurpe", distributor) if distributor else ""
    body += tag("seriesMesuresDateesGrilleFrn", supplier) if supplier else ""
    name = "v1:consulterMesuresResponse"
    header = tag("acquittement", tag("infoFonctionnelles", tag("pointId", prm)))
    return envelope(f'<{name} xmlns:v1="urn:cm">{body}</{name}>', header)


def utc(text: str) -> datetime:
    """A moment, UTC, from `2026-06-09T22:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
