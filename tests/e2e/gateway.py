#!/usr/bin/env python3
"""Document systems with an ordinary client of the national axis, against lgsp-gateway in front of the real hub:
gateway.py BINARIES

Two agencies are behind the gateway, one behind a folder adapter. The client (axis_client.py) shares no code with it.
"""

import argparse
import http.client
import json
import pathlib
import shutil
import signal
import ssl
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from axis_client import Client
from gateway_process import Gateway
from province import Province, packet, wait_for

FOLDER, FIRST, SECOND = "H43", "H43.01", "H43.02"
ALIAS = "000.00.01.H43"


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def refused(reply, code):
    check(reply["status"] == "FAIL" and reply["ErrorCode"] == code and reply["ErrorDesc"], reply)
    return reply["ErrorDesc"]


def taken(reply):
    check(reply["status"] == "OK" and reply["ErrorCode"] == "0" and reply["DocId"], reply)
    return reply["DocId"]


def status_packet(sender, answers, number, code, description="Đã tiếp nhận"):
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016">'
            '<edXML:edXMLEnvelope xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXML:edXMLHeader>'
            f"<edXML:MessageHeader><edXML:From><edXML:OrganId>{sender}</edXML:OrganId>"
            f"<edXML:OrganName>{sender}</edXML:OrganName></edXML:From>"
            f"<edXML:ResponseFor><edXML:OrganId>{answers}</edXML:OrganId><edXML:Code>{number}/UBND-VX</edXML:Code>"
            "<edXML:PromulgationDate>2026/11/20</edXML:PromulgationDate>"
            f"<edXML:DocumentId>{answers},2026/11/20,{number}/UBND-VX</edXML:DocumentId></edXML:ResponseFor>"
            f"<edXML:StatusCode>{code}</edXML:StatusCode><edXML:Description>{description}</edXML:Description>"
            "<edXML:Timestamp>2026/11/20 09:00:00</edXML:Timestamp></edXML:MessageHeader></edXML:edXMLHeader>"
            '<edXML:edXMLBody/></edXML:edXMLEnvelope></edXML>').encode()


class Trial:
    def __init__(self, folder, binaries):
        aliases = f'aliases = [{{ code = "{ALIAS}" }}]'
        self.province = Province(folder, binaries, {FOLDER: "", FIRST: aliases, SECOND: ""})
        self.province.start_broker()
        self.province.write_settings()
        self.province.start_hub()
        wait_for("the hub to be ready", self.province.is_ready, 60)
        self.province.start_adapter(FOLDER)
        self.gateway = Gateway(self.province, [FIRST, SECOND], "packet_mib_max = 3\ncalls_per_minute = 60000")
        self.gateway.start()
        self.first, self.second = self.gateway.client(FIRST), self.gateway.client(SECOND)

    def listed(self, client, count, kind="edoc"):
        def rows():
            found = client.received(kind)
            return found if len(found) == count else None
        return wait_for(f"{count} of {kind}", rows, 60)

    def rows(self, client, doc_id, kind="edoc"):
        return {row["toCode"]: row for row in client.sent(kind, docId=doc_id)}

    def row_becomes(self, client, doc_id, to, kind="edoc", **wanted):
        def is_so():
            row = self.rows(client, doc_id, kind).get(to, {})
            return all(wanted[key] in row.get(key, "") for key in wanted) and row
        return wait_for(f"{to} of {doc_id}: {wanted}", is_so, 60)

    def inbox(self):
        return {path.read_bytes() for path in self.province.box(FOLDER, "inbox").glob("*.edxml")}

    def drained(self, client):
        for kind in ("edoc", "status"):
            for row in client.received(kind):
                check(client.acknowledge(row["docId"], "done")["status"] == "OK", row)


