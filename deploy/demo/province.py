"""A small province on this machine: a private broker, the hub, and folder adapters, all as real processes."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
NODE = ROOT / "deploy" / "broker" / "node.sh"
HUB_CODE = "H43.LGSP"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(what, condition, seconds):
    """Polls until the condition holds; the deadline is generous and only ends a run that will never end."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        result = condition()
        if result:
            return result
        time.sleep(0.05)
    raise SystemExit(f"gave up after {seconds} s: {what}")


class Province:
    def __init__(self, folder, binaries, agencies, answers=None, province_codes=("H43",), key_type="p256", names=None,
                 over_tls=False):
        self.folder = pathlib.Path(folder)
        self.bin = pathlib.Path(binaries)
        self.agencies = agencies
        self.answers = answers or {}
        self.province_codes = province_codes
        self.names = names or {}
        self.over_tls = over_tls
        self.processes = {}
        self.folder.mkdir(parents=True, exist_ok=True)
        self.http_port = free_port()
        self.contents_port = free_port()
        self.make_once("pki", "--key-type", key_type, "--agencies", *agencies)
        self.make_once("broker", "--agencies", *agencies)

    def make_once(self, name, *arguments):
        """A folder of `lgsp dev`, whole or not at all, whenever this is ended."""
        if not (self.folder / name).exists():
            half = self.folder / f"{name}.half"
            shutil.rmtree(half, ignore_errors=True)
            self.lgsp("dev", name, str(half), *arguments)
            half.rename(self.folder / name)

    def lgsp(self, *arguments, check=True):
        done = subprocess.run([self.bin / "lgsp", *arguments], capture_output=True, text=True)
        if check and done.returncode != 0:
            raise SystemExit(f"lgsp {' '.join(arguments)}: {done.returncode} {done.stderr}{done.stdout}")
        return done

    def ask(self, *arguments, check=True):
        """The hub through the command line, as JSON."""
        done = self.lgsp("--url", f"http://127.0.0.1:{self.http_port}", "--json", *arguments, check=False)
        # 8: answered, and a lamp is red.
        if check and done.returncode not in (0, 8):
            raise SystemExit(f"lgsp {' '.join(arguments)}: {done.returncode} {done.stderr}{done.stdout}")
        return json.loads(done.stdout) if done.stdout else None

    # ---- The broker

    def start_broker(self):
        arguments = ["bash", NODE, "start", self.folder / "node"]
        if not (self.folder / "node" / "port").exists():
            arguments += ["--definitions", self.folder / "broker" / "definitions.json"]
            arguments += ["--tls", self.folder / "pki"] if self.over_tls else []
        done = subprocess.run(arguments, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"RabbitMQ: {done.stderr.strip()}")
        self.broker_port = int((self.folder / "node" / "port").read_text())

    def kill_broker(self):
        subprocess.run(["bash", NODE, "kill", self.folder / "node"], check=True)

    def wipe_broker(self):
        subprocess.run(["bash", NODE, "wipe", self.folder / "node"], check=True)

    def broker_settings(self, user):
        if self.over_tls:
            port = (self.folder / "node" / "tls.port").read_text().strip()
            where = f'url = "amqps://{user}@localhost:{port}/lgsp"\nca_file = "pki/ca.pem"'
        else:
            where = f'url = "amqp://{user}@127.0.0.1:{self.broker_port}/lgsp"'
        return f'[broker]\n{where}\npassword_file = "broker/{user}.password"'

    # ---- Settings

    def write_settings(self, disk_reserve_mib=16, ledger="ledger", more=""):
        """`more`: further lines for the end of the hub's settings, in the section [contents] at first."""
        agencies = ""
        for code, extra in self.agencies.items():
            agencies += f'[[agency]]\ncode = "{code}"\nname = "{self.names.get(code, code)}"\ncertificates = ["pki/{code}.pem"]\n{extra}\n'
        (self.folder / "agencies.toml").write_text(agencies)
        codes = ", ".join(f'"{code}"' for code in self.province_codes)
        (self.folder / "hub.toml").write_text(f"""
[hub]
code = "{HUB_CODE}"
province_codes = [{codes}]
agencies_file = "agencies.toml"
[ledger]
folder = "{ledger}"
disk_reserve_mib = {disk_reserve_mib}
{self.broker_settings("hub")}
[keys]
certificate_file = "pki/hub.pem"
key_file = "pki/hub.key"
[http]
listen = "127.0.0.1:{self.http_port}"
[log]
language = "en"
[contents]
listen = "127.0.0.1:{self.contents_port}"
certificate_file = "pki/hub.pem"
key_file = "pki/hub.key"
folder = "contents"
disk_reserve_mib = {disk_reserve_mib}
{more}""")
        for code in self.agencies:
            answers = self.answers.get(code)
            trial = f'[trial]\nanswers = "{answers}"\n' if answers else ""
            (self.folder / f"{code}.toml").write_text(f"""
[agency]
code = "{code}"
folder = "agency/{code}"
certificate_file = "pki/{code}.pem"
key_file = "pki/{code}.key"
{self.broker_settings(code)}
[hub]
certificate_file = "pki/hub.pem"
[contents]
url = "https://127.0.0.1:{self.contents_port}"
ca_file = "pki/ca.pem"
{trial}""")

    def box(self, code, name):
        return self.folder / "agency" / code / name

    # ---- Processes

    def spawn(self, name, *arguments):
        log = open(self.folder / f"{name}.log", "ab")
        self.processes[name] = subprocess.Popen(arguments, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def start_hub(self):
        self.spawn("hub", self.bin / "lgsp-hub", "--config", self.folder / "hub.toml")

    def start_adapter(self, code):
        self.spawn(f"folder-{code}", self.bin / "lgsp-folder", "--config", self.folder / f"{code}.toml")

    def start(self):
        self.start_broker()
        self.write_settings()
        self.start_hub()
        for code, extra in self.agencies.items():
            if "axis = true" not in extra:
                self.start_adapter(code)

    def kill(self, name, how=signal.SIGKILL):
        process = self.processes.pop(name)
        if process.poll() is not None:
            sys.exit(f"{name} had ended by itself with exit code {process.returncode}")
        process.send_signal(how)
        return process.wait(timeout=60)

    def stop(self):
        for name in list(self.processes):
            if self.processes[name].poll() is None:
                self.processes[name].terminate()
        for process in self.processes.values():
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes = {}
        subprocess.run(["bash", NODE, "stop", self.folder / "node"], check=False)

    def is_ready(self):
        done = self.lgsp("--url", f"http://127.0.0.1:{self.http_port}", "--json", "status", check=False)
        # 8: a lamp is red.
        return done.returncode in (0, 8) and json.loads(done.stdout)["state"] == "ready"

    # ---- Documents

    def drop(self, sender, name, octets):
        """As a document system does it: written under another name, then renamed."""
        outbox = self.box(sender, "outbox")
        outbox.mkdir(parents=True, exist_ok=True)
        (outbox / f".{name}.part").write_bytes(octets)
        (outbox / f".{name}.part").rename(outbox / f"{name}.edxml")


def packet(sender, receivers, number, subject="V/v kiểm tra liên thông", priority=0, padding=0):
    """A document packet in the frame of QCVN 102:2016."""
    import base64
    to = "".join(f"<edXML:To><edXML:OrganId>{r}</edXML:OrganId><edXML:OrganName>{r}</edXML:OrganName></edXML:To>"
                 for r in receivers)
    content = base64.b64encode(b"%PDF-1.4 " + os.urandom(padding // 2).hex().encode()).decode()
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016">
<edXML:edXMLEnvelope xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXML:edXMLHeader><edXML:MessageHeader>
<edXML:From><edXML:OrganId>{sender}</edXML:OrganId><edXML:OrganName>{sender}</edXML:OrganName></edXML:From>{to}
<edXML:DocumentId>{sender},2026/11/20,{number}/UBND-VX</edXML:DocumentId>
<edXML:Code><edXML:CodeNumber>{number}</edXML:CodeNumber><edXML:CodeNotation>UBND-VX</edXML:CodeNotation></edXML:Code>
<edXML:PromulgationInfo><edXML:Place>Phan Rang</edXML:Place><edXML:PromulgationDate>2026/11/20</edXML:PromulgationDate></edXML:PromulgationInfo>
<edXML:DocumentType><edXML:Type>2</edXML:Type><edXML:TypeName>Công văn</edXML:TypeName></edXML:DocumentType>
<edXML:Subject>{subject} {number}</edXML:Subject>
<edXML:OtherInfo><edXML:Priority>{priority}</edXML:Priority></edXML:OtherInfo>
</edXML:MessageHeader><edXML:TraceHeaderList><edXML:TraceHeader><edXML:OrganId>{sender}</edXML:OrganId><edXML:Timestamp>2026/11/20 08:00:00</edXML:Timestamp></edXML:TraceHeader></edXML:TraceHeaderList></edXML:edXMLHeader>
<edXML:edXMLBody><edXML:edXMLManifest version="1.0"><edXML:Reference><edXML:ContentId>cid:1</edXML:ContentId><edXML:ContentType>application/pdf</edXML:ContentType><edXML:AttachmentName>van-ban.pdf</edXML:AttachmentName></edXML:Reference></edXML:edXMLManifest></edXML:edXMLBody></edXML:edXMLEnvelope>
<AttachmentEncoded><Attachment><ContentId>cid:1</ContentId><AttachmentName>van-ban.pdf</AttachmentName><ContentType>application/pdf</ContentType><edXML:ContentTransferEncoded xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016">{content}</edXML:ContentTransferEncoded></Attachment></AttachmentEncoded>
</edXML>
""".encode()


def status(sender, answers, full_number, document_id, code):
    """A status packet in the same frame, about the document that `answers` has sent."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016">
<edXML:edXMLEnvelope xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXML:edXMLHeader><edXML:MessageHeader>
<edXML:From><edXML:OrganId>{sender}</edXML:OrganId><edXML:OrganName>{sender}</edXML:OrganName></edXML:From>
<edXML:ResponseFor><edXML:OrganId>{answers}</edXML:OrganId><edXML:Code>{full_number}</edXML:Code><edXML:PromulgationDate>2026/11/20</edXML:PromulgationDate><edXML:DocumentId>{document_id}</edXML:DocumentId></edXML:ResponseFor>
<edXML:StatusCode>{code}</edXML:StatusCode><edXML:Description>{code}</edXML:Description>
<edXML:Timestamp>{time.strftime("%Y/%m/%d %H:%M:%S")}</edXML:Timestamp></edXML:MessageHeader></edXML:edXMLHeader>
</edXML:edXMLEnvelope></edXML>
""".encode()
