"""The words of a publication that nobody has written yet: said of a scheme, true of any."""

from synergie.schemas.publication.cell_scheme import CellScheme
from synergie.schemas.publication.open_publication import OpenTerms
from synergie.schemas.publication.release import Energy
from synergie.schemas.trust.organisation import Organisation

_SUMMED: dict[Energy, str] = {"electricity": "d'électricité", "gas": "de gaz"}


def usual_terms(scheme: CellScheme, energy: Energy, publisher: Organisation) -> OpenTerms:
    """Title, description, licence and contact in French, as they are until somebody signs others.

    The contact is the publisher: no address of anybody is made up.
    """
    summed = _SUMMED[energy]
    return OpenTerms(
        scheme=scheme.id,
        energy=energy,
        title=f"Consommation {summed} : {scheme.title}"[:200],
        description=(
            f"Énergie {summed} consommée sur des périodes closes (mois ou années civiles), sommée "
            "sur des groupes fixes de points de livraison. Aucune somme ne dit ce que consomme un "
            "logement ou une entreprise : celle qui le ferait est masquée, et le dit."
        ),
        licence="etalab-2.0",
        contact=publisher.name,
    )
