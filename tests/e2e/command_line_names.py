"""Which document is meant, which program this is, and what is wrong with a file: for command_line.py."""

import json

from province import packet


def name_documents(run):
    """By number and DocumentId; of several each is named, and who says nothing is asked what is meant."""
    several = [*run.here, "show", "7820/UBND-VX"]
    run.expect(5, *several)
    ids = [document["id"] for document in run.province.ask("find", "--number", "7820")["documents"] if document["kind"] == "document"]
    told = json.loads(run.province.lgsp(*several, "--json", check=False).stdout)["error"]["detail"]
    run.note("those with the same number are named", None if len(ids) == 2 and all(each in told for each in ids) and "bản b" in told else told)
    for command in (["show", ""], ["show", "  "], ["find", ""], ["find", "   "], ["find", " ", "\t"], ["recall", " ", "--reason", "x", "--outbox", "y"]):
        run.expect(2, *run.here, *command)
    run.expect(0, *run.here, "show", "H43.01,2026/11/20,7816/UBND-VX")
    run.expect(3, *run.here, "show", "H43.01,2026/11/20,7817/UBND-VX")


def tell_version(run):
    for place, is_told in ((run.here, True), (run.nowhere, False)):
        # A hub that is away is no failure.
        run.expect(0, *place, "version")
        told = json.loads(run.province.lgsp(*place, "version", "--json").stdout)
        is_right = (told["hub"]["version"] == told["version"]) == is_told == (told["hub"]["trouble"] is None) and told["build"]["id"]
        run.note("which program this is, and which hub", None if is_right else told)


def validate(run, folder):
    good, bad = folder / "to-validate.edxml", folder / "to-refuse.edxml"
    good.write_bytes(packet("H43.01", ["H43.02"], "7819"))
    bad.write_bytes(packet("H43.01", [], "7819"))
    run.expect(0, "validate", str(good))
    run.expect(8, "validate", str(bad))
    for file, code, levels in ((good, 0, set()), (bad, 8, {"error"})):
        done = run.province.lgsp("validate", str(file), "--sarif", check=False)
        log = json.loads(done.stdout)
        found = {result["level"] for each in log["runs"] for result in each["results"]}
        run.note(f"{code} lgsp validate --sarif", None if done.returncode == code and log["version"] == "2.1.0" and levels <= found else str(done))
    run.expect(3, "validate", str(folder / "absent.edxml"))
    run.expect(2, "validate")
