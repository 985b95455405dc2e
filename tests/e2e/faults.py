#!/usr/bin/env python3
"""Real faults, and whether the hub's lamps tell them: the right lamp and cause within 30 s, no other red one, out again
once the fault is gone.

  faults.py BINARIES [--browser FOLDER] [--quiet SECONDS] [--only PART-OF-A-NAME]

Prints `N of N`. With --browser the page Today is looked at too (FOLDER as in tests/console/console_test.py). With --quiet
there are no faults, but a document a second for so long, in which no lamp may be red or yellow."""

import argparse
import http.client
import json
import os
import pathlib
import shutil
import sqlite3
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from faults_world import AXIS, FAILS, HERE, OUTSIDE, SENDER, SILENT, STORES, TOKEN, World

sys.path.append(str(HERE.parent / "console"))
from province import NODE, wait_for

TOLD_S, TERM_S = 30, 120
SKIPPED = 77
DAY_MS, MIB = 86_400_000, 1024 * 1024


class Fault:
    """What is done to the hub's world, and the lamps that must tell it."""

    def __init__(self, name, lamps, begin, end, told_s=TOLD_S, browser=False, after=lambda world: None):
        self.name, self.lamps, self.begin, self.end, self.after = name, lamps, begin, end, after
        self.told_s, self.browser = told_s, browser


def free_mib(world):
    state = os.statvfs(world.folder)
    return state.f_bavail * state.f_frsize // MIB


def fill(world, **reserves):
    """With the reserve given as all but 1 GiB of what is free, a file of 2 GiB fills the disk for the hub alone."""
    reserve = free_mib(world) - 1024
    world.restart(**{name: reserve for name in reserves})
    with open(world.filler, "wb") as file:
        os.posix_fallocate(file.fileno(), 0, 2048 * MIB)


def make_room(world):
    world.filler.unlink()


def lock_ledger(world):
    world.lock = sqlite3.connect(world.folder / "ledger" / "ledger.sqlite", isolation_level=None)
    world.lock.execute("BEGIN IMMEDIATE")
    world.send([STORES])


def certificate_until(world, code, days):
    """The agency's certificate of the directory ends so many days from now."""
    pki = world.folder / "pki"
    if not (pki / f"{code}.kept").exists():
        shutil.copy(pki / f"{code}.pem", pki / f"{code}.kept")
    shifted = world.folder / "shifted"
    shifted.write_bytes(struct.pack("<qqq", (days - 100) * DAY_MS, 0, 0))
    environment = {**os.environ, "LD_PRELOAD": str(world.folder / "fault_shim.so"), "LGSP_SHIM": str(shifted)}
    subprocess.run(["openssl", "req", "-x509", "-key", pki / f"{code}.key", "-subj", f"/CN={code}", "-days", "100",
                    "-out", pki / f"{code}.pem"], check=True, env=environment, stderr=subprocess.DEVNULL)
    world.restart()


def certificate_back(world, code):
    shutil.copy(world.folder / "pki" / f"{code}.kept", world.folder / "pki" / f"{code}.pem")
    world.restart()


def adapter_anew(world, code):
    world.kill(f"folder-{code}", how=15)
    world.start_adapter(code)


def fetches_with_ended_certificate(world):
    certificate_until(world, STORES, -1)
    adapter_anew(world, STORES)
    world.send([STORES], padding=3 * MIB)


def has_a_certificate_again(world):
    certificate_back(world, STORES)
    adapter_anew(world, STORES)


def share_used_up(world):
    """It announces more than its share, which nothing needs to be put for."""
    world.restart(quota_gib=1)
    pki = world.folder / "pki"
    context = ssl.create_default_context(cafile=pki / "ca.pem")
    context.load_cert_chain(pki / f"{SENDER}.pem", pki / f"{SENDER}.key")
    caller = http.client.HTTPSConnection("127.0.0.1", world.contents_port, context=context, timeout=20)
    caller.request("PATCH", "/v1/contents/" + 64 * "0",
                   headers={"Upload-Offset": "0", "Upload-Length": str(2048 * MIB), "Content-Length": "0"})
    assert caller.getresponse().status == 507
    caller.close()


