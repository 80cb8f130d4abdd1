"""What the relay says, in both languages side by side, and what it opened."""

from dataclasses import dataclass
from typing import Literal

from synergie.reports.french import typeset_french

type Language = Literal["fr", "en"]


@dataclass(frozen=True, slots=True)
class BilingualText:
    """One sentence, French and English."""

    fr: str
    en: str

    def to(self, language: Language) -> str:
        """The sentence in *language*."""
        return typeset_french(self.fr) if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the relay answers by itself, and with which status (RFC 9110 §15)."""

    status: int
    said: BilingualText
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What this relay opens: it never changes while it runs."""

    server: str
    """Public address of the server."""
    client: str
    """The program whose key works."""
    agreement: str | None
    """The agreement that every reading is under. None: the organisation's own data."""


UNREACHABLE = BilingualText(
    "Le serveur {} ne répond pas ({}). Rien n'a été lu ; réessayez dans un moment.",
    "The server {} does not answer ({}). Nothing was read; try again in a while.",
)
NO_TOKEN = BilingualText(
    "Le serveur ne donne plus de jeton à ce relais ({}) : l'accord a pu être suspendu, révoqué ou "
    "arriver à son terme.",
    "The server gives this relay no token any more ({}): the agreement may be suspended, revoked "
    "or over.",
)
NOT_KNOWN = BilingualText(
    "Le serveur ne reconnaît pas la clé de ce relais ({}). La personne qui tient le serveur peut "
    "dire pourquoi.",
    "The server does not know the key of this relay ({}). Its operator can say why.",
)
BUSY = BilingualText(
    "Le serveur demande d'attendre {} s avant la lecture suivante.",
    "The server asks to wait {} s before the next reading.",
)
ODD = BilingualText(
    "Le serveur a répondu autrement que prévu ({}).", "The server answered in another form ({})."
)
OTHER_HOST = BilingualText(
    "Le relais ne répond qu'à son adresse sur cette machine ; un autre nom a été demandé.",
    "The relay answers at its address on this machine only; another name was asked for.",
)
OTHER_PAGE = BilingualText(
    "Une page web ne lit pas par ce relais. Donnez l'adresse à l'outil lui-même.",
    "A web page does not read through this relay. Give the address to the tool itself.",
)
NO_SECRET = BilingualText(
    "Adresse incomplète : utilisez celle que la commande a affichée, mot de passage compris.",
    "Incomplete address: use the one that the command showed, with its pass word.",
)
READS_ONLY = BilingualText(
    "Ce relais ne fait que lire (GET et HEAD).", "This relay only reads (GET and HEAD)."
)
NOT_OPENED = BilingualText(
    "Le relais n'ouvre pas cette adresse. Sa page d'accueil donne celles qu'il ouvre.",
    "The relay does not open this address. Its home page gives those that it opens.",
)
OTHER_AGREEMENT = BilingualText(
    "Ce relais lit sous un seul accord ; un autre est demandé.",
    "This relay reads under one agreement; another one is asked for.",
)
NO_WINDOW = BilingualText(
    "« from » et « to » sont attendus : des instants ISO 8601 avec leur décalage, ou des "
    "millisecondes depuis 1970.",
    "`from` and `to` are expected: ISO 8601 instants with their offset, or ms since 1970.",
)
