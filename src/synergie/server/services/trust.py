"""Use cases of who may what: accounts, keys, agreements, consents, journal, messages."""

from dataclasses import dataclass
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Self

from synergie.exchange.readings.energies.month_tables import MonthTables
from synergie.exchange.readings.morning import Mornings
from synergie.exchange.trust.accounts import Accounts, Spans
from synergie.exchange.trust.agreement_faults import AgreementFaults
from synergie.exchange.trust.agreement_papers import AgreementPapers
from synergie.exchange.trust.agreement_watch import AgreementWatch
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.consents import Consents
from synergie.exchange.trust.exports.exports import Care, Exports
from synergie.exchange.trust.held_keys import SigningKeyCustody
from synergie.exchange.trust.journal import Journal, build_head_signer
from synergie.exchange.trust.login_mails import LoginMails
from synergie.exchange.trust.organisations import Directory
from synergie.exchange.trust.passkeys import Passkeys
from synergie.exchange.trust.receipts import Receipts
from synergie.exchange.trust.saved_views import SavedViews
from synergie.exchange.trust.webhooks.webhook_courier import WebhookSender
from synergie.exchange.trust.webhooks.webhooks import Webhooks
from synergie.exchange.weekly_mails import WeeklyMails
from synergie.server.keyring import Keyring
from synergie.server.settings import Settings
from synergie.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustServices:
    """One transaction each."""

    directory: Directory
    agreements: Agreements
    papers: AgreementPapers
    consents: Consents
    journal: Journal
    webhooks: Webhooks
    exports: Exports
    receipts: Receipts
    accounts: Accounts
    login_mails: LoginMails | None
    """None: this server sends no mail."""
    weekly_mails: WeeklyMails | None
    passkeys: Passkeys
    held_keys: SigningKeyCustody
    agreement_watch: AgreementWatch
    agreement_faults: AgreementFaults
    saved_views: SavedViews

    @classmethod
    def of(cls, store: Store, settings: Settings, keyring: Keyring, courier: WebhookSender) -> Self:
        """The use cases over *store*, as the settings say."""
        prover = keyring.prover(settings.issuer)
        head = build_head_signer(prover)
        people = Accounts(store, _build_session_spans(settings))
        return cls(
            directory=Directory(store),
            agreements=Agreements(store),
            papers=AgreementPapers(store),
            consents=Consents(store),
            journal=Journal(store, prover),
            webhooks=Webhooks(store, courier.keys, courier.allow),
            exports=Exports(
                store=store, prover=prover, head=head, care=_build_export_care(settings)
            ),
            receipts=Receipts(store=store, prover=prover, head=head),
            accounts=people,
            login_mails=LoginMails(people) if settings.smtp_server else None,
            weekly_mails=_build_weekly_mails(people, keyring) if settings.smtp_server else None,
            passkeys=Passkeys(people, settings.origin, keyring.secret_for("passkeys")),
            held_keys=SigningKeyCustody(store, keyring.secret_for("held-keys")),
            agreement_watch=AgreementWatch(store),
            agreement_faults=AgreementFaults(store),
            saved_views=SavedViews(store),
        )


def _build_weekly_mails(people: Accounts, keyring: Keyring) -> WeeklyMails:
    store = people.store
    return WeeklyMails(
        people, Mornings(store), MonthTables(store), keyring.secret_for("weekly-mail")
    )


def _build_session_spans(settings: Settings) -> Spans:
    return Spans(
        link=timedelta(minutes=settings.link_min),
        idle=timedelta(minutes=settings.idle_min),
        whole=timedelta(hours=settings.sitting_h),
        trusted=timedelta(days=settings.trusted_days),
    )


def _build_export_care(settings: Settings) -> Care:
    return Care(
        folder=settings.data_dir / "exports",
        keep=timedelta(days=settings.export_days),
        most_bytes=settings.max_export_bytes,
        room=BoundedSemaphore(settings.max_exports),
    )
