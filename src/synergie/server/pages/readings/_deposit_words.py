"""What a file holds, French and English beside each other."""

type Pair = tuple[str, str]
"""French, English."""

KINDS: dict[str, Pair] = {
    "meter_curve": ("morceaux de courbes", "pieces of curves"),
    "supply_point": ("points de livraison", "delivery points"),
    "supply_terms": ("contrats de points de livraison", "terms of delivery points"),
    "site": ("sites", "sites"),
    "register_reading": ("relevés d'index", "index readings"),
    "interval_reading": ("relevés sur un intervalle", "readings over an interval"),
    "period_energy": ("énergies d'une période", "energies of a period"),
    "invoice_line": ("lignes de facture", "invoice lines"),
    "market_curve": ("courbes de marché", "market curves"),
    "light_point": ("points lumineux", "light points"),
    "cabinet": ("armoires", "cabinets"),
    "support": ("supports", "supports"),
    "circuit": ("départs", "circuits"),
    "night_profile": ("profils de nuit", "night profiles"),
    "dimming_range": ("plages d'abaissement", "dimming ranges"),
    "work_order": ("travaux et signalements", "works and tickets"),
    "perimeter_row": ("lignes d'un périmètre", "rows of a perimeter"),
}
"""What a file holds, by kind of record."""
