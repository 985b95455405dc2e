"""What lgsp shows by conditions, a row a line, and again and again: for command_line.py."""

import json
import signal
import subprocess

from province import wait_for

CAUSE = "0123456789abcdef"


def ask_by_conditions(run):
    """What became of documents, and what was refused."""
    province, here, expect = run.province, run.here, run.expect
    for condition in (["--urgency", "0"], ["--kind", "document"], ["--kind", "acknowledgement"]):
        expect(0, *here, "find", *condition)
        expect(6, *run.nowhere, "find", *condition)
    for condition in (["--urgency", "4"], ["--overdue"], ["--owed", "change_answer"], ["--cause", CAUSE], ["--operation", "99"], ["--kind", "unknown"]):
        expect(3, *here, "find", *condition)
    for condition in (["--urgency", "5"], ["--urgency", "khẩn"], ["--owed", "no"], ["--cause", "x"], ["--operation", "x"], ["--kind", "x"]):
        expect(2, *here, "find", *condition)
    # An agency whose acknowledgements are refused: nothing else tells of it.
    done = subprocess.run([province.bin / "submit_raw", province.folder, str(province.broker_port), "H43.01", "empty_acknowledgement"],
                          capture_output=True, text=True)
    refused = wait_for("a refused acknowledgement", lambda: province.ask("find", "--refused", check=False).get("documents"), 60)
    is_right = [row["kind"] for row in refused] == ["acknowledgement"] and refused[0]["id"] == done.stdout.strip()
    run.note("a refused acknowledgement is found", None if is_right else f"{refused} {done.stderr}")
    shown = province.lgsp(*here, "find", "--refused").stdout
    run.note("and shown", None if "[acknowledgement]" in shown and "part_missing" in shown else shown)
    others = province.ask("find", "--from", "H43.01")["documents"]
    run.note("and buries no document", None if all(row["kind"] == "document" for row in others) else others)


def choose_fields(run, here, command):
    """--fields: of each row only these keys, in this order, however it is printed; what no row has is named with those that are."""
    rows, name = next((value, name) for name, value in json.loads(run.province.lgsp(*here, *command, "--json").stdout).items()
                      if isinstance(value, list) and value)
    keys = list(rows[0])[1::-1]
    chosen = [*here, *command, "--fields", ",".join(keys)]
    wanted = [[key, *(row[key] for row in rows)] for key in keys]
    told = {how: run.province.lgsp(*chosen, *how, check=False).stdout for how in ((), ("--json",), ("--jsonl",))}
    lists = (json.loads(told[("--json",)])[name], [json.loads(line) for line in told[("--jsonl",)].splitlines()])
    is_right = all([[key, *(row[key] for row in each)] for key in keys] == wanted and list(each[0]) == keys for each in lists) \
        and told[()].split()[:2] == keys and len(told[()].splitlines()) == len(rows) + 1
    run.note(f"lgsp {' '.join(command)} --fields", None if is_right else str(told))
    for unknown in ("nonsense", keys[0] + ",", ""):
        run.expect(2, *here, *command, "--fields", unknown)
    said = run.province.lgsp(*here, *command, "--fields", "nonsense", check=False).stderr
    run.note("which fields there are is told", None if "nonsense" in said and all(key in said for key in rows[0]) else said)


def print_rows(run, here, commands):
    """--jsonl: the rows of --json, a line each, and nothing else."""
    for command in commands:
        told = json.loads(run.province.lgsp(*here, *command, "--json").stdout)
        done = run.province.lgsp(*here, *command, "--jsonl", check=False)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        # Beside its agencies a directory has a list of what is in none, beside what failed there is what is parked.
        others = ("unlisted", "failures" if "--parked" in command else "parked")
        wanted = [value for name, value in told.items() if isinstance(value, list) and name not in others]
        # How long something has waited differs from one question to the next.
        keys = [[list(row) for row in value] for value in ([rows] + wanted)]
        is_right = done.returncode == 0 and len(wanted) == 1 and keys[0] == keys[1] and not done.stderr
        run.note(f"0 lgsp {' '.join(command)} --jsonl", None if is_right else f"{done} {told}")
        if rows and "--parked" not in command:
            choose_fields(run, here, command)
        gone = run.province.lgsp(*run.nowhere, *command, "--jsonl", check=False)
        if command != ["context", "list"]:
            is_right = gone.returncode == 6 and json.loads(gone.stdout)["error"]["code"] == "hub_unreachable" and not gone.stderr
            run.note(f"6 lgsp {' '.join(command)} --jsonl", None if is_right else str(gone))
    if ["find"] in commands:
        done = run.province.lgsp(*here, "find", "--count", "1", "--jsonl", check=False)
        rest = done.stderr.strip().rpartition(" ")[2]
        row = json.loads(done.stdout)
        is_right = done.returncode == 0 and rest.partition(".")[0] == str(row["seq"])
        run.note("that there are more is said beside the rows", None if is_right else str(done))
        done = run.province.lgsp(*here, "find", "--number", "999999", "--jsonl", check=False)
        is_right = done.returncode == 3 and json.loads(done.stdout)["error"]["code"] == "not_found"
        run.note("3 lgsp find --jsonl", None if is_right else str(done))
    done = run.province.lgsp(*here, "show", "1", "--jsonl", check=False)
    run.note("2 lgsp show --jsonl", None if done.returncode == 2 else str(done))


def watch(run):
    """lgsp status --watch: ends by Ctrl-C with 130, and with 6 when the hub goes away."""
    province = run.province
    for flags in (["--jsonl"], ["--json"], []):
        for ending, code in (("Ctrl-C", 130), ("the hub's end", 6)):
            line = [province.bin / "lgsp", *run.here, "status", "--watch", *flags]
            with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
                states = [json.loads(process.stdout.readline())["state"] for _ in range(2)]
                if code == 130:
                    process.send_signal(signal.SIGINT)
                else:
                    province.kill("hub", signal.SIGTERM)
                rest, said = process.communicate(timeout=60)
            wrong = f"exit {process.returncode}, {said}" if process.returncode != code or said else None
            if code == 6 and not wrong and json.loads(rest.splitlines()[-1])["error"]["code"] != "hub_unreachable":
                wrong = rest
            run.note(f"status --watch {' '.join(flags)} until {ending}", wrong or (None if states[0] else "no state"))
            if code == 6:
                province.start_hub()
                wait_for("the hub to be ready", province.is_ready, 60)
    run.expect(6, *run.nowhere, "status", "--watch")
    run.expect(2, *run.here, "status", "--jsonl")
