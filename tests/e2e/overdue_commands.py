"""lgsp overdue and remind, with somebody who is late, as a part of command_line.py."""

import json

from province import wait_for

# Status 01 is due at once, on any day of the week.
NO_PATIENCE = """
[deadlines]
arrival = "0m"
[calendar]
hours = ["00:00-23:59"]
weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
"""
CALLED = ("--duty", "arrival", "--by", "phone", "--note", "Gặp chị Hoa, chiều nay bật máy")


def remind(run, right):
    lgsp, expect = run.province.lgsp, run.expect

    def row():
        rows = json.loads(lgsp(*right, "overdue", "--json").stdout)["overdue"]
        return next((each for each in rows if (each["agency"], each["duty"]) == ("H43.02", "arrival")), None)

    late = wait_for("somebody to be late", row, 120)
    run.note("nobody was reminded yet", None if late["reminded"]["count"] == 0 else str(late))
    expect(0, *right, "remind", "H43.02", *CALLED)
    expect(4, *run.here, "remind", "H43.02", *CALLED)
    expect(6, *run.nowhere, "remind", "H43.02", *CALLED)
    expect(3, *right, "remind", "H43.99", *CALLED)
    expect(5, *right, "remind", "H43.01", *CALLED)
    for lang, words in (("vi", "Đơn vị không trễ việc này"), ("en", "The agency is not late with that")):
        said = lgsp(*right, "--lang", lang, "remind", "H43.01", *CALLED, check=False).stderr
        run.note(f"nobody is called missing who is not late, in {lang}", None if words in said and "lgsp overdue" in said else said)
    for wrong in (["--duty", "none", *CALLED[2:]], ["--duty", "arrival", "--by", "pigeon", *CALLED[4:]], CALLED[:4],
                  [*CALLED[:5], " "], [*CALLED[:5], "x" * 301]):
        expect(2, *right, "remind", "H43.02", *wrong)
    expect(2, *right, "overdue", "--csv", "--json")
    expect(2, *right, "overdue", "--csv", "--duty", "arrival")
    # Once as text, once as JSON.
    run.note("it is told with who is late", None if row()["reminded"]["count"] == 2 else str(row()))
    text = lgsp(*right, "--lang", "en", "overdue").stdout
    run.note("in words, too", None if "2, last " in text else text)
    document = json.loads(lgsp(*right, "find", "--overdue", "--to", "H43.02", "--json").stdout)["documents"][0]["id"]
    story = json.loads(lgsp(*right, "show", document, "--json").stdout)["reminders"]
    is_told = [(each["by"], each["note"]) for each in story] == 2 * [("phone", CALLED[5])]
    run.note("it is in the story", None if is_told else str(story))
    text = lgsp(*right, "--lang", "vi", "show", document).stdout
    run.note("and there in words", None if CALLED[5] in text and "Nhắc lúc" in text else text)
    for command, words in ((["overdue"], "báo đã đến (01)"), (["show", document], "báo đã đến (01)"),
                           (["audit", "--verb", "remind"], "báo đã đến (01), Gọi điện, ")):
        text = lgsp(*right, "--lang", "vi", *command).stdout
        run.note(f"lgsp {command[0]} tells duties in Vietnamese",
                 None if words in text and "arrival" not in text and "phone" not in text else text)
    for lang, heading in (("vi", "Mã đơn vị,"), ("en", "Agency,")):
        csv = lgsp(*right, "--lang", lang, "overdue", "--csv").stdout
        lines = csv.removeprefix("\ufeff").splitlines()
        is_right = csv.startswith("\ufeff" + heading) and len(lines) > 1 and all(",H43.02," in line for line in lines[1:])
        run.note(f"the list to telephone in {lang}", None if is_right else csv)
