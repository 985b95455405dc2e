"""Input that nobody should send, to the JSON interface of lgsp-gateway: for gateway_json.py. What comes back is a
problem of the contract or a closed connection, never 500, and the gateway goes on."""

import json
import socket

from json_client import JsonClient

NUL_FREE_ODDITIES = {
    "deep": b'{"receivers":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep object": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "invalid UTF-8": b'{"subject":"\xff\xfe"}',
    "overlong UTF-8": b'{"subject":"\xc0\xaf"}',
    "lone surrogate": rb'{"subject":"\ud800"}',
    "NUL": rb'{"subject":"a\u0000b"}',
    "not a character": '{"subject":"\uffff"}'.encode(),
    "number": b'{"number":1e999999}',
    "long number": b'{"number":' + b"9" * 100_000 + b"}",
    "BOM": b"\xef\xbb\xbf{}",
    "two values": b"{}{}",
    "comment": b"{/* */}",
    "null": b"null",
    "nothing": b"",
    "many fields": b"{" + b",".join(b'"f%d":1' % n for n in range(20_000)) + b"}",
    "field without end": b'{"' + b"a" * 250_000,
}


def raw(port, octets, closes=True):
    """What comes back; an empty answer is a connection that was closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as caller:
        caller.sendall(octets)
        if closes:
            caller.shutdown(socket.SHUT_WR)
        answer = b""
        while True:
            try:
                piece = caller.recv(65536)
            except ConnectionResetError:
                return answer
            if not piece:
                return answer
            answer += piece


def odd_requests(token, boundary="b"):
    auth = f"Authorization: Bearer {token}\r\n"
    ends = f"Host: x\r\n{auth}Connection: close\r\n"
    form = f"POST /v1/documents HTTP/1.1\r\n{ends}Content-Type: multipart/form-data; boundary={boundary}\r\n"
    part = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n'
    bodies = {
        "65 files": part * 65 + "--b--\r\n",
        "a part without a name": "--b\r\n\r\nx\r\n--b--\r\n",
        "a part with a large header": "--b\r\nX: " + "a" * 200_000 + "\r\n\r\nx\r\n--b--\r\n",
        "no part": "--b--\r\n",
        "metadata twice": ('--b\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{}\r\n' * 2) + "--b--\r\n",
        "a name with a line end": '--b\r\nContent-Disposition: form-data; name="file"; filename="a\rb"\r\n\r\nx\r\n--b--\r\n',
        "a name that is too long": f'--b\r\nContent-Disposition: form-data; name="file"; filename="{"a" * 5000}"\r\n\r\nx\r\n--b--\r\n',
        "cut short": part[:40],
    }
    for what, body in bodies.items():
        yield what, f"{form}Content-Length: {len(body.encode())}\r\n\r\n{body}".encode()
    for bad in ("", "a" * 100, "x y", '"'):
        yield f"boundary {bad[:5]!r}", (f"POST /v1/documents HTTP/1.1\r\n{ends}Content-Type: multipart/form-data; boundary={bad}\r\n"
                                        "Content-Length: 2\r\n\r\nxx").encode()
    for line in ("HEAD /v1/inbox HTTP/1.1", "OPTIONS * HTTP/1.1", "TRACE /v1/inbox HTTP/1.1", "GET http://x/v1/inbox HTTP/1.1",
                 "GET /v1/inbox HTTP/1.0", "GET /v1/inbox HTTP/9.9", "GET  /v1/inbox HTTP/1.1", "GET", "\x00\x01\x02",
                 "GET /v1/inbox?" + "a" * 60_000 + " HTTP/1.1", "GET /v1/inbox?after=9223372036854775807.x HTTP/1.1",
                 "GET /v1/inbox?limit=99999999999999999999 HTTP/1.1", "GET /v1/inbox?limit=0 HTTP/1.1",
                 "GET /v1/inbox?limit=-1 HTTP/1.1", "GET /v1/inbox?after=-1.x HTTP/1.1", "GET /v1//inbox HTTP/1.1",
                 "GET /v1/inbox/%00/packet HTTP/1.1", "GET /v1/inbox/' OR 1=1 --/packet HTTP/1.1",
                 "GET /v1/documents/" + "a" * 50_000 + " HTTP/1.1"):
        yield line[:40], f"{line}\r\n{ends}\r\n".encode()
    yield "two lengths", f"POST /v1/documents HTTP/1.1\r\n{ends}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd".encode()
    yield "length and chunks", (f"POST /v1/documents HTTP/1.1\r\n{ends}Content-Type: application/edxml+xml\r\n"
                                "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n").encode()
    yield "a broken chunk", (f"POST /v1/documents HTTP/1.1\r\n{ends}Content-Type: application/edxml+xml\r\n"
                             "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n").encode()
    yield "a GET with a body", f"GET /v1/inbox HTTP/1.1\r\n{ends}Content-Length: 5\r\n\r\nhello".encode()
    yield "two keys", (f"POST /v1/documents HTTP/1.1\r\n{ends}Idempotency-Key: a\r\nIdempotency-Key: b\r\n"
                       "Content-Type: application/edxml+xml\r\nContent-Length: 0\r\n\r\n").encode()
    yield "many fields", (f"GET /v1/inbox HTTP/1.1\r\n{ends}" + "X: y\r\n" * 20_000 + "\r\n").encode()
    yield "two tokens", f"GET /v1/inbox HTTP/1.1\r\nHost: x\r\n{auth}Authorization: Bearer other\r\nConnection: close\r\n\r\n".encode()
    yield "a negative length", f"POST /v1/documents HTTP/1.1\r\n{ends}Content-Length: -1\r\n\r\n".encode()


def status_of(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def throw_everything(port, client, row_id, good):
    """Gives what was wrong with the answers."""
    found = []
    for what, octets in odd_requests(client.token):
        status = status_of(raw(port, octets))
        if status >= 500 or status in (201, 202):
            found.append(f"{what}: {status}")
    for what, octets in NUL_FREE_ODDITIES.items():
        answers = {"metadata": client.submit(octets, [("a.pdf", b"%PDF-")]),
                   "recall": client.call("POST", "/v1/documents/x/recall", octets, {"Content-Type": "application/json"}),
                   "acknowledgement": client.call("POST", f"/v1/inbox/{row_id}/acknowledgement", octets,
                                                  {"Content-Type": "application/json"}),
                   "status": client.call("POST", f"/v1/inbox/{row_id}/status", octets, {"Content-Type": "application/json"})}
        for where, answer in answers.items():
            if not 400 <= answer.status < 500:
                found.append(f"{what} as {where}: {answer.status} {answer.body[:200]}")
    oddities = [("receivers", ["H43.02", "H43.02"]), ("receivers", ["H43.02"] * 2001), ("receivers", ["null"]),
                ("receivers", [{}]), ("receivers", [["H43.02"]]), ("subject", "\ufffe"), ("subject", "x" * 5000),
                ("subject", "<![CDATA[ ]]>" * 300), ("document_id", "\u202e"), ("business", {"kind": "update", "refers_to": "x" * 4097, "reason": "r"}),
                ("response_for", [{}] * 2001), ("to_places", ["x" * 4096] * 60), ("signer", []), ("due", "2026-02-30"),
                ("date", "0000-00-00"), ("urgency", 4)]
    for field, value in oddities:
        answer = client.submit({**good, field: value}, [("a.pdf", b"%PDF-")])
        # An id is its sender's, places are free text: both are carried as they are.
        is_carried = answer.status == 201 and field in ("document_id", "to_places")
        if not is_carried and not 400 <= answer.status < 500:
            found.append(f"{field} = {json.dumps(value)[:60]}: {answer.status} {answer.body[:200]}")
    for name in ("../../../etc/passwd", "..", ".", "a/", "con\\aux", "x" * 4000, "a;b", "a%00b", "\u202egpj.exe"):
        answer = client.submit({**good, "number": "8" + str(len(name))}, [(name, b"%PDF-" + name.encode())])
        if answer.status >= 500:
            found.append(f"file name {name[:20]!r}: {answer.status}")
    lower = JsonClient(port, client.token, client.contract)
    if lower.call("GET", "/v1/inbox", headers={"Authorization": f"bearer {client.token}"}).status != 200:
        found.append("the scheme of the token is written in any case")
    return found
