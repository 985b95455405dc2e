#!/usr/bin/env python3
"""The console in a real browser, on a real hub with a real broker: console_test.py BINARIES FOLDER

FOLDER keeps what npm installs, and the screenshots. Exit code 77: skipped, what drives the browser could not be had."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "deploy" / "demo"))
from province import Province, packet, wait_for

SKIPPED = 77
SENDER, ANSWERS, REFUSES, SILENT, FAILS, NODE = "H43.001", "H43.002", "H43.003", "H43.004", "H43.005", "00.43.W00"
NAMES = {SENDER: "Văn phòng UBND tỉnh", ANSWERS: "Sở Nội vụ", REFUSES: "Sở Tài chính", SILENT: "Sở Giáo dục và Đào tạo",
         FAILS: "Sở Xây dựng", NODE: "Trục liên thông văn bản quốc gia"}
COUNT = 100
HOSTILE = "&lt;img src=x onerror=&quot;window.hit=1&quot;&gt;&lt;script&gt;window.hit=1&lt;/script&gt; đường sắt"


def tools(folder):
    """Node's modules beside the driver; None, and why, when they cannot be had."""
    for program in ("node", "npm", "chromium"):
        if not shutil.which(program):
            return None, f"{program} is not installed"
    folder.mkdir(parents=True, exist_ok=True)
    for path in (*HERE.glob("*.mjs"), *HERE.glob("package*.json")):
        shutil.copy(path, folder / path.name)
    install = ["npm", "ci", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        done = subprocess.run(install, cwd=folder, capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        return None, "npm ci: no answer from the registry"
    return (folder, "") if done.returncode == 0 else (None, f"npm ci: {done.stderr.strip()[-300:]}")


def agencies():
    codes = [f"H43.{number:03}" for number in range(1, COUNT)]
    contacts = 'contacts = [{ name = "Văn thư", phone = "0259 0000 004", email = "vanthu@h43.example", note = "giờ hành chính" }]'
    return {**{code: "" for code in codes}, SILENT: contacts, NODE: "axis = true"}


def fill(province):
    """Documents that were fetched, answered, refused by receiver and by hub, and that wait."""
    province.drop(SENDER, "one", packet(SENDER, [ANSWERS, REFUSES, SILENT], 7816, HOSTILE, priority=3))
    for number in range(60, 72):
        other = f"H43.{number:03}"
        receivers = [ANSWERS, other] if number % 2 else [SILENT, REFUSES, other]
        octets = packet(SENDER, receivers, number, "V/v đẩy mạnh liên thông văn bản điện tử")
        province.drop(SENDER, f"more-{number}", octets)
    many = [f"H43.{number:03}" for number in range(10, 60)]
    province.drop(SENDER, "wide", packet(SENDER, many, 4711, "V/v lịch nghỉ Tết"))
    province.drop(SENDER, "foreign", packet("H99.001", [ANSWERS], 13, "V/v gửi nhầm"))

    def is_there():
        found = province.ask("find", "--count", "500", check=False)
        documents = found["documents"] if found and "documents" in found else []
        answered = [d for d in documents if d["number"] == "7816" and d["kind"] == "document"
                    and {x["receiver"]: x["state"] for x in d["deliveries"]}.get(ANSWERS) == "06"
                    and {x["receiver"]: x["state"] for x in d["deliveries"]}.get(REFUSES) == "02"]
        return answered and len([d for d in documents if d["kind"] == "document"]) >= 14
    wait_for("the documents to be answered", is_there, 60)


def fail(province):
    """Documents that a receiver cannot store, for two causes."""
    work = province.folder / "fails"
    work.mkdir()
    (work / "refuse").write_text("Ổ đĩa đầy\nKhông mở được sổ\n")
    province.spawn("fails", province.bin / "refusing_receiver", province.folder, FAILS, str(province.broker_port), work)
    for number in range(801, 807):
        province.drop(SENDER, f"fails-{number}", packet(SENDER, [FAILS], number, "V/v rà soát quy hoạch"))

    def have_failed():
        found = province.ask("find", "--state", "failed", check=False)
        return len(found.get("documents", [])) == 6
    wait_for("them to fail", have_failed, 60)


def main(binaries, folder):
    driver, why = tools(pathlib.Path(folder).resolve())
    if not driver:
        print(f"skipped: {why}")
        return SKIPPED
    with tempfile.TemporaryDirectory() as temporary:
        answers = {ANSWERS: "01,03,06", REFUSES: "01,02"}
        province = Province(temporary, binaries, agencies(), answers=answers, names=NAMES)
        try:
            province.start_broker()
            province.write_settings()
            province.start_hub()
            for code in (SENDER, ANSWERS, REFUSES):
                province.start_adapter(code)
            wait_for("the hub to be ready", province.is_ready, 60)
            fill(province)
            fail(province)
            url = f"http://127.0.0.1:{province.http_port}"
            code = one_time_code(province)
            return subprocess.run(["node", "browser.mjs", url, code], cwd=driver, timeout=540).returncode
        finally:
            province.stop()


def one_time_code(province):
    """As the administrator of the host gets it; empty where the hub knows no users."""
    command = [province.bin / "lgsp-hub", "--login-code", province.folder / "hub.toml"]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