def a_document_goes_to_another_and_its_statuses_come_back(trial):
    first, second = trial.first, trial.second
    octets = packet(FIRST, [SECOND, FOLDER], "101", padding=5000)
    doc_id = taken(first.send(octets, sender=FIRST))
    row = trial.listed(second, 1)[0]
    check(row["from"] == FIRST and row["to"] == SECOND and row["messageType"] == "edoc" and row["status"] == "initial", row)
    check(second.fetch(row["docId"]) == octets, "the packet's bytes are untouched")
    code, loaded = second.raw("GET", "/downloadEdoc", second.headers({"docId": row["docId"]}))
    check(code == 200 and loaded == octets, "downloadEdoc gives the same")
    check(first.received() == [] and second.call("GET", "/countReceiveEdoc")["count"] == 1, "only for whom it is")
    wait_for("the folder adapter has it", lambda: octets in trial.inbox(), 60)
    trial.row_becomes(first, doc_id, FOLDER, receiveStatus="done")
    # Listed and fetched is not received: it is, when its document system says so.
    check(trial.rows(first, doc_id)[SECOND]["receiveStatus"] == "processing", trial.rows(first, doc_id))
    check(second.acknowledge(row["docId"], "processing")["status"] == "OK", "processing")
    check(second.received()[0]["status"] == "processing", "still listed")
    check(second.acknowledge(row["docId"], "done")["status"] == "OK", "done")
    check(second.acknowledge(row["docId"], "done")["status"] == "OK", "said again")
    check(second.received() == [] and second.fetch(row["docId"]) == octets, "not listed, still to be had")
    sent = trial.row_becomes(first, doc_id, SECOND, sendStatus="done", receiveStatus="done")
    check(sent["notation"] == "101/UBND-VX" and sent["fromCode"] == FIRST and sent["receivedTime"], sent)

    taken(second.send(status_packet(SECOND, FIRST, "101", "03"), kind="status", sender=SECOND))
    came = trial.listed(first, 1, "status")[0]
    check(came["from"] == SECOND and came["to"] == FIRST and came["messageType"] == "status", came)
    check(b"StatusCode>03<" in first.fetch(came["docId"]), "the status itself")
    check(first.received() == [] and first.call("GET", "/countReceiveStatus")["count"] == 1, "apart from documents")
    first.acknowledge(came["docId"], "done")
    trial.row_becomes(first, doc_id, SECOND, receiveStatusDesc="03 ")

    story = trial.province.ask("show", doc_id)
    check(story["signed_by_gateway"] is True and story["sender"] == FIRST, story)
    found = trial.province.ask("find", "101")
    check(any(each["id"] == doc_id and each["signed_by_gateway"] for each in found["documents"]), found)
    text = trial.province.lgsp("--url", f"http://127.0.0.1:{trial.province.http_port}", "show", doc_id).stdout
    check("gateway" in text or "cổng" in text, text)


def from_the_folder_adapter_and_back(trial):
    octets = packet(FOLDER, [FIRST], "201")
    trial.province.drop(FOLDER, "vb-201", octets)
    row = trial.listed(trial.first, 1)[0]
    check(trial.first.fetch(row["docId"]) == octets, "bytes")
    check(trial.first.acknowledge(row["docId"], "fail", description="Không đọc được tệp")["status"] == "OK", "fail")
    check(trial.first.received() == [], "no longer listed")

    def failed():
        for path in trial.province.box(FOLDER, "receipts").glob("*/*.json"):
            event = json.loads(path.read_text())
            if event["what"] == "failed":
                return event
        return None
    event = wait_for("the sender learns of it", failed, 60)
    check("Không đọc được tệp" in json.dumps(event, ensure_ascii=False), event)