def own_certificate_ends(world, days_before):
    """The hub's clock stands so many days before the end of its certificate, of those that it has not renewed."""
    done = subprocess.run(["openssl", "x509", "-in", world.folder / "pki" / "hub.pem", "-noout", "-enddate"],
                          capture_output=True, text=True, check=True)
    end = time.mktime(time.strptime(done.stdout.strip().removeprefix("notAfter="),
                                    "%b %d %H:%M:%S %Y GMT")) - time.timezone
    world.set_shim(clock_ms=int((end - time.time()) * 1000) - days_before * DAY_MS)


def receiver_fails(world):
    (world.work / "refuse").touch()
    world.sent([FAILS], "failed")


def receiver_is_mended(world):
    (world.work / "refuse").unlink()
    world.operate("retry", "failed", FAILS)


def part_damaged(world):
    """A stored large part is changed on the disk, and asked for by its receiver."""
    world.kill(f"folder-{STORES}", how=15)
    world.sent([STORES], "queued", padding=3 * MIB)
    files = [path for path in (world.folder / "contents").rglob("*") if path.is_file()
             and path.stat().st_size > 2 * MIB]
    assert len(files) == 1, files
    with open(files[0], "r+b") as file:
        file.seek(MIB)
        octet = file.read(1)
        file.seek(MIB)
        file.write(bytes([octet[0] ^ 1]))
    world.start_adapter(STORES)


def started_days_back(world):
    """What was written last is ahead of the clock."""
    world.sent([STORES], "retrieved")
    world.set_shim(clock_ms=-3 * DAY_MS)
    world.restart()


def part_put_back(world):
    """As from a backup: the hub looks at it when it starts."""
    (damaged,) = [path for path in (world.folder / "contents").rglob("*") if path.is_file() and path.stat().st_size > 2 * MIB]
    with open(damaged, "r+b") as file:
        file.seek(MIB)
        octet = file.read(1)
        file.seek(MIB)
        file.write(bytes([octet[0] ^ 1]))
    world.restart()


def day_passes(world):
    """What has mended itself is told for a day: it passes for the hub."""
    world.set_shim(clock_ms=25 * 3_600_000)


def today_again(world):
    world.set_shim()
    world.restart()


def inbox_deleted(world):
    world.kill("fails", how=15)
    for _ in range(3):
        world.sent([FAILS], "queued")
    world.ctl("delete_queue", f"inbox.{FAILS}", "-p", "lgsp")


def inbox_taken(world):
    world.spawn("fails", world.bin / "refusing_receiver", world.folder, FAILS, str(world.broker_port), world.work)
    wait_for("what was lost to arrive", lambda: not any(q["agency"] == FAILS and q["waiting"] for q in
                                                        world.call("GET", "/v1/queues")["queues"]), 120)
    day_passes(world)


def poison(world):
    for kind in ("random_bytes", "truncated", "wrong_signature"):
        subprocess.run([world.bin / "submit_raw", world.folder, str(world.broker_port), SENDER, kind], check=True,
                       stdout=subprocess.DEVNULL)


def send_what_is_late(world):
    """A document that nobody takes, and one that nobody answers: their term of a minute, counted in whole ones, passes
    while other faults come and go."""
    world.send([SILENT])
    world.send([STORES])


def axis_away(world):
    """It hangs up on everybody. The connector runs, and holds what it cannot hand on."""
    world.axis.faults({"kind": "outage"})
    world.send([OUTSIDE])


def axis_back(world):
    world.axis.faults()


def connector_down(world):
    world.kill("axis")
    world.send([OUTSIDE])


def late(_):
    """It happens by itself."""


def taken_by(world, code):
    work = world.folder / f"takes-{code}"
    work.mkdir()
    world.spawn(f"takes-{code}", world.bin / "refusing_receiver", world.folder, code, str(world.broker_port), work)


def blocked(world, *setting):
    """RabbitMQ tells it who publishes: documents go on coming."""
    world.ctl(*setting)


