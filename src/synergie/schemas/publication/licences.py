"""The licences of open data (CRPA D323-2-1): what people call them, and where their texts are."""

from typing import NamedTuple

from synergie.schemas.publication.release import Licence


class LicenceText(NamedTuple):
    """One licence. `spdx`: its identifier as the list of SPDX writes it."""

    name: str
    address: str
    spdx: str


LICENCES: dict[Licence, LicenceText] = {
    "etalab-2.0": LicenceText(
        "Licence Ouverte 2.0",
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
        "etalab-2.0",
    ),
    "odbl-1.0": LicenceText(
        "ODbL 1.0", "https://opendatacommons.org/licenses/odbl/1-0/", "ODbL-1.0"
    ),
}
"""Each licence; the one that asks less of who uses the data comes first."""
