#!/usr/bin/env python3
"""Systems without XML and without AMQP, against lgsp-gateway in front of the real hub: gateway_json.py ROOT BINARIES

One agency speaks JSON only, one JSON and is slow to hear webhooks, one is behind a folder adapter. Every answer is
held against schemas/http/gateway.openapi.yaml, every webhook is checked with the verifier of docs/gateway.md.
"""

import argparse
import base64
import http.client
import io
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import ssl
import sys
import tempfile
import threading
import time
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from gateway_process import Gateway
from json_client import JsonClient, Told
from odd_json import throw_everything
from openapi_contract import Contract
from province import Province, free_port, packet, wait_for

FOLDER, FIRST, SECOND = "H43", "H43.01", "H43.02"
ALIAS = "000.00.01.H43"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
PDF = b"%PDF-1.4\n" + bytes(range(32, 127)) * 40


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def verifier(root):
    """The one in the docs, word for word."""
    text = (pathlib.Path(root) / "docs" / "gateway.md").read_text(encoding="utf-8")
    namespace = {}
    exec(re.search(r"```python\n(.*?)```", text, re.S).group(1), namespace)
    return namespace["verify"]


def metadata(number, receivers, **more):
    return {"receivers": receivers, "number": str(number), "notation": "SNV-VP", "date": "2024-11-20",
            "subject": f"V/v kiểm tra liên thông {number}", "type": "Công văn", **more}


def secret_file(province, name, text):
    path = province.folder / name
    path.touch(mode=0o600)
    path.write_text(text + "\n")
    return text


class Trial:
    def __init__(self, folder, root, binaries):
        self.verify = verifier(root)
        self.contract = Contract(pathlib.Path(root) / "schemas" / "http" / "gateway.openapi.yaml")
        aliases = f'aliases = [{{ code = "{ALIAS}" }}]'
        self.province = Province(folder, binaries, {FOLDER: "", FIRST: aliases, SECOND: ""})
        self.secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        self.told, self.slow = Told(self.verify, self.secret), Told(self.verify, "a secret without a mark, long")
        self.tokens = {code: secret_file(self.province, code + ".token", secrets.token_hex(24)) for code in (FIRST, SECOND)}
        secret_file(self.province, FIRST + ".webhook", self.secret)
        secret_file(self.province, SECOND + ".webhook", "a secret without a mark, long")
        self.port = free_port()
        more = f"[json]\nport = {self.port}\n"
        for code, told in ((FIRST, self.told), (SECOND, self.slow)):
            more += (f'[[agency]]\ncode = "{code}"\ntoken_file = "{code}.token"\n'
                     f'webhook_url = "http://127.0.0.1:{told.port}/hook"\nwebhook_secret_file = "{code}.webhook"\n'
                     f'broker_password_file = "broker/{code}.password"\ncertificate_file = "pki/{code}.pem"\n'
                     f'key_file = "pki/{code}.key"\n')
        self.province.start_broker()
        self.province.write_settings()
        self.province.start_hub()
        wait_for("the hub to be ready", self.province.is_ready, 60)
        self.province.start_adapter(FOLDER)
        self.gateway = Gateway(self.province, [], "packet_mib_max = 3\ncalls_per_minute = 60000", more=more)
        self.gateway.start()
        wait_for("the JSON interface", self.is_listening, 60)
        self.first, self.second = (JsonClient(self.port, self.tokens[code], self.contract) for code in (FIRST, SECOND))

    def is_listening(self):
        with socket.socket() as caller:
            return caller.connect_ex(("127.0.0.1", self.port)) == 0

    def sent(self, client, metadata_, files=(("văn bản.pdf", PDF),), **how):
        self.contract.check_metadata(metadata_)
        answer = client.submit(metadata_, files, **how)
        id_ = answer.json["id"]
        # On a busy machine the hub may answer later than the gateway waits for it.
        if answer.status == 202:
            wait_for("the hub's answer", lambda: client.get(f"/v1/documents/{id_}").json["state"] == "accepted", 60)
        else:
            check(answer.status == 201 and answer.json["state"] == "accepted", answer.body)
        return id_

    def listed(self, client, number, kind="document", subject=None):
        def row():
            return next((row for row in client.inbox(kind) if row["number"] == f"{number}/SNV-VP"
                         and subject in (None, row["subject"])), None)
        return wait_for(f"{kind} {number}", row, 60)

    def station(self, client, id_, receiver, *wanted):
        def is_so():
            rows = {row["receiver"]: row for row in client.get(f"/v1/documents/{id_}").json["receivers"]}
            return rows.get(receiver, {}).get("station") in wanted and rows[receiver]
        return wait_for(f"{receiver} of {id_}: {wanted}", is_so, 60)

    def folder_packets(self):
        return {path.name: path.read_bytes() for path in self.province.box(FOLDER, "inbox").glob("*.edxml")}


