"""What lgsp-hub --doctor finds, what happens to answers that cannot be written, and where
settings come from; a part of command_line.py."""

import json
import re
import subprocess
import tarfile

from province import NODE


def wanted_names(stdout):
    return {each["name"] for each in json.loads(stdout)["examined"]}


def examine_host(run, folder):
    """This host is fit for the hub; one whose broker is elsewhere is not, and is told so."""
    def doctor(file, *options):
        return subprocess.run([run.province.bin / "lgsp-hub", "--doctor", file, *options], capture_output=True, text=True)

    done = doctor(folder / "hub.toml", "--json")
    found = {each["name"]: each for each in json.loads(done.stdout)["examined"]}
    wanted = {"ledger_folder", "disk_latency", "broker", "certificates", "clock", "open_files", "broker_limits"}
    is_fit = found["broker"]["health"] == found["broker_limits"]["health"] == found["ledger_folder"]["health"] == "good" \
        and "RabbitMQ 3." in found["broker"]["found"] and found["broker_limits"]["found"] == "1 MiB"
    run.note("doctor: the host is looked at as a whole", None if wanted <= set(found) and is_fit else done.stdout)
    bad = [name for name, each in found.items() if each["health"] == "bad"]
    run.note("doctor: the exit code says whether it is fit", None if done.returncode == (8 if bad else 0) else str(done))
    def limit_of_disk(octets):
        subprocess.run(["bash", NODE, "ctl", folder / "node", "-q", "set_disk_free_limit", octets], check=True)

    limit_of_disk(str(10**15))
    try:
        done = doctor(folder / "hub.toml", "--english")
    finally:
        limit_of_disk("50000000")
    is_told = done.returncode == 8 and "broker_limits: " in done.stdout and "rabbitmq-diagnostics alarms" in done.stdout
    run.note("doctor: a broker that lacks disk takes nothing", None if is_told else str(done))
    elsewhere = folder / "elsewhere.toml"
    elsewhere.write_text(re.sub(r"(amqps?://[^\"]*):\d+", r"\1:1", (folder / "hub.toml").read_text()))
    for options, words in (((), "BAD broker: "), (("--english",), "RabbitMQ")):
        done = doctor(elsewhere, *options)
        run.note("doctor: no broker is no fit host", None if done.returncode == 8 and words in done.stdout else str(done))
    elsewhere.write_text("no settings")
    run.note("doctor: wrong settings are told as --check does", None if doctor(elsewhere).returncode == 78 else "not 78")
    # The same by lgsp, which has no 78.
    for file, wanted in ((folder / "hub.toml", 8 if bad else 0), (elsewhere, 8)):
        for style in ((), ("--json",)):
            done = run.province.lgsp("doctor", str(file), *style, check=False)
            is_right = done.returncode == wanted and (not style or json.loads(done.stdout)) and done.stdout + done.stderr
            run.note(f"{wanted} lgsp doctor {file.name} {' '.join(style)}", None if is_right else str(done))
            # It has done its work, whatever it found.
            run.done |= {(("doctor",), bool(style))} if is_right else set()
    done = run.province.lgsp("doctor", str(folder / "hub.toml"), "--json", check=False)
    run.note("lgsp doctor looks at the same", None if wanted_names(done.stdout) == set(found) else done.stdout)


def check_output(run):
    """An answer that went nowhere is no success, and one about odd octets is JSON all the same."""
    lgsp = [run.province.bin / "lgsp", *run.here]
    checks = [[run.province.bin / program, "--check", run.province.folder / f"{file}.toml"]
              for program, file in (("lgsp-hub", "hub"), ("lgsp-folder", next(iter(run.province.agencies))))]
    for command in ([*lgsp, "status"], [*lgsp, "--json", "find"], *checks):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
        run.note(f"a full disk behind {command[-1]}", None if done.returncode == 1 and done.stderr else str(done))
    done = subprocess.run([*lgsp, "--json", "show", b"\xff/\xfe"], stdout=subprocess.PIPE)
    run.note("odd octets are refused in JSON", None if "error" in json.loads(done.stdout.decode()) else str(done))


def gather_support(run, right, folder, token):
    """What whoever helps has to know, of a real hub; nothing of its documents."""
    settings = ("--settings", str(folder / "hub.toml"))
    for options in ((), ("--json",)):
        file = folder / f"support-{len(options)}.tar.gz"
        done = run.province.lgsp(*right, "support-bundle", "--out", str(file), *settings, *options, check=False)
        is_right = done.returncode == 0 and (not options or json.loads(done.stdout)["file"] == str(file))
        run.note(f"0 lgsp support-bundle {' '.join(options)}", None if is_right else str(done))
        run.done |= {(("support-bundle",), bool(options))} if is_right else set()
        with tarfile.open(file) as tar:
            parts = {each.name.rpartition("/")[2]: tar.extractfile(each).read().decode() for each in tar if each.isfile()}
        wanted = {"versions.json", "configuration.json", "status.json", "health.json", "queues.json", "failures.json",
                  "operations.json", "readyz.txt", "metrics.txt", "doctor.json"}
        secret = [words for words in (token, "đường sắt", "7816", "UBND-VX") if any(words in text for text in parts.values())]
        run.note("it holds all there is, and no secret", None if wanted <= set(parts) and not secret else f"{sorted(parts)} {secret}")
        run.expect(1, *right, "support-bundle", "--out", str(file), *settings)
    # Who may not see the settings is told that they are missing.
    for place in (run.here, run.nowhere):
        file = folder / f"support-{'denied' if place is run.here else 'nowhere'}.tar.gz"
        done = run.province.lgsp(*place, "support-bundle", "--out", str(file), *settings, "--json", check=False)
        missing = {each["name"] for each in json.loads(done.stdout)["left_out"]}
        is_right = done.returncode == 7 and "configuration.json" in missing and file.exists()
        run.note(f"7 lgsp {' '.join(place)} support-bundle", None if is_right else str(done))
    run.expect(2, *right, "support-bundle")


def show_settings(run, right, file, token):
    """Each with its origin, of a secret the file's name alone."""
    run.expect(3, *right, "config", "show", "--key", "nonsense")
    run.expect(6, *run.nowhere, "config", "show")
    text, told = (run.province.lgsp(*right, "--lang", "en", "config", "show", how).stdout for how in ("--origin", "--json"))
    line = file.read_text().splitlines().index('token_file = "http.token"') + 1
    wanted = (f"http.token_file = (secret in {file.parent / 'http.token'})  # {file}:{line}\n", "log.level = info  # default\n")
    lines = {setting["key"]: setting["line"] for setting in json.loads(told)["settings"]}
    is_right = all(words in text for words in wanted) and lines["http.token_file"] == line and token not in text + told
    run.note("where settings come from", None if is_right else text)
    for command in (["diff"], ["reload", "--dry-run"], ["reload", "--reason", "as it is"]):
        run.expect(0, *right, "config", *command)
        run.expect(4, *run.here, "config", *command)
        run.expect(6, *run.nowhere, "config", *command)
    run.expect(2, *right, "config", "reload")
    run.expect(5, *right, "config", "reload", "--expect", "1", "--reason", "none is changed")
    run.expect(0, "config", "check", str(file))