def the_same_packet_is_sent_once(trial):
    octets = packet(FIRST, [SECOND], "301")
    doc_id = taken(trial.first.send(octets, sender=FIRST))
    answers = []
    send = lambda: answers.append(taken(trial.first.send(octets, sender=FIRST)))
    callers = [threading.Thread(target=send) for _ in range(5)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    check(answers == [doc_id] * 5, answers)
    check(len(trial.listed(trial.second, 1)) == 1, "once")
    check(len(trial.province.ask("find", "301")["documents"]) == 1, "once for the hub")
    trial.drained(trial.second)


def what_a_receiver_could_not_take_is_sent_to_it_again(trial):
    octets = packet(FIRST, [SECOND, FOLDER], "311")
    doc_id = taken(trial.first.send(octets, sender=FIRST))
    check(taken(trial.first.send(octets, sender=FIRST, to=json.dumps([FOLDER, SECOND]))) == doc_id, "to all is to all")
    trial.row_becomes(trial.first, doc_id, FOLDER, receiveStatus="done")
    before = sum(1 for each in trial.province.box(FOLDER, "inbox").glob("*.edxml") if each.read_bytes() == octets)
    row = trial.listed(trial.second, 1)[0]
    trial.second.acknowledge(row["docId"], "fail", description="Hết chỗ")
    trial.row_becomes(trial.first, doc_id, SECOND, receiveStatus="fail", receiveStatusDesc="Hết chỗ")
    again = taken(trial.first.send(octets, sender=FIRST))
    check(again != doc_id, "a new sending")
    check(taken(trial.first.send(octets, sender=FIRST)) == again, "which is safe to repeat")
    check(set(trial.rows(trial.first, again)) == {SECOND}, "to whom could not take it")
    row = trial.listed(trial.second, 1)[0]
    check(trial.second.fetch(row["docId"]) == octets, "bytes")
    trial.second.acknowledge(row["docId"], "done")
    trial.row_becomes(trial.first, again, SECOND, receiveStatus="done")
    after = sum(1 for each in trial.province.box(FOLDER, "inbox").glob("*.edxml") if each.read_bytes() == octets)
    check((before, after) == (1, 1), "who has it does not get it again")


def with_a_full_disk_nothing_is_taken_and_nothing_lost(trial):
    taken(trial.first.send(packet(FIRST, [SECOND], "321"), sender=FIRST))
    row = trial.listed(trial.second, 1)[0]
    trial.gateway.kill()
    config = trial.gateway.config
    before = config.read_text()
    config.write_text(before.replace("[gateway]", "[gateway]\ndisk_reserve_mib = 1048576"))
    trial.gateway.start()
    octets = packet(FIRST, [SECOND], "322")
    check("gui lai sau" in refused(trial.first.send(octets, sender=FIRST), "20"), "what to do")
    trial.province.drop(FOLDER, "vb-323", packet(FOLDER, [SECOND], "323"))
    check(trial.second.fetch(row["docId"]) and trial.second.acknowledge(row["docId"], "done")["status"] == "OK", "held")
    wait_for("the operator is told", lambda: "GATEWAY_DISK_LOW" in trial.gateway.log.read_text(), 60)
    check(trial.second.received() == [], "what comes waits in RabbitMQ")
    trial.gateway.kill()
    config.write_text(before)
    trial.gateway.start()
    taken(trial.first.send(octets, sender=FIRST))
    trial.listed(trial.second, 2)
    trial.drained(trial.second)


def a_unit_is_known_by_its_other_code(trial):
    taken(trial.second.send(packet(SECOND, [ALIAS], "401"), sender=SECOND))
    row = trial.listed(trial.first, 1)[0]
    check(row["to"] == ALIAS, row)
    trial.drained(trial.first)
    taken(trial.first.send(packet(ALIAS, [SECOND], "402"), sender=ALIAS))
    check(trial.listed(trial.second, 1)[0]["from"] == ALIAS, "as it was written")
    trial.drained(trial.second)
    some = packet(FIRST, [SECOND, FOLDER], "403")
    doc_id = taken(trial.first.send(some, sender=FIRST, to=json.dumps([SECOND])))
    check(set(trial.rows(trial.first, doc_id)) == {SECOND}, "only whom `to` names")
    trial.listed(trial.second, 1)
    trial.drained(trial.second)
    check(some not in trial.inbox(), "not to the others")


def lists_of_units(trial):
    agencies = trial.first.call("POST", "/getAgenciesList")["data"]
    check({row["code"] for row in agencies} == {FOLDER, FIRST, SECOND}, agencies)
    check({row["code"]: row["oldCode"] for row in agencies}[FIRST] == ALIAS, agencies)
    of_level = trial.first.call("POST", "/getAgenciesListQD20", level="1")["data"]
    check([row["code"] for row in of_level] == [FOLDER], of_level)
    unit = {row["code"]: row for row in trial.first.call("POST", "/getSynchronizeUnit")["data"]}[SECOND]
    check(unit["pid"] == FOLDER and unit["isAgency"] is True and unit["deleted"] is False, unit)
    body = json.dumps({"id": "1", "pcode": "H43", "code": "H43.77", "name": "x", "mail": "", "mobile": ""}).encode()
    refused(trial.first.call("POST", "/registerAgency", body), "906")
    refused(trial.first.call("POST", "/deleteAgency", AgencyCode=SECOND), "906")


def wrong_calls_get_the_right_frames(trial):
    first, listing = trial.first, {"servicetype": "eDoc", "messagetype": "edoc"}

    def ask(client, **how):
        return json.loads(client.raw("POST", "/getReceivedEdocList", client.headers(listing, **how))[1])

    refused(ask(trial.gateway.client(FIRST, secret="not the secret")), "15")
    stranger = trial.gateway.client(FIRST)
    stranger.system_id = "00.44.W00"
    refused(ask(stranger), "15")
    stranger.system_id = trial.gateway.system_id(SECOND)
    refused(ask(stranger), "15")
    refused(ask(first, version="2.0"), "902")
    check(SECOND in refused(first.send(packet(SECOND, [FOLDER], "501"), sender=SECOND), "19"), "names the sender")
    check("From" in refused(first.send(packet(SECOND, [FOLDER], "501"), sender=FIRST), "19"), "the packet's own")
    check("H43.99" in refused(first.send(packet(FIRST, ["H43.99"], "502"), sender=FIRST), "18"), "the hub's refusal")
    refused(first.send(packet(FIRST, [SECOND], "503"), sender=FIRST, to='["H43"]'), "18")
    refused(first.send(packet(FIRST, [SECOND], "504"), sender=FIRST, kind="status"), "22")
    check("line" in refused(first.send(b"<edXML>not a packet", sender=FIRST), "22"), "where")
    refused(first.send(b"", sender=FIRST), "10")
    refused(first.send(packet(FIRST, [SECOND], "505")[:-200], sender=FIRST), "22")
    refused(first.send(packet(FIRST, [SECOND], "506"), sender=FIRST, **{"hash-file": "00"}), "905")
    refused(first.send(packet(FIRST, [SECOND], "507", padding=4_000_000), sender=FIRST), "904")
    refused(first.call("POST", "/getEdoc", docId="nothing"), "903")
    refused(first.call("POST", "/getEdoc", docId="../../mailbox"), "903")
    refused(first.acknowledge("nothing", "done"), "903")
    taken(first.send(packet(FIRST, [SECOND], "508"), sender=FIRST))
    foreign = trial.listed(trial.second, 1)[0]["docId"]
    refused(first.call("POST", "/getEdoc", docId=foreign), "903")
    refused(first.acknowledge(foreign, "done"), "903")
    trial.drained(trial.second)
    check(trial.first.sent(docId="nothing") == [] and trial.second.sent(docId=foreign) == [], "nobody else's")

    secret = packet(FIRST, [SECOND], "509", subject="MẬT: kế hoạch")
    check("Mật" in refused(first.send(secret, sender=FIRST), "22"), "why")
    for name in ("packets", "spool"):
        left = [path for path in (trial.province.folder / "gateway" / name).rglob("*") if path.is_file() and
                "kế hoạch".encode() in path.read_bytes()]
        check(left == [], left)
    check("kế hoạch".encode() not in (trial.province.folder / "gateway" / "mailbox.db").read_bytes(), "nor a row")
    # A refused one may be sent again once its cause is gone; it is not a repeat.
    again = packet(FIRST, ["H43.99"], "510")
    check(refused(first.send(again, sender=FIRST), "18") == refused(first.send(again, sender=FIRST), "18"), "asked anew")


def large_packets_pass(trial):
    octets = packet(FIRST, [SECOND, FOLDER], "601", padding=2_000_000)
    taken(trial.first.send(octets, sender=FIRST))
    row = trial.listed(trial.second, 1)[0]
    check(trial.second.raw("GET", "/downloadEdoc", trial.second.headers({"docId": row["docId"]}))[1] == octets, "bytes")
    trial.drained(trial.second)
    wait_for("the folder adapter has it", lambda: octets in trial.inbox(), 60)


def nothing_is_lost_or_doubled_by_kills(trial):
    """Documents both ways while gateway and hub are killed; a caller that got no answer sends the same bytes again."""
    count = 40
    outward = [packet(FIRST, [SECOND, FOLDER], str(7000 + n), padding=3000) for n in range(count)]
    inward = [packet(FOLDER, [FIRST], str(7500 + n), padding=3000) for n in range(count)]
    ids, done = {}, threading.Event()

    def insist(call):
        while True:
            try:
                return call()
            except (OSError, http.client.HTTPException, AssertionError, KeyError, ValueError):
                time.sleep(0.1)

    def send():
        for n, octets in enumerate(outward):
            reply = insist(lambda o=octets: trial.first.send(o, sender=FIRST))
            check(reply["status"] == "OK", reply)
            ids.setdefault(n, set()).add(reply["DocId"])
        done.set()

    got = {FIRST: {}, SECOND: {}}

    def poll(code, client, wanted):
        while len(got[code]) < wanted or not done.is_set():
            for row in insist(client.received):
                octets = insist(lambda r=row: client.fetch(r["docId"]))
                if octets is not None:
                    got[code].setdefault(octets, set()).add(row["docId"])
                    insist(lambda r=row: client.acknowledge(r["docId"], "done"))
            time.sleep(0.2)

    threads = [threading.Thread(target=send, daemon=True),
               threading.Thread(target=poll, args=(FIRST, trial.first, count), daemon=True),
               threading.Thread(target=poll, args=(SECOND, trial.second, count), daemon=True)]
    for thread in threads:
        thread.start()
    for n, octets in enumerate(inward):
        trial.province.drop(FOLDER, f"vb-{7500 + n}", octets)
    for round_ in range(8):
        time.sleep(0.6 + 0.35 * (round_ % 3))
        trial.gateway.kill()
        trial.gateway.start()
        if round_ % 2:
            trial.province.kill("hub")
            trial.province.start_hub()
    for thread in threads:
        thread.join(180)
        check(not thread.is_alive(), {code: len(each) for code, each in got.items()})
    check(set(got[SECOND]) == set(outward) and set(got[FIRST]) == set(inward), "all of them, and nothing else")
    check(all(len(each) == 1 for side in got.values() for each in side.values()), "each under one DocId")
    check(len({next(iter(each)) for each in ids.values()}) == count, "each its own")
    wait_for("the hub to be ready", trial.province.is_ready, 60)
    wait_for("the folder adapter", lambda: set(outward) <= trial.inbox(), 120)
    for n, octets in enumerate(outward):
        doc_id = next(iter(ids[n]))
        check(taken(trial.first.send(octets, sender=FIRST)) == doc_id, "the same packet, the same DocId")
        trial.row_becomes(trial.first, doc_id, SECOND, sendStatus="done", receiveStatus="done")
        check(len(trial.province.ask("find", "--number", str(7000 + n))["documents"]) == 1, "once in the hub")
    time.sleep(1)  # What would come twice gets the chance to.
    check(trial.second.received() == [] and trial.first.received() == [], "nothing comes twice")
    left = [path for path in (trial.province.folder / "gateway" / "spool").iterdir()]
    check(left == [], left)


def without_the_hub_a_packet_is_kept(trial):
    trial.province.kill("hub")
    octets = packet(FIRST, [SECOND, "H43.98"], "801")
    doc_id = taken(trial.first.send(octets, sender=FIRST))
    check(trial.rows(trial.first, doc_id)[SECOND]["sendStatus"] == "processing", "not known yet")
    trial.province.start_hub()
    row = trial.row_becomes(trial.first, doc_id, SECOND, sendStatus="fail")
    check("H43.98" in row["sendStatusDesc"], row)
    check(trial.second.received() == [], "refused as a whole")


def a_caller_that_asks_too_often_waits(trial):
    trial.gateway.kill()
    config = trial.gateway.config
    before = config.read_text()
    config.write_text(before.replace("calls_per_minute = 60000", "calls_per_minute = 60"))
    trial.gateway.start()
    headers = lambda client: client.headers({"servicetype": "eDoc", "messagetype": "edoc"})
    answers = [trial.first.raw("POST", "/getReceivedEdocList", headers(trial.first)) for _ in range(15)]
    late = [json.loads(text) for status, text in answers if status == 429]
    check(late and late[0]["ErrorCode"] == "907" and answers[0][0] == 200, [status for status, _ in answers])
    connection = http.client.HTTPConnection(trial.gateway.host, trial.gateway.port, timeout=20)
    connection.request("POST", trial.gateway.path + "/getReceivedEdocList", b"", headers(trial.first))
    reply = connection.getresponse()
    check(reply.status == 429 and int(reply.headers["Retry-After"]) >= 1, reply.headers)
    check(trial.second.received() == [], "the other one is not held up")
    trial.gateway.kill()
    config.write_text(before)
    trial.gateway.start()


def over_tls(trial):
    trial.gateway.kill()
    config = trial.gateway.config
    before = config.read_text()
    tls = 'certificate_file = "pki/hub.pem"\nkey_file = "pki/hub.key"\n'
    config.write_text(before.replace("[gateway]", tls + "[gateway]"))
    trial.gateway.start()
    context = ssl.create_default_context(cafile=trial.province.folder / "pki" / "ca.pem")
    context.check_hostname = False

    class Tls(Client):
        def raw(self, method, path, headers, body=b"", timeout=20):
            connection = http.client.HTTPSConnection(self.simulator.host, self.simulator.port, timeout=timeout,
                                                     context=context)
            try:
                connection.request(method, self.simulator.path + path, body, headers)
                reply = connection.getresponse()
                return reply.status, reply.read()
            finally:
                connection.close()

    first, second = (Tls(trial.gateway, each.system_id, each.secret) for each in (trial.first, trial.second))
    octets = packet(FIRST, [SECOND], "901", padding=200_000)
    taken(first.send(octets, sender=FIRST))
    row = wait_for("it over TLS", second.received, 60)[0]
    check(second.fetch(row["docId"]) == octets, "bytes")
    second.acknowledge(row["docId"], "done")
    trial.gateway.kill()
    config.write_text(before)
    trial.gateway.start()


def it_stops_when_asked_and_says_nothing_secret(trial):
    check(trial.province.kill("gateway", signal.SIGTERM) == 0, "ends with 0")
    log = trial.gateway.log.read_text()
    check("GATEWAY_CALL_REFUSED" in log and "sendEdoc 19" in log, log[-2000:])
    check("GATEWAY_LISTENING" in log and "GATEWAY_STOPPING" in log, log[-2000:])
    for code in (FIRST, SECOND):
        check((trial.province.folder / f"{code}.secret").read_text().strip() not in log, "no secret")
        check((trial.province.folder / "broker" / f"{code}.password").read_text().strip() not in log, "no password")
    check("kiểm tra liên thông" not in log, "no subject")


CASES = [a_document_goes_to_another_and_its_statuses_come_back, from_the_folder_adapter_and_back,
         the_same_packet_is_sent_once, what_a_receiver_could_not_take_is_sent_to_it_again,
         with_a_full_disk_nothing_is_taken_and_nothing_lost, a_unit_is_known_by_its_other_code, lists_of_units,
         wrong_calls_get_the_right_frames, large_packets_pass, without_the_hub_a_packet_is_kept,
         nothing_is_lost_or_doubled_by_kills, a_caller_that_asks_too_often_waits, over_tls,
         it_stops_when_asked_and_says_nothing_secret]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries")
    parser.add_argument("--keep")
    options = parser.parse_args()
    folder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="lgsp-gateway-"))
    trial, failed = None, 0
    try:
        trial = Trial(folder, options.binaries)
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