def refused(answer, status, code, field=None):
    problem = answer.json
    check(answer.status == status and problem["code"] == code and problem["status"] == status, answer.body)
    check(field is None or problem["field"] == field, problem)
    return problem


def a_document_goes_as_json_and_statuses_come_back(trial):
    first, second = trial.first, trial.second
    id_ = trial.sent(first, metadata(101, [SECOND, FOLDER], signer={"name": "Nguyễn Văn A", "position": "Giám đốc"},
                                     urgency="urgent"), [("văn bản.pdf", PDF), ("phụ lục.bin", b"\x00\x01" * 999)],
                     traceparent=TRACE)
    row = trial.listed(second, 101)
    check(row["sender"] == FIRST and row["signed_by_gateway"] and row["state"] == "new", row)
    check(row["traceparent"] == TRACE, row)
    whole = second.get(f"/v1/inbox/{row['id']}").json
    document = whole["document"]
    check(document["subject"] == "V/v kiểm tra liên thông 101" and document["signer"]["name"] == "Nguyễn Văn A"
          and document["urgency"] == "urgent" and document["receivers"] == [SECOND, FOLDER], document)
    check(document["document_id"] == f"{FIRST},2024/11/20,101/SNV-VP", document)
    check([each["name"] for each in whole["files"]] == ["văn bản.pdf", "phụ lục.bin"], whole)
    pdf = second.get(f"/v1/inbox/{row['id']}/files/0")
    check(pdf.body == PDF and pdf.fields["Content-Type"] == "application/pdf", pdf.fields)
    check("v%C4%83n%20b%E1%BA%A3n.pdf" in pdf.fields["Content-Disposition"], pdf.fields)
    check(second.get(f"/v1/inbox/{row['id']}/files/1").body == b"\x00\x01" * 999, "the other file")
    carried = second.get(f"/v1/inbox/{row['id']}/packet").body
    check(b"<edXML" in carried and len(carried) == row["bytes"], carried[:200])
    wait_for("the folder adapter has the same bytes", lambda: carried in trial.folder_packets().values(), 60)
    trial.station(first, id_, FOLDER, "retrieved", "01", "03")
    check(second.post(f"/v1/inbox/{row['id']}/acknowledgement", {"state": "processing"}).json["state"] == "processing", "")
    check(second.done(row["id"])["state"] == "done" and second.inbox() == [], "no longer listed")
    trial.station(first, id_, SECOND, "retrieved")

    told = second.post(f"/v1/inbox/{row['id']}/status",
                       {"code": "03", "description": "Đã vào sổ", "staff": {"name": "Trần B", "department": "Văn thư"}})
    check(told.status == 201, told.body)
    came = trial.listed(first, 101, "status")
    status = first.get(f"/v1/inbox/{came['id']}").json["status"]
    check(status["code"] == "03" and status["from"] == SECOND and "Trần B" in status["staff"], status)
    first.done(came["id"])
    trial.station(first, id_, SECOND, "03")
    listed = [row["id"] for row in first.get("/v1/documents?limit=200").json["documents"]]
    check(id_ in listed and id_ not in [row["id"] for row in second.get("/v1/documents").json["documents"]], listed)
    statuses = second.get("/v1/documents?kind=status").json["documents"]
    check(told.json["id"] in [row["id"] for row in statuses], statuses)