def intake_kept_out(world):
    """The connection that has the consumers is closed, and a second one is not allowed."""
    world.ctl("set_user_limits", "hub", '{"max-connections": 1}')
    listed = subprocess.run(["bash", NODE, "ctl", world.folder / "node", "-q", "list_consumers", "-p", "lgsp", "queue_name",
                             "channel_pid"], check=True, capture_output=True, text=True).stdout
    taking = next(line.split()[1] for line in listed.splitlines() if line.startswith("submit."))
    channels = subprocess.run(["bash", NODE, "ctl", world.folder / "node", "-q", "list_channels", "pid", "connection"],
                              check=True, capture_output=True, text=True).stdout
    connection = next(line.split()[1] for line in channels.splitlines() if line.startswith(taking))
    world.ctl("close_connection", connection, "for the test")


def broker_faults():
    broker = lambda cause: [("receive", "red", cause, None), ("deliver", "red", cause, None)]
    return [
        Fault("RabbitMQ is stopped", broker("BROKER_DOWN"), World.kill_broker, World.start_broker, browser=True),
        Fault("RabbitMQ's disk is below its watermark", broker("BROKER_BLOCKED"),
              lambda w: blocked(w, "set_disk_free_limit", str(10**15)),
              lambda w: w.ctl("set_disk_free_limit", "50000000"), browser=True),
        Fault("RabbitMQ's memory is above its watermark", broker("BROKER_BLOCKED"),
              lambda w: blocked(w, "set_vm_memory_high_watermark", "absolute", "1000"),
              lambda w: w.ctl("set_vm_memory_high_watermark", "0.4")),
        Fault("RabbitMQ lets the hub send, and not take", broker("BROKER_DOWN"), intake_kept_out,
              lambda w: w.ctl("clear_user_limits", "hub", "all")),
        # It looks at one agency a second and believes it after a minute: a queue that is being filled is short too.
        Fault("an inbox is deleted from RabbitMQ", [("deliver", "yellow", "INBOX_LOST", None)], inbox_deleted,
              inbox_taken, told_s=150,
              after=today_again),
    ]


def own_faults():
    return [
        Fault("the hub's certificate ends in ten days", [("route", "yellow", "CERTIFICATE_ENDS", None)],
              lambda w: own_certificate_ends(w, 10), World.set_shim),
        Fault("the hub's certificate has ended", [("route", "red", "CERTIFICATE_ENDED", None)],
              lambda w: own_certificate_ends(w, -1), World.set_shim, browser=True),
        Fault("the clock is set forward", [("route", "yellow", "CLOCK_SET", None)], lambda w: w.set_shim(clock_ms=5000),
              World.set_shim),
        Fault("the clock is set back", [("route", "yellow", "CLOCK_SET", None)], lambda w: w.set_shim(clock_ms=-90_000),
              World.set_shim),
        Fault("the hub is started with its clock days back", [("route", "yellow", "CLOCK_BEHIND", None)],
              started_days_back, World.set_shim, after=World.restart),
        Fault("the settings are reloaded with a mistake", [("route", "yellow", "CONFIG_REFUSED", None)],
              World.reload_a_mistake, World.reload_without_it, browser=True),
        Fault("the disk is slow", [("store", "yellow", "LEDGER_SLOW", None)],
              lambda w: (w.set_shim(sync_ms=3000), w.send([STORES])), World.set_shim),
        Fault("a disk is nearly full", [("store", "yellow", "DISK_SHORT", None)],
              lambda w: w.set_shim(free_bytes=1_500_000_000), World.set_shim),
        Fault("the ledger's disk is full", [("store", "red", "LEDGER_FULL", None)],
              lambda w: fill(w, ledger_reserve_mib=0), make_room, browser=True),
        Fault("another program has locked the ledger", [("store", "red", "LEDGER_BUSY", None)], lock_ledger,
              lambda w: w.lock.close()),
        Fault("the content store's disk is full", [("store", "red", "CONTENTS_FULL", None)],
              lambda w: fill(w, contents_reserve_mib=0), make_room),
        Fault("a large part is damaged on the disk", [("store", "yellow", "CONTENT_DAMAGED", None)], part_damaged,
              part_put_back),
    ]


