"""The columns of a perimeter: what each is for, and where to find what is missing in it."""

from synergie.formats.templates._columns import Column
from synergie.formats.templates._parts import (
    CLASSES,
    INSEE,
    OPTIONS,
    POINT,
    PROVENANCE,
    SCHEME,
    SEGMENTS,
    USAGES,
)

METHODS = {
    "computed_12m": "calculée sur 12 mois",
    "partial": "somme partielle, non extrapolée",
    "declared": "déclarée",
}
_BILL = "Sur la facture du point."
_C68 = "Fichier C68 du portail SGE d'Enedis, ou la facture."
_MEMBER = (
    Column(
        name="member", title="Membre", example="Commune de Pompey",
        purpose="Collectivité qui paie la facture.", where="Liste des membres du groupement.",
    ),
    Column(
        name="member_siret", title="SIRET du membre", kind="digits", example="24540060100010",
        purpose="Destinataire des factures sur Chorus Pro : 14 chiffres, en texte.",
        where="annuaire-entreprises.data.gouv.fr, ou une facture récente.",
    ),
    Column(
        name="budget", title="Budget", example="Budget principal",
        purpose="Budget sur lequel la facture est payée, s'il y en a plusieurs.",
    ),
    Column(
        name="service_code", title="Code service (Chorus Pro)", example="SERV-ENERGIE",
        purpose="Service destinataire dans Chorus Pro, si le membre en exige un.",
    ),
    Column(
        name="site_name", title="Site", example="École du centre",
        purpose="Nom d'usage du site, pour le reconnaître sur la facture.",
        where="Inventaire du patrimoine, ou la facture.",
    ),
    Column(
        name="address", title="Adresse du site", example="place du Marché",
        purpose="Adresse du site, jamais celle d'une personne.",
    ),
    Column(
        name="insee_code", title="Code INSEE", kind="digits", example="54430",
        purpose=INSEE.purpose, where="Code officiel géographique (insee.fr).",
    ),
)  # fmt: skip
_POINT = (
    SCHEME,
    Column(
        name="code", title="Numéro de point (PRM ou PCE)", kind="digits", required=True,
        example="99000000000017", purpose=POINT.purpose,
    ),
    Column(
        name="meter_type", title="Type de compteur", example="Linky",
        purpose="Dit comment le point est relevé.", where=_C68,
    ),
    Column(
        name="market_segment", title="Segment", kind="choice", words=SEGMENTS, example="C5",
        purpose="Décide du lot et des prix.", where=_C68,
    ),
    Column(
        name="tariff_code", title="FTA", kind="choice", words=OPTIONS, free=True,
        example="BTINFCU4", purpose="Formule tarifaire d'acheminement : décide des prix.",
        where=_C68,
    ),
    Column(
        name="power_unit", title="Unité de puissance", kind="choice", example="kVA",
        words={"kVA": "kVA", "kW": "kW"}, purpose="kVA jusqu'à 250 kVA, kW au-delà.",
    ),
    Column(
        name="power_", title="Puissance souscrite", kind="decimal", example="12",
        purpose="La même dans toutes les classes ; sinon une colonne par classe.", where=_C68,
    ),
    *(
        Column(
            name=f"power_{name}", title=f"Puissance souscrite {name}", kind="decimal",
            example="36", purpose=f"Puissance souscrite dans la classe {name}.",
        )
        for name in CLASSES
    ),
    Column(
        name="usage", title="Usage", kind="choice", words=USAGES, example="éclairage public",
        purpose="Ce que le point dessert : décide du lot.", where="Inventaire du patrimoine.",
    ),
)  # fmt: skip
_ENERGY = (
    Column(
        name="total_kwh", title="Énergie annuelle de référence (kWh)", kind="decimal",
        example="8450", purpose="Douze mois, toutes classes ensemble ; jamais extrapolée.",
        where="Fichiers R65 ou R67 du portail SGE, ou douze mois de factures.",
    ),
    *(
        Column(
            name=f"kwh_{name}", title=f"Énergie {name} (kWh)", kind="decimal", example="2100",
            purpose=f"Part de la classe {name} ; les classes s'ajoutent au total.",
        )
        for name in CLASSES
    ),
    Column(
        name="method", title="Énergie : méthode", kind="choice", words=METHODS,
        example="calculée sur 12 mois", purpose="Comment elle a été trouvée ; vide : déclarée.",
    ),
    Column(
        name="from_date", title="Énergie : premier jour", kind="date", example="01/01/2025",
        purpose="Début des douze mois.",
    ),
    Column(
        name="last_day", title="Énergie : dernier jour (compris)", kind="date",
        example="31/12/2025", purpose="Fin des douze mois, ce jour compris.",
    ),
    Column(
        name="covered_days", title="Énergie : jours mesurés", kind="decimal", example="365",
        purpose="Jours de la période qui ont une mesure ; rien n'est ajouté pour les autres.",
    ),
    Column(
        name="prorated_days", title="Énergie : jours au prorata", kind="whole", example="0",
        purpose="Jours pris, au prorata de ses jours, d'une période à cheval sur la limite.",
    ),
    Column(
        name="energy_source", title="Énergie : source", example="enedis-r67 (distributeur)",
        purpose="D'où vient l'énergie : une seule source, jamais deux ajoutées.",
    ),
    Column(
        name="load_curve", title="Courbe de charge", kind="yes_no", example="oui",
        purpose="S'il y a une courbe à montrer aux fournisseurs.",
        where="Portail SGE d'Enedis ; les points C1 à C4 en ont une.",
    ),
)  # fmt: skip
_MARKET = (
    Column(
        name="supplier", title="Fournisseur actuel", example="Fournisseur Exemple",
        purpose="À qui annoncer le changement.", where=_BILL,
    ),
    Column(
        name="supplier_siren", title="SIREN du fournisseur", kind="digits", example="245400601",
        purpose="Neuf chiffres, en texte.",
    ),
    Column(
        name="contract_end", title="Fin du contrat", kind="date", example="31/12/2026",
        purpose="Dernier jour du contrat actuel : décide de la date de bascule.",
        where="Contrat de fourniture en cours.",
    ),
    Column(
        name="green_percent", title="Option verte (%)", kind="choice", example="50",
        words={"0": "0", "50": "50", "100": "100"},
        purpose="Part d'énergie verte demandée : change le prix.",
        where="Décision du membre (délibération).",
    ),
    Column(
        name="billing_group", title="Regroupement de facturation", example="EP-centre",
        purpose="Points facturés ensemble, si le membre le demande.",
    ),
    Column(
        name="entry_date", title="Date d'entrée", kind="date", example="01/01/2027",
        purpose="Premier jour dans le nouveau marché.",
        where="Le lendemain de la fin du contrat actuel, sauf décision contraire.",
    ),
    Column(
        name="exit_date", title="Date de sortie", kind="date", example="31/12/2029",
        purpose="Dernier jour dans le marché ; vide : jusqu'à sa fin.",
    ),
    Column(
        name="mandate", title="Référence du mandat", example="MANDAT-2026-012",
        purpose="Autorise le coordonnateur à demander les données du point à Enedis ou à GRDF.",
        where="Mandat signé par le membre (délibération d'adhésion).",
    ),
    PROVENANCE,
)  # fmt: skip

COLUMNS: tuple[Column, ...] = (*_MEMBER, *_POINT, *_ENERGY, *_MARKET)
"""In the order of the file."""