def packets_of_others_are_read(trial):
    """As a folder adapter sends them: a plain PDF, and a file in a ZIP."""
    octets = packet(FOLDER, [FIRST], "201", padding=3000)
    trial.province.drop(FOLDER, "vb-201", octets)
    row = wait_for("it", lambda: next((r for r in trial.first.inbox() if r["number"].startswith("201/")), None), 60)
    check(trial.first.get(f"/v1/inbox/{row['id']}/packet").body == octets, "bytes")
    whole = trial.first.get(f"/v1/inbox/{row['id']}").json
    check(whole["files"][0]["name"] == "van-ban.pdf", whole)
    check(trial.first.get(f"/v1/inbox/{row['id']}/files/0").body.startswith(b"%PDF-1.4 "), "taken out of its base64")
    failed = trial.first.post(f"/v1/inbox/{row['id']}/acknowledgement",
                              {"state": "failed", "description": "Không mở được tệp"})
    check(failed.json["state"] == "failed", failed.body)
    check(trial.first.done(row["id"])["state"] == "failed", "the first word stands")

    def failure():
        return any("Không mở được tệp" in path.read_text() for path in
                   trial.province.box(FOLDER, "receipts").glob("*/*.json"))
    wait_for("the sender learns why", failure, 60)

    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("a.pdf", PDF)
    plain = base64.b64encode(b"%PDF-1.4 ").decode()[:8]
    content = re.sub(rb">" + plain.encode() + rb"[^<]*<", b">" + base64.b64encode(zipped.getvalue()) + b"<",
                     packet(FIRST, [SECOND], "202"))
    answer = trial.first.post("/v1/documents", content, **{"Content-Type": "application/edxml+xml"})
    check(answer.status == 201, answer.body)
    row = wait_for("it", lambda: next((r for r in trial.second.inbox() if r["number"].startswith("202/")), None), 60)
    check(trial.second.get(f"/v1/inbox/{row['id']}/packet").body == content, "a packet goes as it is")
    check(trial.second.get(f"/v1/inbox/{row['id']}/files/0").body == PDF, "taken out of its ZIP")
    trial.second.done(row["id"])


def the_same_is_sent_once(trial):
    one = metadata(301, [SECOND])
    ids = {trial.sent(trial.first, one), trial.sent(trial.first, one), trial.sent(trial.first, one, key="k-301")}
    check(ids == {trial.sent(trial.first, one, key="k-301")} and len(ids) == 1, ids)
    refused(trial.first.submit(metadata(302, [SECOND]), [("a.pdf", PDF)], key="k-301"), 422, "key_reused",
            "Idempotency-Key")
    check(len(trial.province.ask("find", "301")["documents"]) == 1, "once for the hub")
    row = trial.listed(trial.second, 301)
    ids = {trial.second.post(f"/v1/inbox/{row['id']}/status", {"code": "01"}, key="s-301").json["id"] for _ in range(3)}
    time.sleep(1.1)  # A time of its own would make it another status.
    ids.add(trial.second.post(f"/v1/inbox/{row['id']}/status", {"code": "01"}, key="s-301").json["id"])
    check(len(ids) == 1, ids)
    refused(trial.second.post(f"/v1/inbox/{row['id']}/status", {"code": "02", "description": "x"}, key="s-301"), 422, "key_reused")
    trial.second.done(row["id"])