def agencies_faults():
    return [
        Fault("an agency's certificate ends in ten days", [("route", "yellow", "CERTIFICATE_ENDS", SILENT)],
              lambda w: certificate_until(w, SILENT, 10), lambda w: certificate_back(w, SILENT)),
        Fault("an agency's certificate has ended", [("route", "yellow", "CERTIFICATE_ENDED", SILENT)],
              lambda w: certificate_until(w, SILENT, -1), lambda w: certificate_back(w, SILENT)),
        Fault("an agency fetches a large part with a certificate that has ended",
              [("route", "yellow", "CONTENT_CERTIFICATE_ENDED", STORES)], fetches_with_ended_certificate,
              has_a_certificate_again),
        Fault("an agency's share of the content store is used up", [("store", "yellow", "CONTENT_QUOTA", SENDER)],
              share_used_up, World.restart),
        Fault("a receiver cannot store", [("deliver", "red", "DELIVERIES_FAILED", None)], receiver_fails,
              receiver_is_mended, browser=True),
        Fault("an agency is silent", [("deliver", "yellow", "AGENCY_LATE", SILENT)], late,
              lambda w: taken_by(w, SILENT), told_s=TERM_S + TOLD_S),
        Fault("the national axis is away", [("axis", "red", "AXIS_DOWN", AXIS)], axis_away, axis_back, browser=True),
        Fault("the connector to the national axis is down", [("axis", "red", "AXIS_UNREAD", AXIS)], connector_down,
              World.start_connector),
    ]


