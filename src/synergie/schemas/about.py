"""What an exported file says of itself: whose data, of which day, and why they are not newer."""

from synergie.schemas.wire import Wire
from synergie.units import Instant, LongText, Siren, Text


class About(Wire):
    """Title, publisher, date and freshness of a file that is written; unknown is null."""

    title: Text
    """Title of the file. Example: "Éclairage public du Bassin de Pompey"."""
    publisher: Text | None = None
    """Official name of the body that publishes it. Null: not told."""
    siren: Siren | None = None
    """Its SIREN. Null: not told."""
    licence: Text | None = None
    """Licence of the data. Example: `Licence Ouverte 2.0`. Null: none was granted."""
    as_of: Instant | None = None
    """Date of the data: nothing later is in the file. Null: not told."""
    freshness: LongText | None = None
    """Why the newest data are as old as they are, a sentence. Null: not told."""
    source: Text | None = None
    """Where the data come from. Example: "Enedis, courbes de charge". Null: not told."""
    contact: Text | None = None
    """The role to ask, never a person. Example: "la personne chargée de l'énergie". Null: none."""
    address: Text | None = None
    """Where the files of a catalogue are published. Example: `https://donnees.example/pompey`.
    Null: nowhere yet."""