def a_recall_is_asked_and_agreed_to(trial):
    id_ = trial.sent(trial.first, metadata(401, [SECOND, FOLDER]))
    row = trial.listed(trial.second, 401)
    trial.second.done(row["id"])
    answer = trial.first.post(f"/v1/documents/{id_}/recall", {"reason": "Sai thể thức", "receivers": [SECOND]}, key="r")
    check(answer.status == 202 and [each["state"] for each in answer.json["asked"]] == ["accepted"], answer.body)
    again = trial.first.post(f"/v1/documents/{id_}/recall", {"reason": "Sai thể thức", "receivers": [SECOND]}, key="r")
    check(again.json == answer.json, again.body)
    refused(trial.first.post(f"/v1/documents/{id_}/recall", {"reason": "x", "receivers": ["H43.99"]}), 422,
            "receiver_unknown", "receivers")
    asked = trial.listed(trial.second, 401, "status")
    status = trial.second.get(f"/v1/inbox/{asked['id']}").json["status"]
    check(status["code"] == "13" and status["description"] == "Sai thể thức", status)
    trial.second.done(asked["id"])
    check(trial.second.post(f"/v1/inbox/{row['id']}/status", {"code": "15", "description": "Đồng ý"}).status == 201, "15")
    trial.station(trial.first, id_, SECOND, "15")
    deliveries = {each["receiver"]: each for each in trial.province.ask("show", id_)["deliveries"]}
    check(deliveries[SECOND]["change"]["state"] == "agreed", deliveries)
    changes = {each["receiver"]: each["change"] for each in trial.first.get(f"/v1/documents/{id_}").json["receivers"]}
    check(changes == {SECOND: {"kind": "recall", "state": "agreed"}, FOLDER: None}, changes)


def of_two_documents_of_one_name_the_right_one_is_meant(trial):
    ids = [trial.sent(trial.first, {**metadata(451, [SECOND]), "subject": subject}) for subject in ("một", "hai")]
    rows = [trial.listed(trial.second, 451, subject=subject) for subject in ("một", "hai")]
    check(trial.second.post(f"/v1/inbox/{rows[0]['id']}/status", {"code": "03"}).status == 201, "03")
    trial.station(trial.first, ids[0], SECOND, "03")
    check(trial.first.post(f"/v1/documents/{ids[0]}/recall", {"reason": "Sai"}).status == 202, "recall")
    changes = [trial.province.ask("show", each)["deliveries"][0] for each in ids]
    check(changes[0]["change"]["state"] == "asked" and changes[1]["change"] is None, changes)
    check(changes[1]["state"] != "03", changes)
    for row in rows:
        trial.second.done(row["id"])
    trial.second.done(trial.listed(trial.second, 451, "status")["id"])


def receivers_are_listed(trial):
    rows = trial.first.get("/v1/receivers?text=h43").json["receivers"]
    check({SECOND, FOLDER} <= {each["code"] for each in rows}, rows)


