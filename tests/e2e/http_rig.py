"""For http_probes.py: real hubs with users of each role, and callers that send octets as they like."""

import json
import pathlib
import socket
import ssl
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"))
from province import Province, wait_for

PASSWORD = "một mật khẩu dài"
ROLES = ("viewer", "clerk", "operator", "admin")
SECURITY = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                               "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
}


class Reply:
    def __init__(self, octets=b"", is_head=False):
        head, _, rest = octets.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split(" ")[1]) if octets else 0
        self.fields = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
        length = 0 if is_head or self.status in (204, 304) else int(self["content-length"] or 0)
        self.body, self.rest = rest[:length], rest[length:]

    def __getitem__(self, name):
        return next((value for known, value in self.fields if known == name), "")

    def all(self, name):
        return [value for known, value in self.fields if known == name]

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        """Of a problem; empty when it is none."""
        return self.json.get("code", "") if self["content-type"] == "application/problem+json" else ""

    @property
    def cookie(self):
        """The session that this reply gives, as NAME=VALUE."""
        return self["set-cookie"].partition(";")[0]


class Hub:
    """A real hub; users with a session each."""

    def __init__(self, folder, binaries, agencies, is_tls=False):
        self.province = Province(folder, binaries, agencies)
        self.port, self.is_tls = self.province.http_port, is_tls
        self.host, self.cookies, self.replies = f"127.0.0.1:{self.port}", {}, []
        self.origin = ("https://" if is_tls else "http://") + self.host

    def start(self):
        province = self.province
        # Without a broker the hub is degraded, and its door as open as ever.
        province.broker_port = getattr(province, "broker_port", 1)
        province.write_settings()
        if self.is_tls:
            settings = province.folder / "hub.toml"
            pair = '[http]\ncertificate_file = "pki/hub.pem"\nkey_file = "pki/hub.key"'
            settings.write_text(settings.read_text().replace("[http]", pair))
        province.start_hub()
        wait_for("the hub to listen", lambda: self.is_alive(), 60)

    def is_alive(self):
        try:
            return self.ask("GET", "/livez").status == 200
        except OSError:
            return False

    def log(self):
        return (self.province.folder / "hub.log").read_bytes()

    def one_time_code(self):
        command = [self.province.bin / "lgsp-hub", "--login-code", self.province.folder / "hub.toml"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    # ---- Octets

    def connect(self, source="127.0.0.1"):
        plain = socket.create_connection(("127.0.0.1", self.port), 20, (source, 0))
        if not self.is_tls:
            return plain
        context = ssl.create_default_context(cafile=self.province.folder / "pki" / "ca.pem")
        context.check_hostname = False
        return context.wrap_socket(plain)

    def talk(self, octets, source="127.0.0.1"):
        """Everything that is answered until the hub hangs up; octets must make it do so."""
        answer = b""
        with self.connect(source) as link:
            try:
                link.sendall(octets)
                while more := link.recv(65536):
                    answer += more
            except OSError:
                pass  # It hung up while it was still being told something.
        return answer

    def raw(self, octets, source="127.0.0.1"):
        """The replies to octets, with a last request behind them after which the hub hangs up."""
        answer = self.talk(octets, source)
        replies = []
        while answer:
            replies.append(Reply(answer))
            answer = replies[-1].rest
        self.replies += replies
        return replies

    # ---- Requests

    def request(self, method, target, body=None, cookie="", headers=None, mark=True):
        fields = {"Host": self.host, "Connection": "close"}
        if cookie:
            fields["Cookie"] = cookie
        if mark and method not in ("GET", "HEAD"):
            fields["X-Lgsp-Request"] = "1"
        if body is not None:
            octets = body if isinstance(body, bytes) else json.dumps(body).encode()
            fields |= {"Content-Type": "application/json", "Content-Length": str(len(octets))}
        fields |= headers or {}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)
        return f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + (octets if body is not None else b"")

    def ask(self, method, target, body=None, source="127.0.0.1", **how):
        reply = Reply(self.talk(self.request(method, target, body, **how), source), method == "HEAD")
        self.replies.append(reply)
        return reply

    def as_(self, role, method, target, body=None, **how):
        return self.ask(method, target, body, cookie=self.cookies[role], **how)

    # ---- Users

    def sign_in(self, name, password=PASSWORD, **how):
        more = {key: how.pop(key) for key in ("bearer", "code") if key in how}
        return self.ask("POST", "/v1/session", {"name": name, "password": password, **more}, **how)

    def add(self, name, role, **more):
        """A user and a session of it, as a cookie."""
        made = self.as_("admin", "POST", "/v1/users", {"name": name, "role": role, "password": PASSWORD, **more})
        assert made.status == 200, made.body
        return self.sign_in(name).cookie

    def add_users(self):
        self.cookies["admin"] = self.sign_in("admin", code=self.one_time_code()).cookie
        for role in ("viewer", "operator"):
            self.cookies[role] = self.add(role, role)
        self.cookies["clerk"] = self.add("clerk", "clerk", agency="H43.01")
