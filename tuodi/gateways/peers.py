"""Which peer stands behind each source: an address from the peer file, the demo departments, or none yet.

`TUODI_SOURCES` names a JSON file, kept with the keys and not in the database:
    {"vehicles": {"url": "https://10.0.3.7/check", "key": "<64 hex digits>", "seconds": 30}}
Only addresses in that file are ever called; redirects are not followed.
"""

from __future__ import annotations

import functools
import http.client
import json
import os
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, hmac
from django.conf import settings

from tuodi.gateways.sources import SourceClient, Transport, Unavailable

LARGEST_ANSWER = 64 * 1024 * 1024  # bytes


@dataclass(frozen=True)
class HttpPeer:
    """A department's address. One POST per message; the answer must be whole within `seconds`, however it drips."""

    url: str
    seconds: float = 30.0

    def __call__(self, message: bytes) -> bytes:
        parts = urlsplit(self.url)
        assert parts.scheme in ("https", "http") and parts.hostname, self.url
        deadline = time.monotonic() + self.seconds
        line: http.client.HTTPConnection
        if parts.scheme == "https":
            line = http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=self.seconds, context=ssl.create_default_context()
            )
        else:
            line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=self.seconds)
        try:
            line.request(
                "POST", parts.path or "/", body=message, headers={"Content-Type": "application/json"}
            )
            reply = line.getresponse()
            if reply.status != 200:
                raise Unavailable("error")
            return self._whole(line, reply, deadline)
        except TimeoutError:
            raise Unavailable("timeout") from None
        except http.client.IncompleteRead:
            raise Unavailable("half") from None
        except ConnectionError:  # 对方挂断（RemoteDisconnected 也在此列）
            raise Unavailable("refused") from None
        except http.client.HTTPException:
            raise Unavailable("garbage") from None
        except OSError:
            raise Unavailable("refused") from None
        finally:
            line.close()

    def _whole(
        self, line: http.client.HTTPConnection, reply: http.client.HTTPResponse, deadline: float
    ) -> bytes:
        parts: list[bytes] = []
        size = 0
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Unavailable("timeout")
            if line.sock is not None:
                line.sock.settimeout(left)
            part = reply.read1(65536)
            if not part:
                break
            parts.append(part)
            size += len(part)
            if size > LARGEST_ANSWER:
                raise Unavailable("garbage")
        if reply.length:  # 声明的长度未到齐
            raise Unavailable("half")
        return b"".join(parts)


def unconnected(_message: bytes) -> bytes:
    """The peer of a source nobody has connected yet."""
    raise Unavailable("unconnected")


def demo_key(source: str) -> bytes:
    """The signing key shared with the demo department of a source, made from the installation's own."""
    made = hmac.HMAC(settings.KEYS.anchor_key, hashes.SM3())
    made.update(f"source:{source}".encode())
    return made.finalize()


@functools.lru_cache(maxsize=1)
def peer_file(path: str) -> dict[str, dict[str, object]]:
    """The peer records by source."""
    return json.loads(Path(path).read_text()) if path else {}


def all_local(sources: Iterable[str]) -> bool:
    """Whether every one of `sources` is answered by the demo departments in this process."""
    configured = peer_file(os.environ.get("TUODI_SOURCES", ""))
    return bool(settings.DEMO) and not any(s in configured for s in sources)


def client_for(source: str) -> SourceClient:
    """The client of a source: its configured peer, in a demo the seeded department, else one that says unconnected."""
    peer = peer_file(os.environ.get("TUODI_SOURCES", "")).get(source)
    transport: Transport
    if peer is not None:
        transport = HttpPeer(str(peer["url"]), float(peer.get("seconds", 30)))  # type: ignore[arg-type]
        return SourceClient(source, transport, bytes.fromhex(str(peer["key"])))
    if settings.DEMO:
        from tuodi.gateways import departments  # 演示部门的模型只在演示时用到

        return SourceClient(source, departments.transport(source), demo_key(source))
    return SourceClient(source, unconnected, demo_key(source))