def bad_input_gets_the_right_problem(trial):
    first = trial.first
    wrong = JsonClient(trial.port, "not the token", trial.contract)
    check(refused(wrong.get("/v1/inbox"), 401, "token_unknown", "Authorization")["remedy"].startswith("Send"), "en")
    vietnamese = refused(first.get("/v1/inbox/nothing", headers={"Accept-Language": "vi-VN"}), 404, "not_found")
    check(vietnamese["title"] == "Không tìm thấy", vietnamese)
    refused(first.get("/v1/nothing"), 404, "path_unknown")
    check(refused(first.post("/v1/inbox", {}), 405, "method_not_allowed"), "405")
    check(first.post("/v1/inbox", {}).fields["Allow"] == "GET", "Allow")
    refused(first.get("/v1/inbox?kind=letter"), 400, "field_invalid", "kind")
    refused(first.get("/v1/inbox?after=yesterday"), 400, "field_invalid", "after")
    refused(first.get("/v1/inbox?limit=9999"), 400, "field_invalid", "limit")
    refused(first.get("/v1/documents?page=1"), 400, "field_invalid", "page")
    refused(first.call("POST", "/v1/documents", b"x", {"Content-Type": "text/plain"}), 415, "media_type_unsupported")

    good = metadata(501, [SECOND])
    refused(first.submit(b"{not json", [("a.pdf", PDF)]), 400, "field_invalid", "metadata")
    refused(first.submit(b"[1]", [("a.pdf", PDF)]), 400, "field_invalid", "metadata")
    refused(first.submit(None, [("a.pdf", PDF)]), 400, "field_invalid", "metadata")
    for field in ("receivers", "number", "notation", "date", "subject"):
        refused(first.submit({**good, field: None}), 400, "field_invalid", "metadata." + field)
    for field, value in (("receivers", []), ("receivers", "H43"), ("number", 7), ("date", "20/11/2026"),
                         ("urgency", "soon"), ("subject", "a\u0007b"), ("colour", "red"), ("number", "  ")):
        refused(first.submit({**good, field: value}), 400, "field_invalid", "metadata." + field)
    refused(first.submit({**good, "receivers": ["H43", "!"]}), 400, "field_invalid", "metadata.receivers[1]")
    refused(first.submit({**good, "business": {"kind": "replace", "reason": "x"}}), 400, "field_invalid",
            "metadata.business.refers_to")
    refused(first.submit({**good, "number": "123456789012"}), 422, "packet_field_invalid")
    refused(first.submit(good, [("a.pdf", b"")]), 400, "field_invalid", "files[0]")
    refused(first.submit({**good, "receivers": ["H43.99"]}), 422, "receiver_unknown")
    refused(first.submit({**good, "from": SECOND}), 403, "sender_mismatch")
    refused(first.submit(good, [("a.pdf", os.urandom(4_000_000))]), 413, "packet_too_large")
    refused(first.post("/v1/documents", b"<edXML>", **{"Content-Type": "application/edxml+xml"}), 422, "packet_malformed")
    refused(first.post("/v1/documents", b"", key="with blank", **{"Content-Type": "application/edxml+xml"}), 400,
            "field_invalid", "Idempotency-Key")
    body, content_type = JsonClient.form(good, [("a.pdf", PDF)])
    refused(first.post("/v1/documents", body[:-30], **{"Content-Type": content_type}), 400, "field_invalid")

    secret = refused(first.submit({**good, "subject": "MẬT: kế hoạch diễn tập"}, [("a.pdf", PDF)]), 422, "document_secret")
    check("kế hoạch" not in json.dumps(secret, ensure_ascii=False), "not said again")
    left = [path for path in (trial.province.folder / "gateway").rglob("*") if path.is_file() and
            "kế hoạch diễn tập".encode() in path.read_bytes()]
    check(left == [], left)
    check(not list((trial.province.folder / "gateway" / "spool").glob("*.part")), "nothing is left in the spool")

    id_ = trial.sent(first, metadata(502, [SECOND]))
    row = trial.listed(trial.second, 502)
    for target in (f"/v1/inbox/{row['id']}", f"/v1/inbox/{row['id']}/packet", f"/v1/inbox/{row['id']}/files/0",
                   "/v1/inbox/..%2f..%2fmailbox.db", "/v1/documents/nothing"):
        refused(first.get(target), 404, "not_found")
    refused(trial.second.get(f"/v1/documents/{id_}"), 404, "not_found")
    refused(trial.second.get(f"/v1/inbox/{row['id']}/files/1"), 404, "not_found", "files")
    refused(first.post(f"/v1/inbox/{row['id']}/acknowledgement", {"state": "done"}), 404, "not_found")
    acknowledge = lambda body: trial.second.post(f"/v1/inbox/{row['id']}/acknowledgement", body)
    refused(acknowledge({}), 400, "field_invalid", "state")
    refused(acknowledge({"state": "eaten"}), 400, "field_invalid", "state")
    refused(acknowledge({"state": "failed"}), 400, "field_invalid", "description")
    refused(acknowledge({"state": "done", "x": 1}), 400, "field_invalid", "x")
    report = lambda body: trial.second.post(f"/v1/inbox/{row['id']}/status", body)
    refused(report({"code": "13"}), 400, "field_invalid", "code")
    refused(report({"code": "3"}), 400, "field_invalid", "code")
    refused(trial.second.call("POST", f"/v1/inbox/{row['id']}/status", b"{", {"Content-Type": "application/json"}), 400,
            "field_invalid", "body")
    refused(trial.second.call("POST", f"/v1/inbox/{row['id']}/status", b'{"code":"' + b"0" * 300_000 + b'"}',
                              {"Content-Type": "application/json"}), 413, "packet_too_large", "body")
    trial.second.done(row["id"])


