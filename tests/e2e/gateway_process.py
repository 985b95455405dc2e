"""lgsp-gateway as a process in a Province, and its callers: for gateway.py and gateway_load.py."""

import os
import secrets
import socket

from axis_client import Client
from province import free_port, wait_for


class Gateway:
    """What axis_client.Client needs of an axis, and the process."""

    def __init__(self, province, codes, limits="", listen="", more=""):
        self.province, self.codes = province, codes
        self.host, self.port, self.path = "127.0.0.1", free_port(), "/XrdAdapter/adapter"
        self.config = province.folder / "gateway.toml"
        self.log = province.folder / "gateway.log"
        agencies = ""
        for code in codes:
            file = province.folder / f"{code}.secret"
            if not file.exists():
                file.touch(mode=0o600)
                file.write_text(secrets.token_hex(24) + "\n")
            agencies += (f'[[agency]]\ncode = "{code}"\nsystem_id = "{self.system_id(code)}"\n'
                         f'secret_file = "{code}.secret"\n'
                         f'broker_password_file = "broker/{code}.password"\ncertificate_file = "pki/{code}.pem"\n'
                         f'key_file = "pki/{code}.key"\n')
        self.config.write_text(f"""
[listen]
port = {self.port}
{listen}
[gateway]
folder = "gateway"
agencies_file = "agencies.toml"
[limits]
{limits}
[log]
language = "en"
[broker]
url = "amqp://127.0.0.1:{province.broker_port}/lgsp"
[hub]
certificate_file = "pki/hub.pem"
[contents]
url = "https://127.0.0.1:{province.contents_port}"
ca_file = "pki/ca.pem"
{agencies}{more}""")

    @staticmethod
    def system_id(code):
        return "00.43." + code

    def start(self):
        self.province.spawn("gateway", self.province.bin / "lgsp-gateway", "--config", self.config)
        wait_for("the gateway to listen", self.is_listening, 60)

    def is_listening(self):
        with socket.socket() as caller:
            return caller.connect_ex((self.host, self.port)) == 0

    def kill(self):
        self.province.kill("gateway")

    def client(self, code, secret=None):
        return Client(self, self.system_id(code), secret or (self.province.folder / f"{code}.secret").read_text().strip())

    @property
    def process(self):
        return self.province.processes["gateway"]

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            values = dict(line.split(":", 1) for line in file)
        return {name: round(int(values[name].split()[0]) / 1024, 1) for name in ("VmRSS", "VmHWM")}

    def connections_to(self, port):
        """Established ones of the process, by /proc."""
        own = set()
        for descriptor in os.listdir(f"/proc/{self.process.pid}/fd"):
            try:
                own.add(os.readlink(f"/proc/{self.process.pid}/fd/{descriptor}"))
            except FileNotFoundError:
                pass
        with open("/proc/net/tcp", encoding="ascii") as file:
            for fields in (line.split() for line in list(file)[1:]):
                if fields[2] == f"0100007F:{port:04X}" and fields[3] == "01" and f"socket:[{fields[9]}]" in own:
                    yield fields[1]

    def threads(self):
        return len(os.listdir(f"/proc/{self.process.pid}/task"))