class Today:
    """What the page shows in a browser of its own."""

    def __init__(self, folder, world):
        from console_test import tools
        self.folder, why = tools(pathlib.Path(folder).resolve())
        self.process = None
        if not self.folder:
            print(f"without the page: {why}")
            return
        shutil.copy(HERE.parent / "console" / "today.mjs", self.folder / "today.mjs")
        self.process = subprocess.Popen(["node", "today.mjs", f"http://127.0.0.1:{world.http_port}", TOKEN],
                                        cwd=self.folder,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def lamps(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def stop(self):
        if self.process:
            self.process.stdin.close()
            self.process.wait(timeout=30)


def tell(world, fault, today):
    """What is wrong with how it was told; None when nothing is."""
    wanted = set(fault.lamps)
    before = {one for one in world.causes() if one[1] == "red" or one in wanted and fault.begin is not late}
    if before:
        return f"told before: {before}"
    fault.begin(world)
    began = time.monotonic()
    while not wanted <= set(world.causes()):
        if time.monotonic() - began > fault.told_s:
            return f"not told within {fault.told_s} s, but {sorted(map(str, world.causes()))}"
        if "watermark" in fault.name:
            world.send([STORES])
        time.sleep(0.2)
    told_after = time.monotonic() - began
    causes = world.causes()
    others = [one for one in causes if one[1] == "red" and one not in wanted]
    titles = [title for one, title in causes.items() if one in wanted]
    if today and today.process and fault.browser:
        while not all(title in today.lamps() for title in titles):
            if time.monotonic() - began > fault.told_s:
                return f"the page does not show {titles}: {today.lamps()}"
            time.sleep(0.2)
    fault.end(world)
    ended = time.monotonic()
    while wanted & set(world.causes()):
        if time.monotonic() - ended > 120:
            return f"still told: {wanted & set(world.causes())}"
        time.sleep(0.2)
    gone_after = time.monotonic() - ended
    fault.after(world)
    print(f"      told after {told_after:.1f} s, gone after {gone_after:.1f} s")
    return f"also red: {others}" if others else None


def poisoned(world):
    """No lamp: one sender's fault. Today counts refusals by cause."""
    poison(world)
    wanted = {"envelope_malformed", "signature_invalid"}
    refusals = lambda: {row["refusal"]["code"]
                        for row in world.call("GET", "/v1/documents?refused=true&since=24h&count=500")["documents"]}
    began = time.monotonic()
    while not wanted <= refusals():
        if time.monotonic() - began > TOLD_S:
            return f"only {refusals()}"
        time.sleep(0.2)
    red = [one for one in world.causes() if one[1] == "red"]
    return f"red: {red}" if red else None


def late_answers(world):
    """No lamp either: who owes an answer is listed below them."""
    began = time.monotonic()
    while not any(row["agency"] == STORES and row["duty"] == "arrival" for row in
                  world.call("GET", "/v1/overdue")["overdue"]):
        if time.monotonic() - began > TERM_S + TOLD_S:
            return "not told"
        time.sleep(0.5)
    return None


def locked_out(world):
    """No lamp: the audit counts refused sign-ins, and whoever guesses is told to wait."""
    wish = {"name": "admin", "password": "wrong wrong wrong"}
    status = 0
    for _ in range(60):
        try:
            request = urllib.request.Request(f"http://127.0.0.1:{world.http_port}/v1/session",
                                             json.dumps(wish).encode(),
                                             {"Content-Type": "application/json", "X-Lgsp-Request": "1"}, method="POST")
            urllib.request.urlopen(request)
        except urllib.error.HTTPError as error:
            status = error.code
        if status == 429:
            break
    acts = world.call("GET", "/v1/audit?verb=sign_in_refused")["acts"]
    return None if status == 429 and acts else f"{status}, {len(acts)} entries of the audit"


def bad_settings(world):
    """It says what is wrong instead of starting."""
    settings = world.folder / "bad.toml"
    settings.write_text((world.folder / "hub.toml").read_text().replace("province_codes", "provinc_codes"))
    done = subprocess.run([world.bin / "lgsp-hub", "--check", settings], capture_output=True, text=True)
    said = done.stdout + done.stderr
    return None if done.returncode == 78 and "provinc_codes" in said and world.is_ready() else f"{done.returncode} {said}"


# What no lamp is for, and where it is told.
ELSEWHERE = [("poison envelopes stand among the refusals", poisoned), ("late answers stand below the lamps", late_answers),
             ("guesses stand in the audit", locked_out), ("wrong settings are told before a start", bad_settings)]


def run(world, options):
    world.start()
    send_what_is_late(world)
    today = Today(options.browser, world) if options.browser else None
    faults = [fault for fault in broker_faults() + own_faults() + agencies_faults() if options.only in fault.name]
    others = [(name, check) for name, check in ELSEWHERE if options.only in name]
    wrong = []
    try:
        for name, check in [(fault.name, lambda w, f=fault: tell(w, f, today)) for fault in faults] + others:
            trouble = check(world)
            print(f"{'FAIL ' if trouble else 'ok   '} {name}{f': {trouble}' if trouble else ''}", flush=True)
            wrong += [name] if trouble else []
            if trouble:
                world.set_shim()
    finally:
        if today:
            today.stop()
    count = len(faults) + len(others)
    print(f"{count - len(wrong)} of {count}")
    return 1 if wrong else 0


def run_quietly(world, seconds):
    """No false alarm: whatever is not green is printed with its time."""
    world.start()
    seen, looks = {}, 0
    began = time.monotonic()
    while (now := time.monotonic() - began) < seconds:
        world.send([STORES])
        for one in world.causes():
            seen.setdefault(one, f"{now:.0f} s")
        looks += 1
        time.sleep(1)
    # How much room there is on this disk is no matter of the hub's.
    false = {one: at for one, at in seen.items() if one[2] != "DISK_SHORT"}
    print(f"{looks} looks in {seconds} s, {world.number} documents, false alarms: {false or 'none'}")
    return 1 if false else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries")
    parser.add_argument("--browser")
    parser.add_argument("--quiet", type=int, default=0)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    if shutil.disk_usage(tempfile.gettempdir()).free < 5 * 2**30:
        print("skipped: a disk with 5 GiB free is needed, to be filled")
        return SKIPPED
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lgsp-faults-"))
    world = World(folder, options.binaries, bool(options.quiet))
    try:
        return run_quietly(world, options.quiet) if options.quiet else run(world, options)
    finally:
        world.filler.unlink(missing_ok=True)
        world.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