def odd_input_stops_nothing(trial):
    trial.sent(trial.first, metadata(551, [SECOND]))
    row = trial.listed(trial.second, 551)
    found = throw_everything(trial.port, trial.second, row["id"], metadata(552, [FIRST]))
    check(found == [], found)
    check(trial.gateway.process.poll() is None, "the gateway is there")
    check(trial.second.done(row["id"])["state"] == "done", "what it held is as it was")
    wait_for("nothing is left in the spool",
             lambda: not list((trial.province.folder / "gateway" / "spool").glob("*.part")), 60)
    log = trial.gateway.log.read_text()
    check("GATEWAY_CALL_REFUSED" in log and "json 400 field_invalid" in log, "refusals are told")


def webhooks_tell_what_happened(trial):
    told, slow = trial.told, trial.slow
    told.failures_left, slow.pause = 2, 60
    id_ = trial.sent(trial.first, metadata(601, [SECOND, FOLDER]))
    wait_for("accepted is told", lambda: told.of("document.accepted", id_), 60)
    wait_for("it is told that the folder adapter has it", lambda: any(
        each["receiver"] == FOLDER and each["station"] == "retrieved" for each in told.of("receiver.changed", id_)), 60)
    wait_for("the slow one was called", lambda: slow.begun > 0, 60)
    trial.province.drop(FOLDER, "vb-602", packet(FOLDER, [FIRST], "602"))

    def received():
        return [event["data"] for event in told.parsed()
                if event["type"] == "document.received" and event["data"]["sender"] == FOLDER]
    about = wait_for("a document that came is told", received, 60)[-1]
    check(about["sender"] == FOLDER and trial.first.get(about["url"]).json["id"] == about["id"], about)
    row = trial.listed(trial.second, 601)
    trial.second.post(f"/v1/inbox/{row['id']}/status", {"code": "06"})
    wait_for("a status that came is told", lambda: any(e["type"] == "status.received" for e in told.parsed()), 60)
    wait_for("and the station", lambda: any(each["station"] == "06" for each in told.of("receiver.changed", id_)), 60)
    wait_for("all failures were had", lambda: told.failures_left == 0, 60)
    # The same body under the same id: what has failed, and nothing else.
    wait_for("what failed comes again under its id",
             lambda: len(told.events) - len({each for each, _, _ in told.events}) >= 2, 60)
    by_id = {}
    for each, _, body in told.events:
        check(by_id.setdefault(each, body) == body, "the same body for each try")
    for event in told.parsed():
        trial.contract.check_event(event)
    check(told.wrong == [] and slow.wrong == [], "signatures")
    text = b"".join(body for _, _, body in told.events).decode()
    check("kiểm tra liên thông" not in text, "no content")
    _, headers, body = told.events[0]
    check(trial.verify(headers, body, trial.secret), "verified")
    check(not trial.verify(headers, body + b" ", trial.secret), "another body")
    check(not trial.verify(headers, body, "whsec_" + base64.b64encode(b"x" * 32).decode()), "another secret")
    check(not trial.verify(headers, body, trial.secret, now=lambda: time.time() + 301), "an old one")
    slow.pause = 0
    trial.second.done(row["id"])


