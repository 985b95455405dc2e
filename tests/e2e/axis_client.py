"""A client of the national axis, written from its description alone: nothing of the project's own code. And the
simulator as a process. For axis_sim.py."""

import base64
import datetime
import hashlib
import hmac
import http.client
import json
import os
import signal
import subprocess
import threading
import uuid

VERSION = "3.0.201608"
VIETNAM = datetime.timezone(datetime.timedelta(hours=7))


def axis_time(at=None):
    at = at or datetime.datetime.now(VIETNAM)
    return at.strftime("%d%m%YT%H%M%S") + f"+{at.microsecond // 1000:04d}"


def unpadded_hex(octets):
    return "".join(f"{octet:x}" for octet in hashlib.sha256(octets).digest())


class Simulator:
    """lgsp-axis-sim with settings of its own, on free ports."""

    def __init__(self, program, folder, units=None):
        self.program, self.folder = program, folder
        subprocess.run([program, "--init", folder], check=True)
        path = os.path.join(folder, "axis-sim.toml")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        text = text.replace("port = 7800", "port = 0").replace("port = 7801", "port = 0")
        text = text.replace('[axis]\n', '[axis]\npacket_mib_max = 2\nhash_file = "sdk"\n')
        if units:
            text += f"\n[directory]\nunits = {units}\n"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        self.log = os.path.join(folder, "calls.jsonl")
        self.start()

    def start(self):
        config = os.path.join(self.folder, "axis-sim.toml")
        self.process = subprocess.Popen([self.program, "--config", config, "--json"], stdout=subprocess.PIPE, text=True,
                                        encoding="utf-8")
        first = json.loads(self.process.stdout.readline())
        self.host, self.port, self.path = self._parts(first["listening"])
        self.control_port = self._parts(first["control"])[1]
        self.lines = []
        self.reader = threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self.reader.start()

    @staticmethod
    def _parts(url):
        host, _, path = url.split("//")[1].partition("/")
        name, port = host.rsplit(":", 1)
        return name, int(port), "/" + path

    def _read(self, stream):
        self.lines.extend(json.loads(line) for line in stream)

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(20)
        self.reader.join(20)
        return self.process.returncode

    def secret(self, system_id):
        with open(os.path.join(self.folder, system_id + ".secret"), encoding="utf-8") as file:
            return file.read().strip()

    def control(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.control_port, timeout=20)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read())

    def faults(self, *rules, seed=1):
        status, reply = self.control("PUT", "/faults", {"seed": seed, "faults": list(rules)})
        assert status == 200, reply

    def client(self, system_id, secret=None):
        return Client(self, system_id, secret or self.secret(system_id))


class Client:
    def __init__(self, simulator, system_id, secret):
        self.simulator, self.system_id, self.secret = simulator, system_id, secret

    def headers(self, parameters, at=None, version=VERSION):
        """All parameters, then the four fields of the signature."""
        named = {"systemid": self.system_id, "timestamp": axis_time(at), **parameters}
        text = json.dumps({"XroadVnpt-" + name: value for name, value in named.items()})
        fields = {"XroadVnpt-" + name: value.encode().decode("latin-1") for name, value in named.items()}
        fields["XroadVnpt-sign-header-key"] = ";".join(named)
        fields["XroadVnpt-sign-header"] = text
        fields["XroadVnpt-hash-header"] = hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        fields["XroadVnpt-version"] = version
        fields["User-Agent"] = "JAVASDKAgent/1.0.0 XRoad/VPCP"
        return fields

    def raw(self, method, path, headers, body=b"", timeout=20):
        """(HTTP status, body)."""
        connection = http.client.HTTPConnection(self.simulator.host, self.simulator.port, timeout=timeout)
        try:
            connection.request(method, self.simulator.path + path, body, headers)
            reply = connection.getresponse()
            return reply.status, reply.read()
        finally:
            connection.close()

    def call(self, method, path, body=b"", timeout=20, **parameters):
        """The reply frame. Names with "_" stand for "-"."""
        named = {name.replace("_", "-"): value for name, value in parameters.items()}
        status, text = self.raw(method, path, self.headers(named), body, timeout)
        assert status == 200, (status, text)
        return json.loads(text)

    def upload(self, packet, kind="edoc", sender="H43", part="file_doc", timeout=20, **more):
        parameters = {"from": sender, "servicetype": "eDoc", "messagetype": kind, "hash-file": unpadded_hex(packet), **more}
        boundary = uuid.uuid4().hex
        body = (f'--{boundary}\r\nContent-Disposition: form-data; name="{part}"; filename="x.edxml"\r\n'
                "Content-Type: application/octet-stream\r\n\r\n").encode() + packet + f"\r\n--{boundary}--\r\n".encode()
        headers = self.headers(parameters)
        headers["Content-Type"] = "multipart/form-data; boundary=" + boundary
        return self.raw("POST", "/sendEdoc", headers, body, timeout)

    def send(self, packet, **more):
        status, text = self.upload(packet, **more)
        assert status in (200, 413), (status, text)
        return json.loads(text)

    def received(self, kind="edoc"):
        return self.call("POST", "/getReceivedEdocList", servicetype="eDoc", messagetype=kind)["data"]

    def sent(self, kind="edoc", **more):
        return self.call("POST", "/getSentEdocList", servicetype="eDoc", messagetype=kind, **more)["data"]

    def fetch(self, doc_id):
        return base64.b64decode(self.call("POST", "/getEdoc", docId=doc_id)["data"], validate=True)

    def acknowledge(self, doc_id, state, **more):
        return self.call("POST", "/updateStatus", docid=doc_id, status=state, **more)
