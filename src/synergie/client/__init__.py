"""The client library: calls as small typed values, one auth flow, two thin clients."""
