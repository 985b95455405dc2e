#!/usr/bin/env python3
"""The lamp of the national axis, over the real connector and the simulated axis: axis_lamp.py BIN. Each state must be told
within 30 s of when the connector knows it, by the lamp, by /readyz, by the metrics and by the exit code of lgsp status."""

import pathlib
import shutil
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"))
from axis import NODE, OFFICE, Axis, down_since, start_connector  # noqa: E402
from province import Province, packet, wait_for  # noqa: E402

SENDER, TOLD_S = "H43.01", 30


class World:
    def __init__(self, folder, binaries):
        self.province = Province(folder, binaries, {SENDER: "", NODE: "axis = true"})
        self.axis = None

    def start(self):
        self.province.start_broker()
        self.province.write_settings()
        self.province.start_hub()
        self.province.start_adapter(SENDER)
        wait_for("the hub", self.province.is_ready, 60)
        self.axis = Axis(self.province)
        start_connector(self.province, self.axis)

    def stop(self):
        self.province.stop()
        if self.axis:
            self.axis.stop()

    def text(self, target):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.province.http_port}{target}", timeout=20) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def causes(self):
        health = self.province.ask("health")
        return {cause["cause"] for lamp in health["lamps"] if lamp["lamp"] == "axis" for cause in lamp["causes"]}

    def check(self, state):
        """What /readyz calls it."""
        status, body = self.text("/readyz?verbose")
        return status == 200 and any(line.split()[1:3] == ["axis", state] for line in body.replace(":", "").splitlines())

    def told(self, what, cause, state, metric):
        began = time.monotonic()
        wanted = {cause} if cause else set()
        wait_for(what, lambda: self.causes() & {"AXIS_DOWN", "AXIS_UNREAD"} == wanted and self.check(state), TOLD_S)
        metrics = self.text("/metrics")[1]
        if f"\n{metric}\n" not in metrics:
            raise SystemExit(f"FAIL {what}: no {metric}")
        done = self.province.lgsp("--url", f"http://127.0.0.1:{self.province.http_port}", "--lang", "en", "status", check=False)
        if done.returncode != (8 if cause else 0) or (cause or "Axis") not in done.stdout:
            raise SystemExit(f"FAIL {what}: lgsp status ends with {done.returncode} {done.stdout}{done.stderr}")
        print(f"ok    {what}: told after {time.monotonic() - began:.1f} s")


def way(province):
    """What `lgsp axis` shows of the one axis that there is."""
    return province.ask("axis")["axis"][0]


def main(binaries):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lgsp-axis-lamp-"))
    world = World(folder, binaries)
    try:
        world.start()
        world.told("the axis is there", None, "up", "lgsp_axis_up 1")
        # Its own list first: before the start the connector has called nobody.
        wait_for("the connector to tell of its work",
                 lambda: (way(world.province)["connector"] or {"calls": {"list": {}}})["calls"]["list"].get("succeeded_at"), 60)
        world.axis.go_away()
        world.province.drop(SENDER, "out", packet(SENDER, [OFFICE], 12))
        wait_for("the connector to see it", lambda: down_since(world.province), 60)
        world.told("the axis does not answer", "AXIS_DOWN", "down", "lgsp_axis_up 0")
        wait_for("lgsp axis to tell what waits and what failed",
                 lambda: way(world.province)["connector"]["out"]["count"] == 1
                 and way(world.province)["connector"]["calls"]["list"]["failed_at"] and way(world.province)["down_since"], 60)
        # What the hub knows of it is in memory alone.
        world.province.kill("hub", 15)
        world.province.start_hub()
        wait_for("the hub again", world.province.is_ready, 60)
        world.told("the same, by a hub that was started anew", "AXIS_DOWN", "down", "lgsp_axis_up 0")
        world.axis.come_back()
        wait_for("the connector to see that too", lambda: not down_since(world.province), 120)
        world.told("the axis is back", None, "up", "lgsp_axis_up 1")
        world.province.kill("axis", 15)
        world.told("no connector is there", "AXIS_UNREAD", "unread", "lgsp_axis_connector_up 0")
        start_connector(world.province, world.axis)
        world.told("the connector is back", None, "up", "lgsp_axis_connector_up 1")
    finally:
        world.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
