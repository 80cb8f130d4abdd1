"""Acts on accounts, as a keeper reads them."""

from synergie.schemas.trust.journal import JournalEvent, JournalRecord
from synergie.server.pages.visit import Visit

_DID: dict[JournalEvent, tuple[str, str]] = {
    "account.opened": ("compte ouvert", "account opened"),
    "account.changed": ("rôle changé", "role changed"),
    "account.closed": ("compte fermé", "account closed"),
    "account.link_made": ("lien d'entrée fait", "log-in link made"),
    "account.entered": ("entrée", "log-in"),
    "account.refused": ("refus", "refusal"),
    "account.mail_changed": ("adresse de courriel changée", "address of mail changed"),
    "account.weekly_changed": ("résumé de la semaine par courriel", "week by mail"),
    "account.left": ("session terminée", "session ended"),
    "account.passkey_added": ("clé d'accès ajoutée", "passkey added"),
    "account.passkey_removed": ("clé d'accès retirée", "passkey removed"),
}
_WHY: dict[str, tuple[str, str]] = {
    "mail": ("demandé par courriel", "asked for by mail"),
    "link": ("par un lien", "by a link"),
    "passkey": ("par une clé d'accès", "by a passkey"),
    "link_used_or_over": ("lien déjà servi ou trop vieux", "a link used before, or too old"),
    "bad_passkey": ("clé d'accès qui ne tient pas", "a passkey that does not hold"),
    "passkey_counter": ("clé d'accès peut-être copiée", "a passkey that may be a copy"),
    "forged_form": ("formulaire venu d'un autre site", "a form from another site"),
    "on": ("demandé", "asked for"),
    "off": ("arrêté", "ended"),
    "all": ("toutes", "all"),
    "reader": ("lecture", "reader"),
    "agent": ("agent", "agent"),
    "signer": ("signature", "signer"),
    "keeper": ("gestion des comptes", "keeper of accounts"),
}


def describe_account_act(visit: Visit, record: JournalRecord) -> str:
    """What was done, and how or why where the record says it."""
    did = visit.say(*_DID.get(record.event, (record.event, record.event)))
    why = _WHY.get(record.reason or "")
    return did if why is None else f"{did} ({visit.say(*why)})"
