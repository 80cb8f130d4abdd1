"""A check of the journal's head that runs none of our code: Python and a free JOSE library."""

INDEPENDENT = """\
# python -m pip install joserfc
import json, urllib.request
from joserfc import jws
from joserfc.jwk import KeySet

SERVER = "{server}"
read = lambda path: json.load(urllib.request.urlopen(SERVER + path))

keys = KeySet.import_key_set(read("/jwks"))
head = read("/audit/head")
signed = jws.deserialize_compact(head["jws"], keys, algorithms={algorithms})
claims = json.loads(signed.payload)
assert claims["iss"] == SERVER and claims["root"] == head["root"], "not this server's head"
print(claims["tree_size"], "records, root", claims["root"])
"""
"""`{server}` and `{algorithms}` are filled in by the page."""


def build_check_script(server: str, algorithms: tuple[str, ...]) -> str:
    """The check, for the server at the public address *server*."""
    return INDEPENDENT.replace("{server}", server).replace("{algorithms}", repr(list(algorithms)))
