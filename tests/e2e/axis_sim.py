#!/usr/bin/env python3
"""lgsp-axis-sim, called by a client that shares no code with it: axis_sim.py BIN."""

import datetime
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree

from axis_client import Simulator, VIETNAM, unpadded_hex

BIN = os.path.abspath(sys.argv[1])
PROGRAM = os.path.join(BIN, "lgsp-axis-sim")
PROVINCE, OTHER = "00.43.W00", "00.99.W00"
NAMESPACE = "{http://www.mic.gov.vn/TBT/QCVN_102_2016}"


def packet(header, header_more=""):
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016">'
            '<edXML:edXMLEnvelope xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXML:edXMLHeader>'
            f"<edXML:MessageHeader>{header}</edXML:MessageHeader>{header_more}</edXML:edXMLHeader>"
            '<edXML:edXMLBody><edXML:edXMLManifest version="1.0"/></edXML:edXMLBody></edXML:edXMLEnvelope></edXML>'
            ).encode()


def document(sender="H43", receivers=("H99",), number="12", subject="V/v báo cáo quý"):
    """Elements in another order than the axis's, and a comment: both are lost on the way."""
    to = "".join(f"<edXML:To><edXML:OrganName>Nhận</edXML:OrganName><edXML:OrganId>{code}</edXML:OrganId></edXML:To>"
                 for code in receivers)
    return packet(f"<!-- a comment --><edXML:Subject>{subject}</edXML:Subject>"
                  "<edXML:DocumentType><edXML:Type>1</edXML:Type><edXML:TypeName>Công văn</edXML:TypeName></edXML:DocumentType>"
                  "<edXML:PromulgationInfo><edXML:PromulgationDate>2026/05/04</edXML:PromulgationDate></edXML:PromulgationInfo>"
                  f"<edXML:Code><edXML:CodeNumber>{number}</edXML:CodeNumber><edXML:CodeNotation>UBND-VP</edXML:CodeNotation>"
                  f"</edXML:Code>{to}<edXML:From><edXML:OrganId>{sender}</edXML:OrganId>"
                  "<edXML:OrganName>Gửi</edXML:OrganName></edXML:From>",
                  f"<edXML:TraceHeaderList><edXML:TraceHeader><edXML:OrganId>{sender}</edXML:OrganId>"
                  "<edXML:Timestamp>2026/05/04 08:00:00</edXML:Timestamp></edXML:TraceHeader></edXML:TraceHeaderList>")


def status(sender="H99", answers="H43", code="03"):
    return packet(f"<edXML:From><edXML:OrganId>{sender}</edXML:OrganId><edXML:OrganName>Nhận</edXML:OrganName></edXML:From>"
                  f"<edXML:ResponseFor><edXML:OrganId>{answers}</edXML:OrganId><edXML:Code>12/UBND-VP</edXML:Code>"
                  "<edXML:PromulgationDate>2026/05/04</edXML:PromulgationDate><edXML:DocumentId>x</edXML:DocumentId>"
                  f"</edXML:ResponseFor><edXML:StatusCode>{code}</edXML:StatusCode>"
                  "<edXML:Description>Đã tiếp nhận</edXML:Description>"
                  "<edXML:Timestamp>2026/05/04 09:00:00</edXML:Timestamp>")


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def refused(reply, code):
    check(reply["status"] == "FAIL" and reply["ErrorCode"] == code and reply["ErrorDesc"], reply)
    return reply["ErrorDesc"]


