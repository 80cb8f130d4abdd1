"""Secrets of webhooks: made from one secret of the server when they are needed, and never stored.

A copy of the store, or a backup, holds none. Each webhook and each generation has its own.
"""

import hmac
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from synergie.proof import webhook
from synergie.storage.trust.webhooks import Hook

OVERLAP_DAYS = 7
"""How long messages bear the signature of the key before, too."""


@dataclass(frozen=True, slots=True)
class WebhookKeys:
    """The secrets of all webhooks of a server, from its *root* secret (32 bytes)."""

    root: bytes = field(repr=False)

    def secret(self, hook: Hook, generation: int | None = None) -> str:
        """The secret of *hook*, of its present generation or of the one given."""
        which = hook.generation if generation is None else generation
        text = f"{hook.id}\x1f{which}\x1f{hook.signature}".encode()
        return webhook.secret_of(hmac.digest(self.root, text, sha256), hook.signature)

    def signing(self, hook: Hook, *, now: datetime) -> list[str]:
        """What a message is signed with: two secrets while a rotation lasts."""
        secrets = [self.secret(hook)]
        if hook.previous_until is not None and now < hook.previous_until:
            secrets.append(self.secret(hook, hook.generation - 1))
        return secrets

    def fingerprint(self, hook: Hook) -> str:
        """By which it is known later that the secret is still the same."""
        return sha256(self.secret(hook).encode()).hexdigest()

    def hold(self, hook: Hook) -> bool:
        """Whether the secret is the one that the receiver was told."""
        return hmac.compare_digest(self.fingerprint(hook), hook.fingerprint)
