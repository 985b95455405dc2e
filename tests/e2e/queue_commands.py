"""lgsp queue, through a kill of the hub while a queue is paused, as a part of command_line.py."""

import json
import signal

from province import packet, wait_for

WHY = ("--reason", "nâng cấp phần mềm")


def queues(run, right):
    province, expect, note = run.province, run.expect, run.note

    def lgsp(*arguments):
        return json.loads(province.lgsp(*right, *arguments, "--json").stdout)

    def is_known(number, *more):
        return f'"{number}"' in province.lgsp(*right, "find", "--number", number, *more, "--json", check=False).stdout

    def has_arrived(number):
        return is_known(number, "--state", "retrieved")

    def taken_at(number):
        """Which entry of the ledger says that its receiver has taken it."""
        entries = lgsp("show", f"{number}/UBND-VX")["entries"]
        return next(entry["entry"] for entry in entries if entry["event"] == "retrieved")

    pause = (*right, "queue", "pause", "H43.02", *WHY)
    resume = (*right, "queue", "resume", "H43.02", *WHY)
    limit = (*right, "queue", "limit", "H43.02", "--per-minute")
    for command in ((*right, "queues"), (*right, "queue", "list"), (*right, "queue", "show", "H43.02")):
        expect(0, *command)
    expect(0, *pause)
    paused = lgsp("queue", "show", "H43.02")["paused"]
    note("who paused it and why", None if paused["reason"] == WHY[1] and paused["by"] else str(paused))
    for kind, words in (("vi", "TẠM DỪNG bởi"), ("en", "PAUSED by")):
        said = province.lgsp(*right, "--lang", kind, "queue", "list").stdout
        note(f"the list says it, in {kind}", None if words in said and WHY[1] in said else said)

    # Their numbers do not tell in which order they were sent.
    held = ("7847", "7841", "7849", "7844")
    for number in held:
        province.drop("H43.01", f"held-{number}", packet("H43.01", ["H43.02"], number))
        wait_for(f"the hub has {number}", lambda number=number: is_known(number), 60)
    sent = province.box("H43.01", "sent")
    wait_for("the hub's answers", lambda: all((sent / f"held-{number}.edxml").exists() for number in held), 60)
    told = province.lgsp(*right, "--lang", "en", "show", "7841/UBND-VX").stdout
    note("the story says that it is held", None if "held, its queue is paused by" in told else told)
    told = province.lgsp(*right, "--lang", "en", "explain", "H43.02").stdout
    note("explain says it, too", None if "its queue is paused by" in told else told)
    province.kill("hub", signal.SIGKILL)
    province.start_hub()
    wait_for("the hub after a kill", lambda: province.lgsp(*right, "status", check=False).returncode in (0, 8), 60)
    # Behind it comes what goes to another.
    province.drop("H43.02", "other", packet("H43.02", ["H43.01"], "7842"))
    wait_for("another's document", lambda: has_arrived("7842"), 60)
    row = lgsp("queue", "show", "H43.02")
    note("it is paused after a kill, too", None if row["paused"] == paused and row["waiting"] == len(held) else str(row))
    arrived = [number for number in held if has_arrived(number)]
    note("and all of it is held", None if not arrived and row["unconfirmed"] == len(held) else f"{arrived} {row}")
    expect(0, *limit, "6000", *WHY)
    expect(0, *resume)
    wait_for("what was held", lambda: all(map(has_arrived, held)), 60)
    order = sorted(held, key=taken_at)
    note("in the order in which it came", None if order == list(held) else str(order))
    note("a limit is shown", None if lgsp("queue", "show", "H43.02")["limit"]["per_minute"] == 6000 else "it is not")
    expect(0, *right, "queue", "unlimit", "H43.02", *WHY)
    note("and taken away", None if lgsp("queue", "show", "H43.02")["limit"] is None else "it is still there")

    expect(3, *right, "queue", "pause", "H43.99", *WHY)
    expect(3, *right, "queue", "show", "H43.99")
    for wrong in ([], ["--reason", " "], ["--reason", "x" * 301]):
        expect(2, *right, "queue", "pause", "H43.02", *wrong)
    for wrong in ([*WHY], ["--per-minute", "0", *WHY], ["--per-minute", "-1", *WHY], ["--per-minute", "60001", *WHY]):
        expect(2, *right, "queue", "limit", "H43.02", *wrong)
    expect(5, "--seen", '"nonsense"', *pause)
    for act in (["pause", "H43.02", *WHY], ["resume", "H43.02", *WHY], ["limit", "H43.02", "--per-minute", "1", *WHY], ["unlimit", "H43.02", *WHY],
                ["list"], ["show", "H43.02"]):
        expect(6, *run.nowhere, "queue", *act)
        expect(4, *run.here, "queue", *act)
    acts = [act["verb"] for act in lgsp("audit", "--object", "H43.02")["acts"] if act["verb"].startswith("queue_")]
    note("each act is on record once", None if sorted(acts) == ["queue_limit"] * 2 + ["queue_pause", "queue_resume"] else str(acts))