def nothing_is_lost_or_doubled_by_kills(trial):
    count = 25
    done = threading.Event()
    sent, got = {}, {}

    def insist(call):
        while True:
            try:
                return call()
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)

    def send():
        for n in range(count):
            answer = insist(lambda n=n: trial.first.submit(metadata(7000 + n, [SECOND]), [("a.pdf", PDF)], key=f"kill-{n}"))
            check(answer.status in (201, 202), answer.body)
            sent[n] = answer.json["id"]
        done.set()

    def receive():
        while len(got) < count or not done.is_set():
            for row in insist(trial.second.inbox):
                if row["number"].startswith("70"):
                    got.setdefault(row["number"], set()).add(row["id"])
                    insist(lambda row=row: trial.second.done(row["id"]))
            time.sleep(0.2)

    threads = [threading.Thread(target=each, daemon=True) for each in (send, receive)]
    for thread in threads:
        thread.start()
    for round_ in range(5):
        time.sleep(0.6 + 0.35 * (round_ % 3))
        trial.gateway.kill()
        trial.gateway.start()
    for thread in threads:
        thread.join(180)
    check(not any(thread.is_alive() for thread in threads), f"{len(sent)} sent, {len(got)} received")
    check(len(set(sent.values())) == count and all(len(ids) == 1 for ids in got.values()), got)
    for n, id_ in sent.items():
        check(len(trial.province.ask("find", str(7000 + n))["documents"]) == 1, n)
        wait_for(f"{id_} is told", lambda i=id_: trial.told.of("document.accepted", i), 120)
    check(trial.told.wrong == [], "signatures")


def over_tls_and_not_too_often(trial):
    trial.gateway.kill()
    config = trial.gateway.config
    before = config.read_text()
    pki = trial.province.folder / "pki"
    config.write_text(before.replace("[listen]", '[listen]\ncertificate_file = "pki/hub.pem"\nkey_file = "pki/hub.key"')
                      .replace("calls_per_minute = 60000", "calls_per_minute = 6"))
    trial.gateway.start()
    context = ssl.create_default_context(cafile=pki / "ca.pem")
    context.check_hostname = False
    caller = JsonClient(trial.port, trial.tokens[SECOND], trial.contract, context)
    wait_for("the JSON interface", lambda: trial.is_listening(), 60)
    answers = [caller.get("/v1/inbox") for _ in range(8)]
    check(answers[0].status == 200 and answers[-1].status == 429, [each.status for each in answers])
    refused(answers[-1], 429, "called_too_often")
    check(int(answers[-1].fields["Retry-After"]) >= 1, answers[-1].fields)
    other = JsonClient(trial.port, trial.tokens[FIRST], trial.contract, context)
    check(other.get("/v1/inbox").status == 200, "others are not held up")
    trial.gateway.kill()
    config.write_text(before)
    trial.gateway.start()
    wait_for("the JSON interface", lambda: trial.is_listening(), 60)


def it_stops_when_asked_and_says_nothing_secret(trial):
    check(trial.contract.operations() == trial.contract.seen, trial.contract.operations() ^ trial.contract.seen)
    check(trial.province.kill("gateway", signal.SIGTERM) == 0, "ends with 0")
    log = trial.gateway.log.read_text()
    check("GATEWAY_JSON_LISTENING" in log and "WEBHOOK_FAILING" in log, log[-2000:])
    for secret in (*trial.tokens.values(), trial.secret, "kiểm tra liên thông", "a secret without"):
        check(secret not in log, "nothing secret")


CASES = [a_document_goes_as_json_and_statuses_come_back, packets_of_others_are_read, the_same_is_sent_once,
         a_recall_is_asked_and_agreed_to, of_two_documents_of_one_name_the_right_one_is_meant, receivers_are_listed, bad_input_gets_the_right_problem, odd_input_stops_nothing, webhooks_tell_what_happened,
         nothing_is_lost_or_doubled_by_kills,
         over_tls_and_not_too_often, it_stops_when_asked_and_says_nothing_secret]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("root")
    parser.add_argument("binaries")
    parser.add_argument("--keep")
    options = parser.parse_args()
    folder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="lgsp-gateway-json-"))
    trial, failed = None, 0
    try:
        trial = Trial(folder, options.root, options.binaries)
        for case in CASES:
            try:
                case(trial)
                print("ok  ", case.__name__.replace("_", " "), flush=True)
            except (Exception, SystemExit) as error:  # The next case is still worth its time.
                failed += 1
                last = error.__traceback__
                lines = []
                while last:
                    lines.append(last.tb_lineno)
                    last = last.tb_next
                print("FAIL", case.__name__.replace("_", " "), type(error).__name__, str(error)[:800], "lines", lines,
                      flush=True)
    finally:
        if trial:
            trial.province.stop()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
