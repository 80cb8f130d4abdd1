"""The relay before a server that is made up: what it asks, what it passes on, when it gives up."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any, override

import httpx2
import pytest

from synergie.client import Auth
from synergie.client.keys import new_key
from synergie.client.relay import Relay
from synergie.proxy import Door, Opened, Proxy, new_secret
from tests.http_client import HttpClient
from tests.server.partner import NOW

SERVER = "https://echange.example"
AGREEMENT = "agr_0123456789abcdef"
SECRET = new_secret()
HOME = f"http://127.0.0.1:8001/{SECRET}"

type Handler = Callable[[httpx2.Request], httpx2.Response]


class Fake:
    """A server of somebody: its metadata, its tokens, and what a test says of the rest."""

    def __init__(self, answer: Handler) -> None:
        self.answer = answer
        self.asked: list[httpx2.Request] = []
        self.tokens = 0
        self.refusal: dict[str, str] | None = None

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path.startswith("/.well-known/"):
            told = {"issuer": SERVER, "token_endpoint": f"{SERVER}/token"}
            return httpx2.Response(200, json=told)
        if request.url.path == "/token":
            if self.refusal is not None:
                return httpx2.Response(400, json=self.refusal)
            self.tokens += 1
            made = {"access_token": f"t{self.tokens}", "token_type": "DPoP", "expires_in": 300}
            return httpx2.Response(200, json=made, headers={"DPoP-Nonce": "secret-nonce"})
        self.asked.append(request)
        return self.answer(request)


@contextmanager
def _relay(fake: Fake, log: list[str] | None = None) -> Iterator[HttpClient]:
    auth = Auth(new_key(), "relais", SERVER, agreements=[AGREEMENT])
    proxy = Proxy(
        relay=Relay(SERVER, auth, transport=httpx2.MockTransport(fake)),
        opened=Opened(server=SERVER, client="relais", agreement=AGREEMENT),
        door=Door.of("127.0.0.1", 8001, SECRET),
        clock=lambda: NOW,
        log=(log if log is not None else []).append,
    )
    yield HttpClient(proxy, base_url=HOME)  # not entered: the relay has no lifespan


def _of(**headers: str) -> Handler:
    return lambda _: httpx2.Response(200, headers=headers, content=b"{}")


def test_each_reading_bears_a_token_a_fresh_proof_and_the_agreement() -> None:
    fake = Fake(_of())
    with _relay(fake) as tool:
        for _ in range(2):
            tool.get("v1/sites?limit=5", headers={"Authorization": "Bearer x", "Cookie": "a=b"})
    first, second = fake.asked
    assert first.headers["Authorization"] == "DPoP t1"
    assert first.headers["DPoP"] != second.headers["DPoP"]
    assert "Cookie" not in first.headers
    assert str(first.url) == f"{SERVER}/v1/sites?limit=5&agreement={AGREEMENT}"
    assert fake.tokens == 1


def test_a_part_and_a_condition_come_through_with_their_answers() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.headers.get("If-None-Match") == '"v1"':
            return httpx2.Response(304, headers={"ETag": '"v1"'})
        assert request.headers["Range"] == "bytes=2-3"
        assert request.headers["Accept-Encoding"] == "identity"
        told = {"Content-Range": "bytes 2-3/9", "ETag": '"v1"', "Content-Length": "2"}
        return httpx2.Response(206, headers=told, content=b"cd")

    with _relay(Fake(answer)) as tool:
        part = tool.get("v1/curves", headers={"Range": "bytes=2-3"})
        same = tool.get("v1/curves", headers={"If-None-Match": '"v1"'})
    assert (part.status_code, part.content, part.headers["Content-Range"]) == (
        206, b"cd", "bytes 2-3/9",
    )  # fmt: skip
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", '"v1"')


def test_links_lead_back_to_the_relay_and_bodies_of_v1_stay_as_they_are() -> None:
    body = json.dumps({"links": [{"rel": "next", "href": f"{SERVER}/ogc/own?o=2"}]})

    def answer(_: httpx2.Request) -> httpx2.Response:
        told = {
            "Content-Type": "application/geo+json", "Link": f'<{SERVER}/ogc>; rel="next"',
            "Access-Control-Allow-Origin": "*", "Set-Cookie": "a=b", "DPoP-Nonce": "n",
        }  # fmt: skip
        return httpx2.Response(200, headers=told, text=body)

    with _relay(Fake(answer)) as tool:
        mapped, data = tool.get("ogc"), tool.get("v1/sites")
    assert mapped.json()["links"][0]["href"] == f"{HOME}/ogc/own?o=2"
    assert mapped.headers["Link"] == f'<{HOME}/ogc>; rel="next"'
    assert data.text == body
    gone = {"access-control-allow-origin", "set-cookie", "dpop-nonce"}
    assert not gone & {name.lower() for name in mapped.headers}


def test_a_server_that_does_not_answer_is_told_in_a_french_sentence() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused", request=request)

    with _relay(Fake(answer)) as tool:
        found = tool.get("v1/sites")
    assert found.status_code == 502
    assert "ne répond pas" in found.json()["detail"]
    assert found.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("word", "status"),
    [("invalid_authorization_details", 403), ("invalid_client", 502), ("invalid_scope", 403)],
)
def test_no_token_any_more_is_told_apart_from_a_key_that_is_not_known(
    word: str, status: int
) -> None:
    fake = Fake(_of())
    fake.refusal = {"error": word}
    with _relay(fake) as tool:
        for path in ("v1/sites", "tables/sites.csv", "grafana/series"):
            found = tool.get(path)
            assert found.status_code == status
            assert word in found.json()["detail"]
    assert fake.asked == []


def test_a_token_that_is_refused_is_replaced_once() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.headers["Authorization"] == "DPoP t1":
            return httpx2.Response(
                401, headers={"WWW-Authenticate": 'DPoP error="invalid_token"'}, content=b"no"
            )
        return httpx2.Response(200, json={"items": [], "next": None})

    fake = Fake(answer)
    with _relay(fake) as tool:
        assert tool.get("v1/sites").status_code == 200
    assert fake.tokens == 2


def test_a_table_goes_on_from_page_to_page() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        after = request.url.params.get("after")
        items = [{"id": f"sit_{after or 0}", "name": "=cmd()", "owner": "o"}]
        return httpx2.Response(200, json={"items": items, "next": None if after else "1"})

    with _relay(Fake(answer)) as tool:
        rows = tool.get("tables/sites.csv").text.splitlines()
        flat: list[dict[str, Any]] = tool.get("tables/sites.json").json()
        upserts = tool.get("grist/sites").json()["records"]
    assert len(rows) == 3
    assert "'=cmd()" in rows[1]
    assert [row["id"] for row in flat] == ["sit_0", "sit_1"]
    assert [record["require"]["id"] for record in upserts] == ["sit_0", "sit_1"]


def test_what_breaks_in_the_middle_is_never_taken_for_whole() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.params.get("after"):
            return httpx2.Response(503)
        return httpx2.Response(200, json={"items": [{"id": "sit_0"}], "next": "1"})

    with _relay(Fake(answer)) as tool, pytest.raises(Exception, match="503"):
        tool.get("tables/sites.csv")


def test_the_log_tells_hour_path_status_and_size_on_one_line() -> None:
    log: list[str] = []
    with _relay(Fake(_of()), log) as tool:
        tool.get("v1/sites?x=secret")
        tool.get("v1/%0d%0aFAUX")
    at = f"{NOW:%H:%M:%S}"
    assert log[0] == f"{at} GET /v1/sites 200 2 B"
    assert "\n" not in log[1]
    assert SECRET not in "".join(log)


class Endless(httpx2.AsyncByteStream):
    """A body without end; knows whether it was let go."""

    def __init__(self) -> None:
        self.closed = False

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0)
            yield b"x" * 1000

    @override
    async def aclose(self) -> None:
        self.closed = True


def test_a_tool_that_leaves_ends_the_reading_on_the_server() -> None:
    body = Endless()
    fake = Fake(lambda _: httpx2.Response(200, stream=body))
    sent: list[Any] = []
    enough = asyncio.Event()

    async def receive() -> dict[str, str]:
        await enough.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)
        if len(sent) > 5:
            enough.set()

    scope = {
        "type": "http", "method": "GET", "path": f"/{SECRET}/v1/curves", "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:8001")],
    }  # fmt: skip
    with _relay(fake) as tool:
        asyncio.run(asyncio.wait_for(tool.app(scope, receive, send), 30))
    assert body.closed
