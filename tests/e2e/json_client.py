"""A system without XML in front of lgsp-gateway, written from gateway.openapi.yaml alone; and where it is told of what
happens. For gateway_json.py."""

import http.client
import http.server
import json
import threading
import time
import uuid


class Answer:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body

    @property
    def json(self):
        return json.loads(self.body)


class JsonClient:
    """Every answer is held against the contract."""

    def __init__(self, port, token, contract, tls=None):
        self.port, self.token, self.contract, self.tls = port, token, contract, tls

    def call(self, method, target, body=None, headers=None, timeout=30):
        headers = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        if isinstance(body, dict):
            body = json.dumps(body, ensure_ascii=False).encode()
            headers.setdefault("Content-Type", "application/json")
        connection = (http.client.HTTPSConnection("127.0.0.1", self.port, timeout=timeout, context=self.tls) if self.tls
                      else http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout))
        try:
            connection.request(method, target, body, headers)
            reply = connection.getresponse()
            answer = Answer(reply.status, dict(reply.getheaders()), reply.read())
        finally:
            connection.close()
        self.contract.check(method, target, answer.status, answer.fields["Content-Type"], answer.body)
        return answer

    def get(self, target, **how):
        return self.call("GET", target, **how)

    def post(self, target, body, key=None, **headers):
        return self.call("POST", target, body, {**({"Idempotency-Key": key} if key else {}), **headers})

    @staticmethod
    def form(metadata, files):
        boundary = uuid.uuid4().hex
        if not isinstance(metadata, (bytes, type(None))):
            metadata = json.dumps(metadata, ensure_ascii=False).encode()
        body = b""
        if metadata is not None:
            body += (f'--{boundary}\r\nContent-Disposition: form-data; name="metadata"\r\n'
                     f"Content-Type: application/json\r\n\r\n").encode() + metadata + b"\r\n"
        for name, octets in files:
            body += (f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
                     f"Content-Type: application/pdf\r\n\r\n").encode() + octets + b"\r\n"
        return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"

    def submit(self, metadata, files=(), key=None, **headers):
        if isinstance(metadata, dict):
            metadata = {name: value for name, value in metadata.items() if value is not None}
        body, content_type = self.form(metadata, files)
        return self.post("/v1/documents", body, key, **{"Content-Type": content_type, **headers})

    def inbox(self, kind="document"):
        found, after = [], ""
        while True:
            page = self.get(f"/v1/inbox?kind={kind}&limit=7{after}").json
            if not page["packets"]:
                return found
            found += page["packets"]
            after = "&after=" + page["next"]

    def done(self, id_):
        return self.post(f"/v1/inbox/{id_}/acknowledgement", {"state": "done"}).json


class Told:
    """Where webhooks arrive: keeps those whose signature is right, and answers as it is told."""

    def __init__(self, verify, secret):
        self.events, self.wrong, self.begun, self.failures_left, self.pause = [], [], 0, 0, 0
        told = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                if not verify(headers, body, secret):
                    told.wrong.append((headers, body))
                told.begun += 1
                time.sleep(told.pause)
                told.events.append((headers["webhook-id"], headers, body))
                failing = told.failures_left > 0
                told.failures_left -= failing
                try:
                    self.send_response(500 if failing else 204)
                    self.end_headers()
                except ConnectionError:
                    pass  # It has not waited.

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def parsed(self):
        return [json.loads(body) for _, _, body in list(self.events)]

    def of(self, type_, id_):
        return [event["data"] for event in self.parsed() if event["type"] == type_ and event["data"]["id"] == id_]