def a_document_goes_there_and_its_status_comes_back(simulator):
    province, other = simulator.client(PROVINCE), simulator.client(OTHER)
    reply = province.send(document(receivers=("H99", "H99.01", "H01.01")))
    check(reply["status"] == "OK" and reply["ErrorCode"] == "0", reply)
    listed = other.received()
    check([each["to"] for each in listed] == ["H99", "H99.01"], listed)
    check(len({each["docId"] for each in listed} | {reply["DocId"]}) == 3, "each receiver has a DocId of its own")
    check(listed[0]["from"] == "H43" and listed[0]["messageType"] == "edoc" and listed[0]["status"] == "initial", listed)
    check(province.received() == [] and other.received("status") == [], "only for whom it is")

    doc_id = listed[0]["docId"]
    got = other.fetch(doc_id)
    code, loaded = other.raw("GET", "/downloadEdoc", other.headers({"docId": doc_id}))
    check(code == 200 and loaded == got, "downloadEdoc and getEdoc give the same")
    check(b"a comment" not in got and b"V/v b\xc3\xa1o c\xc3\xa1o" in got, "written again")
    tree = ElementTree.fromstring(got)
    names = [child.tag.removeprefix(NAMESPACE) for child in tree.find(f".//{NAMESPACE}MessageHeader")]
    check(names[0] == "From" and names.index("Code") < names.index("Subject"), names)
    traces = [each.text for each in tree.findall(f".//{NAMESPACE}TraceHeader/{NAMESPACE}OrganId")]
    check(traces == ["H43", "000.00.00.G22"], traces)

    check(other.acknowledge(doc_id, "processing")["status"] == "OK", "processing")
    check(other.received()[0]["status"] == "processing", "still listed")
    check(other.acknowledge(doc_id, "done")["status"] == "OK", "done")
    check(other.acknowledge(doc_id, "done")["status"] == "OK", "said again")
    check(other.acknowledge(listed[1]["docId"], "fail", description="Không đọc được")["status"] == "OK", "fail")
    check(other.received() == [], "no longer listed")
    rows = {row["toCode"]: row for row in province.sent(docId=reply["DocId"])}
    check({to: row["receiveStatus"] for to, row in rows.items()} == {"H99": "done", "H99.01": "fail", "H01.01": "initial"}, rows)
    check(rows["H99"]["receiverDocId"] == doc_id and rows["H99"]["notation"] == "12/UBND-VP", rows)
    check(rows["H99.01"]["receiveStatusDesc"] == "Không đọc được", rows)
    check(other.sent() == [] and len(province.sent()) == 3, "everybody sees what is his")

    check(other.send(status(), kind="status", sender="H99")["status"] == "OK", "a status")
    came = province.received("status")
    check(len(came) == 1 and came[0]["to"] == "H43" and province.received() == [], came)
    check(b"StatusCode>03<" in province.fetch(came[0]["docId"]), "the status itself")
    check(province.call("GET", "/countReceiveStatus")["count"] == 1, "count")
    check(province.call("GET", "/countReceiveEdoc")["count"] == 0, "count")
    province.acknowledge(came[0]["docId"], "done")
    check(province.call("GET", "/countReceiveStatus")["count"] == 0, "count")


def old_codes_are_the_new_ones(simulator):
    province = simulator.client(PROVINCE)
    sent = simulator.client(OTHER).send(document(sender="H99", receivers=("000.00.01.H43",)), sender="H99")
    check(sent["status"] == "OK", sent)
    came = province.received()
    check(len(came) == 1 and came[0]["to"] == "000.00.01.H43", came)
    province.acknowledge(came[0]["docId"], "done")


def the_directory_is_large_and_has_versions(simulator):
    province = simulator.client(PROVINCE)
    units = province.call("POST", "/getSynchronizeUnit")["data"]
    check(len(units) >= 111_339 and len({unit["code"] for unit in units}) == len(units), len(units))
    check(any(unit["deleted"] for unit in units) and len({unit["version"] for unit in units}) > 3, "versions")
    first = units[0]
    check(set(first) == {"id", "pid", "code", "name", "mail", "centerCode", "version", "deleted", "modifyDate", "isAgency"}, first)
    check(province.call("POST", "/getAgenciesListQD20", level="1")["data"][0]["code102"] == "000.00.00.H01", "level 1")
    old = {row["code"]: row["oldCode"] for row in province.call("POST", "/getAgenciesList")["data"]}
    check(old["H01.05"] == "000.00.05.H01", old.get("H01.05"))

    check(simulator.control("POST", "/units", {"code": "H01.05", "deleted": True})[0] == 200, "closed")
    refused(province.send(document(receivers=("H01.05",))), "23")
    after = {unit["code"]: unit for unit in province.call("POST", "/getSynchronizeUnit")["data"]}["H01.05"]
    before = {unit["code"]: unit for unit in units}["H01.05"]
    check(after["deleted"] and after["version"] == before["version"] + 1, after)
    check(after["modifyDate"] > before["modifyDate"], after)

    body = json.dumps({"id": "1", "pcode": "H43", "code": "H43.77", "name": "Sở mới", "mail": "", "mobile": "", "fax": ""})
    refused(province.send(document(sender="H43.77"), sender="H43.77"), "19")
    check(province.call("POST", "/registerAgency", body.encode())["status"] == "OK", "registered")
    check(province.send(document(sender="H43.77"), sender="H43.77")["status"] == "OK", "may send")
    refused(simulator.client(OTHER).call("POST", "/registerAgency", body.encode()), "19")
    refused(simulator.client(OTHER).call("POST", "/deleteAgency", AgencyCode="H43.77"), "19")
    check(province.call("POST", "/deleteAgency", AgencyCode="H43.77")["status"] == "OK", "deleted")
    refused(province.send(document(sender="H43.77"), sender="H43.77"), "19")
    for each in simulator.client(OTHER).received():
        simulator.client(OTHER).acknowledge(each["docId"], "done")


