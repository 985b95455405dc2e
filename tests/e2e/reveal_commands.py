"""lgsp reveal, and that nothing else gives an octet of a body, as a part of command_line.py."""

import json
import os
import pathlib
import subprocess
import urllib.error
import urllib.request

import yaml
from province import packet, wait_for

ROOT = pathlib.Path(__file__).resolve().parents[2]
WHY = ("--reason", "Công văn 12/TTr")
ABSENT = "0192f0c1-2345-7abc-8def-0123456789ab"


def asked(run, path):
    request = urllib.request.Request(f"http://127.0.0.1:{run.province.http_port}{path}")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            # Of a stream the beginning: the others end by themselves.
            return answer.status, answer.read1() if path.startswith("/v1/events") else answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


def crawl(run):
    """Every GET of the API's document, as one who may only look."""
    sent = (run.province.box("H43.01", "sent") / "a.edxml").read_bytes()
    secrets = (b"%PDF-1.4", sent.partition(b"ContentTransferEncoded xmlns")[2].partition(b">")[2][:8])
    document = yaml.safe_load((ROOT / "schemas" / "http" / "operations.openapi.yaml").read_text(encoding="utf-8"))
    envelope = run.province.ask("find", "7816")["documents"][0]["id"]
    statuses, told = [], []
    for pattern in (path for path, item in document["paths"].items() if "get" in item):
        for name in ("1", envelope):
            path = pattern.replace("{id}", name).replace("{operation}", "1")
            for query in ("", "?text=pdf", "?receiver=H43.02", "?agency=H43.02&duty=decision", "?format=csv", "?verbose"):
                status, body = asked(run, path + query)
                statuses.append(status)
                told += [path + query for secret in secrets if secret in body]
    is_right = not told and all(secrets) and statuses.count(200) > 30
    run.note(f"{len(statuses)} answers without an octet of a body", None if is_right else f"{told} {statuses}")


def count_reveals(run, right):
    return len(json.loads(run.province.lgsp(*right, "audit", "--verb", "reveal", "--json").stdout)["acts"])


def reveal(run, right, folder):
    province, expect = run.province, run.expect
    command = (*right, "reveal", "7816/UBND-VX", *WHY)
    sent = (province.box("H43.01", "sent") / "a.edxml").read_bytes()
    for is_json, name in ((False, "one.edxml"), (True, "two.edxml")):
        done = province.lgsp(*command, "-o", str(folder / name), *(["--json"] if is_json else []), check=False)
        is_right = done.returncode == 0 and not done.stderr and (folder / name).read_bytes() == sent
        is_right = is_right and (not is_json or json.loads(done.stdout)["size_bytes"] == len(sent))
        run.note(f"0 lgsp reveal -o {name}", None if is_right else str(done))
        run.done |= {(("reveal",), is_json)} if is_right else set()
    mode = (folder / "one.edxml").stat().st_mode & 0o777
    run.note("what was revealed is its owner's alone", None if mode == 0o600 else oct(mode))
    done = subprocess.run([province.bin / "lgsp", *command, "--part", "1"], capture_output=True)
    run.note("0 lgsp reveal into a pipe", None if done.returncode == 0 and done.stdout == sent and not done.stderr else str(done))
    page = json.loads(province.lgsp(*right, "audit", "--verb", "reveal", "--json").stdout)["acts"]
    is_told = len(page) == 3 and all(act["reason"] == WHY[1] and "part 1 of 1" in act["detail"] for act in page)
    run.note("each of them is on record", None if is_told else str(page))
    refuse(run, right, command, folder)
    run.note("what was refused is not on record", None if count_reveals(run, right) == 3 else "it is")
    reveal_large(run, right, folder)


def refuse(run, right, command, folder):
    expect, there, other = run.expect, str(folder / "one.edxml"), str(folder / "other.edxml")
    expect(1, *command, "-o", there)
    expect(1, *command, "-o", str(folder / "absent" / "x"))
    expect(3, *command, "-o", other, "--part", "2")
    expect(3, *right, "reveal", ABSENT, *WHY, "-o", other)
    expect(4, *run.here, "reveal", "1", *WHY, "-o", other)
    expect(6, *run.nowhere, "reveal", "1", *WHY, "-o", other)
    for wrong in ([], ["--reason", " "], ["--reason", "x" * 301], [*WHY, "--part", "0"]):
        expect(2, *right, "reveal", "1", *wrong, "-o", other)
    done = run.province.lgsp(*command, "--json", check=False)
    run.note("2 lgsp reveal --json without -o", None if done.returncode == 2 and json.loads(done.stdout)["error"] else str(done))
    ours, theirs = os.openpty()
    done = subprocess.run([run.province.bin / "lgsp", *command], stdout=theirs, stderr=subprocess.PIPE, text=True)
    os.close(theirs)
    os.close(ours)
    run.note("2 lgsp reveal to a terminal", None if done.returncode == 2 and "-o" in done.stderr else str(done))
    left = [file.name for file in folder.iterdir() if file.name.startswith((".other", "other", ".one"))]
    run.note("nothing of it is left", left or None)


def reveal_large(run, right, folder):
    """A part of the content store; then its copy is damaged."""
    province, there = run.province, folder / "large.edxml"
    octets = packet("H43.01", ["H43.02"], "7830", padding=6_000_000)
    province.drop("H43.01", "large", octets)
    find = (*right, "find", "--number", "7830", "--state", "retrieved", "--json")
    wait_for("a large document", lambda: '"7830"' in province.lgsp(*find, check=False).stdout, 60)
    command = (*right, "reveal", "7830/UBND-VX", *WHY, "-o", str(there), "--force")
    done = province.lgsp(*command, check=False)
    run.note("0 lgsp reveal of a large part", None if done.returncode == 0 and there.read_bytes() == octets else str(done))
    copies = [file for file in (folder / "contents").rglob("*") if file.is_file() and file.stat().st_size == len(octets)]
    for copy in copies:
        copy.chmod(0o600)
        with open(copy, "r+b") as file:
            file.seek(len(octets) // 2)
            file.write(b"#")
    run.expect(1, *command)
    is_kept = len(copies) == 1 and there.read_bytes() == octets
    run.note("a damaged part takes no file's place", None if is_kept else f"{copies}")
    # As one that the scan finds: the lamp, and its sender's receipt.
    is_told = lambda: json.loads(province.lgsp(*right, "status", "--json").stdout)["contents"]["damaged"] == 1
    wait_for("the damage to be told", is_told, 30)
    told = province.lgsp(*right, "show", "7830/UBND-VX", "--json").stdout
    run.note("a damaged part is told to all", None if '"content_damaged"' in told else told)
