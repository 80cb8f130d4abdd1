"""What a token may open, one word a noun and a verb (RFC 6749 §3.3)."""

SCOPES: tuple[str, ...] = (
    "organisations:read",
    "sites:read",
    "sites:write",
    "supply-points:read",
    "supply-points:write",
    "series:read",
    "series:write",
    "curves:read",
    "curves:write",
    "cabinets:read",
    "cabinets:write",
    "light-points:read",
    "light-points:write",
    "agreements:read",
    "agreements:write",
    "profiles:read",
    "profiles:write",
    "batches:read",
    "changes:read",
    "deposits:write",
    "records:read",
    "freshness:read",
)
"""Every scope of this server. A route that names two asks for both."""