def wrong_calls_get_the_right_frames(simulator):
    province = simulator.client(PROVINCE)
    listing = {"servicetype": "eDoc", "messagetype": "edoc"}

    def ask(client, parameters, **how):
        return json.loads(client.raw("POST", "/getReceivedEdocList", client.headers(parameters, **how))[1])

    refused(ask(simulator.client(PROVINCE, secret="not the secret"), listing), "15")
    stranger = simulator.client(PROVINCE)
    stranger.system_id = "00.44.W00"
    refused(ask(stranger, listing), "15")
    stranger.system_id = OTHER
    refused(ask(stranger, listing), "15")
    refused(ask(province, listing, version="2.0"), "902")
    off = datetime.datetime.now(VIETNAM) - datetime.timedelta(minutes=10)
    check("-600" in refused(ask(province, listing, at=off), "901"), "tells how much")
    check("messagetype" in refused(ask(province, {"servicetype": "eDoc"}), "900"), "names the parameter")
    check("messagetype" in refused(ask(province, {"servicetype": "eDoc", "messagetype": "x"}), "900"), "names it")

    changed = province.headers(listing)
    changed["XroadVnpt-messagetype"] = "status"
    refused(json.loads(province.raw("POST", "/getReceivedEdocList", changed)[1]), "900")
    more = dict(province.headers(listing), **{"XroadVnpt-docId": "x"})
    refused(json.loads(province.raw("POST", "/getReceivedEdocList", more)[1]), "900")
    check(province.raw("POST", "/noSuchThing", {})[0] == 404, "path")
    check(province.raw("GET", "/sendEdoc", {})[0] == 405, "method")
    large = dict(province.headers(listing), **{"X-Large": "x" * 120_000})
    check(province.raw("POST", "/getReceivedEdocList", large)[0] == 431, "header")

    check("X9" in refused(province.send(document(sender="X9"), sender="X9"), "19"), "foreign from")
    refused(province.send(document(sender="H99"), sender="H43"), "19")
    refused(simulator.client(OTHER).send(document(), sender="H43"), "19")
    check("H88.88" in refused(province.send(document(receivers=("H99", "H88.88"))), "18"), "names the receiver")
    refused(province.send(document(), to='["H99.01"]'), "18")
    refused(province.send(document(), to="H99"), "900")
    refused(province.send(document(), kind="status"), "22")
    refused(province.send(b"<edXML>not a packet"), "22")
    refused(province.send(document(subject="MẬT")[:-20]), "22")
    refused(province.send(b""), "10")
    refused(province.send(document(), part="another"), "900")
    refused(province.send(b"<x>" + b"y" * 3_000_000), "904")
    refused(province.send(document(), **{"hash-file": "00"}), "905")
    headers = province.headers({"from": "H43", "servicetype": "eDoc", "messagetype": "edoc"})
    refused(json.loads(province.raw("POST", "/sendEdoc", headers, b"no multipart")[1]), "900")
    headers["Content-Type"] = "multipart/form-data; boundary=b"
    refused(json.loads(province.raw("POST", "/sendEdoc", headers, b"--b\r\ncut")[1]), "900")
    refused(province.call("POST", "/getEdoc", docId="nothing"), "903")
    refused(province.acknowledge("nothing", "done"), "903")
    sent = province.send(document())
    mine = simulator.client(OTHER).received()[0]["docId"]
    refused(province.call("POST", "/getEdoc", docId=mine), "903")
    refused(province.acknowledge(mine, "done"), "903")
    refused(simulator.client(OTHER).acknowledge(mine, "01"), "900")
    check(simulator.client(OTHER).acknowledge(mine, "done")["status"] == "OK", sent)


