"""lgsp failure assign and note, with a receiver that cannot store what it is brought, as a part of command_line.py."""

import json
import signal

from province import packet, wait_for

FAILS = "H43.03"
NOWHERE = "0123456789abcdef"


def take(run, right):
    province, lgsp, expect = run.province, run.province.lgsp, run.expect
    work = province.folder / "fails"
    work.mkdir()
    (work / "refuse").write_text("Ổ đĩa đầy\n")
    # It would store what is to fail.
    province.kill(f"folder-{FAILS}", signal.SIGTERM)
    province.spawn("fails", province.bin / "refusing_receiver", province.folder, FAILS, str(province.broker_port), work)
    province.drop("H43.01", "fails", packet("H43.01", [FAILS], "7833"))

    def group():
        groups = json.loads(lgsp(*right, "failures", "--json").stdout)["failures"]
        return groups[0] if groups else None

    cause = wait_for("something to fail", group, 60)["cause"]
    expect(0, *right, "failure", "assign", cause, "--reason", "đang gọi")
    taken = group()["taken"]
    run.note("it is taken by who said so", None if taken and taken["to"] == taken["by"] else str(taken))
    expect(0, *right, "failure", "note", cause, "--text", "Đã gọi VNPT, phiếu 123")
    for lang, words in (("vi", ("Đang xử lý", "Đã gọi VNPT, phiếu 123")), ("en", ("Taken by", "Đã gọi VNPT, phiếu 123"))):
        text = lgsp(*right, "--lang", lang, "failures").stdout
        run.note(f"it is told in {lang}", None if all(word in text for word in words) else text)
    # Once as text, once as JSON.
    notes = [note["text"] for note in group()["notes"]]
    run.note("notes stay, each by itself", None if notes == 2 * ["Đã gọi VNPT, phiếu 123"] else str(notes))
    acts = json.loads(lgsp(*right, "audit", "--object", f"failure/{cause}", "--json").stdout)["acts"]
    verbs = sorted(act["verb"] for act in acts)
    run.note("all of it is in the audit", None if verbs == 2 * ["failure_assign"] + 2 * ["failure_note"] else str(verbs))
    seen = group()["assign_etag"]
    expect(0, *right, "failure", "assign", cause, "--give-back")
    run.note("it is given back", None if group()["taken"] is None else str(group()))
    expect(5, *right, "--seen", seen, "failure", "assign", cause)
    for words in (["assign", cause], ["note", cause, "--text", "x"]):
        expect(4, *run.here, "failure", *words)
        expect(6, *run.nowhere, "failure", *words)
    expect(3, *right, "failure", "assign", NOWHERE)
    expect(3, *right, "failure", "note", NOWHERE, "--text", "x")
    for wrong in (["assign"], ["assign", "x"], ["assign", cause, "--to", "nobody"], ["assign", cause, "--to", "a", "--give-back"],
                  ["note", cause], ["note", cause, "--text", " "], ["note", cause, "--text", "x" * 301]):
        expect(2, *right, "failure", *wrong)
    # Mended, and sent again: what comes after this meets a hub that nothing is wrong with.
    (work / "refuse").unlink()
    lgsp(*right, "retry", "--where", f"cause={cause}", "--expect", "1", "--yes", "--reason", "đã thay ổ đĩa")
    wait_for("nothing to fail any more", lambda: group() is None, 60)


def call(run, right):
    """Whom to telephone, and one agency alone."""
    for lang, words in (("vi", "Gọi            Văn thư  0259 0000 002  (giờ hành chính)\n"), ("en", "Call           Văn thư  0259")):
        text = run.province.lgsp(*right, "--lang", lang, "agency", "show", "H43.02").stdout
        run.note(f"whom to call in {lang}", None if words in text else text)
        text = run.province.lgsp(*right, "--lang", lang, "agency", "list").stdout
        run.note(f"whom to call first in {lang}", None if "Văn thư 0259 0000 002" in text else text)
    run.expect(0, *right, "agency", "show", "H43.01")
    run.expect(4, *run.here, "agency", "show", "H43.01")
    run.expect(3, *right, "agency", "show", "H43.99")
    run.expect(2, *right, "agency", "show")