def faults_come_as_they_are_ordered(simulator):
    province, other = simulator.client(PROVINCE), simulator.client(OTHER)

    def breaks(kind, happens, **rule):
        before = len(province.sent())
        simulator.faults({"kind": kind, "operation": "sendEdoc", **rule})
        try:
            answer = province.upload(document(number=kind[:3]), timeout=2)
        except (OSError, http.client.HTTPException) as error:
            answer = error
        simulator.faults()
        check(len(province.sent()) - before == (1 if happens else 0), f"{kind}: done or not")
        return answer

    check(isinstance(breaks("silent", True, ms=10_000), TimeoutError), "silent")
    check(isinstance(breaks("hung_up", True), (ConnectionError, http.client.HTTPException)), "hung_up")
    check(isinstance(breaks("lost", False), (ConnectionError, http.client.HTTPException)), "lost")
    check(breaks("error_500", False)[0] == 500, "error_500")
    check(breaks("error_500_after", True)[0] == 500, "error_500_after")
    check(b"<html>" in breaks("garbage", True)[1], "garbage")
    check(json.loads(breaks("wrong_hash", False)[1])["ErrorCode"] == "905", "wrong_hash")
    started = time.monotonic()
    check(breaks("late", True, ms=500)[0] == 200 and time.monotonic() - started >= 0.5, "late")

    waiting = other.received()
    listing = other.headers({"servicetype": "eDoc", "messagetype": "edoc"})
    simulator.faults({"kind": "blank", "operation": "getReceivedEdocList", "times": 1, "system_id": OTHER})
    check(other.raw("POST", "/getReceivedEdocList", listing) == (200, b""), "blank")
    check(other.received() == waiting, "once")
    simulator.faults({"kind": "double_listing"})
    check(len(other.received()) == 2 * len(waiting), "each twice")
    for each in waiting:
        other.acknowledge(each["docId"], "done")
    simulator.faults({"kind": "relisting", "times": 1})
    check(len(other.received()) >= len(waiting) and other.received() == [], "again after done")
    early = {"seed": 1, "faults": [{"kind": "late", "ms": -5}]}
    check(simulator.control("PUT", "/faults", early)[0] == 400, "nothing is late by less than nothing")
    simulator.faults({"kind": "clock_skew", "ms": 3_600_000})
    reply = json.loads(other.raw("POST", "/getReceivedEdocList", listing)[1])
    refused(reply, "901")
    check(simulator.control("GET", "/faults")[1]["faults"][0]["happened"] >= 1, "a call met its clock")
    simulator.faults({"kind": "outage", "for_seconds": 1})
    try:
        other.received()
        check(False, "an outage")
    except (ConnectionError, http.client.HTTPException):
        pass
    time.sleep(1.2)
    check(other.received() == [], "over")

    # The same seed, the same faults.
    drawn = []
    for _ in range(2):
        simulator.faults({"kind": "error_500", "operation": "countReceiveEdoc", "per_mille": 500}, seed=42)
        drawn.append([other.raw("GET", "/countReceiveEdoc", other.headers({}))[0] for _ in range(24)])
    check(drawn[0] == drawn[1] and set(drawn[0]) == {200, 500}, drawn)
    check(simulator.control("GET", "/faults")[1]["faults"][0]["happened"] == drawn[0].count(500), "counted")
    check(simulator.control("DELETE", "/faults")[1]["faults"] == [], "no more")

    for wrong, field in (({"faults": [{"kind": "x"}]}, "faults[0].kind"), ({"faults": [{}]}, "faults[0].kind"),
                         ({"faults": [{"kind": "late", "ms": "x"}]}, "faults[0].ms"), ({"fault": []}, "fault"), ([], "body")):
        code, reply = simulator.control("PUT", "/faults", wrong)
        check(code == 400 and reply["field"] == field, reply)
    check(simulator.control("GET", "/nothing")[0] == 404 and simulator.control("PUT", "/state", {})[0] == 405, "paths")
    connection = http.client.HTTPConnection("127.0.0.1", simulator.control_port, timeout=20)
    connection.request("PUT", "/faults", "{}", {"Content-Type": "text/plain"})
    check(connection.getresponse().status == 415, "only JSON")


def what_was_answered_survives_a_kill(simulator):
    province, other = simulator.client(PROVINCE), simulator.client(OTHER)
    ids = [province.send(document(number=str(i)))["DocId"] for i in range(20)]
    listed = other.received()
    for each in listed[:5]:
        other.acknowledge(each["docId"], "done")
    before = other.fetch(listed[7]["docId"])
    simulator.stop(signal.SIGKILL)
    with open(os.path.join(simulator.folder, "axis-data", "journal.jsonl"), "ab") as journal:
        journal.write(b'{"what":"ack","id":"cut o')
    simulator.start()
    province, other = simulator.client(PROVINCE), simulator.client(OTHER)
    check(other.received() == listed[5:], "what waits, waits")
    check(other.fetch(listed[7]["docId"]) == before, "the packets")
    check({row["senderDocId"] for row in province.sent()} >= set(ids), "what was sent")
    for each in listed[5:]:
        other.acknowledge(each["docId"], "done")
    simulator.stop(signal.SIGKILL)
    simulator.start()
    check(simulator.client(OTHER).received() == [], "acknowledged behind a line that was cut off")


def the_log_tells_calls_and_no_secret(simulator):
    simulator.client(PROVINCE).received()
    for _ in range(100):
        if simulator.lines and simulator.lines[-1]["operation"] == "getReceivedEdocList":
            break
        time.sleep(0.05)
    check(set(simulator.lines[-1]) == {"at", "operation", "system_id", "http", "error", "text", "bytes", "skew_ms", "disturbed"},
          simulator.lines[-1])
    text = json.dumps(simulator.lines)
    check(simulator.secret(PROVINCE) not in text and "báo cáo" not in text, "no secret, no subject")
    check(simulator.control("GET", "/state")[1]["waiting"][PROVINCE] == {"edoc": 0, "status": 0}, "state")


def ends_and_settings(folder):
    def run(*words):
        return subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=60)

    check(run("--init", folder).returncode == 78, "never over what is there")
    check(run().returncode == 2 and run("--nothing").returncode == 2, "usage")
    check("Example" in run("--help").stdout, "an example")
    check(run("--config", os.path.join(folder, "none.toml")).returncode == 78, "no file")
    bad = os.path.join(folder, "bad.toml")
    with open(bad, "w", encoding="utf-8") as file:
        file.write('[axis]\nfolder = "x"\nhash_file = "md5"\nscenario_file = "s.toml"\n[[node]]\nsystem_id = "A"\n'
                   'secret_file = "none"\ncodes = ["A", "A.01", "A.01"]\nother = 1\n')
    with open(os.path.join(folder, "s.toml"), "w", encoding="utf-8") as file:
        file.write('[[fault]]\nkind = "slow"\noperation = "send"\nper_mille = 1001\n')
    done = run("--check", bad, "--json")
    keys = {mistake["key"] for mistake in json.loads(done.stdout)["mistakes"]}
    check(done.returncode == 78 and keys == {"axis.hash_file", "node[0].secret_file", "node[0].codes[2]", "node[0].other",
                                             "fault[0].kind", "fault[0].operation", "fault[0].per_mille"}, keys)


def main():
    check(unpadded_hex(b"abc\n").endswith("ddfefd18cb"), "the defect")
    failed = 0
    with tempfile.TemporaryDirectory(prefix="lgsp-axis-") as folder:
        simulator = Simulator(PROGRAM, folder)
        cases = [a_document_goes_there_and_its_status_comes_back, old_codes_are_the_new_ones,
                 the_directory_is_large_and_has_versions, wrong_calls_get_the_right_frames,
                 faults_come_as_they_are_ordered, what_was_answered_survives_a_kill, the_log_tells_calls_and_no_secret]
        for case in cases:
            try:
                case(simulator)
                print("ok  ", case.__name__.replace("_", " "))
            except Exception as error:  # The next case is still worth its time.
                failed += 1
                print("FAIL", case.__name__.replace("_", " "), type(error).__name__, str(error)[:600],
                      "line", error.__traceback__.tb_next.tb_lineno if error.__traceback__.tb_next else "?")
        check(simulator.stop() == 0, "ends with 0")
        ends_and_settings(folder)
        check(os.listdir(os.path.join(folder, "axis-data", "spool")) == [], "nothing is left in the spool")
    return 1 if failed else 0


sys.exit(main())
