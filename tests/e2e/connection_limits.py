#!/usr/bin/env python3
"""The content store's connections of the real hub: 32 of an agency, 256 of all, 64 of an address that has not yet said
whose they are; and that a handshake that never comes ends after 10 s (docs/contents.md).

  connection_limits.py BINARIES
"""

import json
import pathlib
import shutil
import socket
import ssl
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"))
from province import Province, wait_for

PER_AGENCY, IN_ALL, NAMELESS_PER_ADDRESS, HANDSHAKE_S = 32, 256, 64, 10
AGENCIES = [f"H43.{n:02d}" for n in range(1, IN_ALL // PER_AGENCY + 2)]
REQUEST = f"HEAD /v1/contents/{'0' * 64} HTTP/1.1\r\nHost: hub\r\n\r\n".encode()


class Door:
    def __init__(self, province):
        self.port = province.contents_port
        self.contexts = {}
        for code in province.agencies:
            context = ssl.create_default_context(cafile=province.folder / "pki" / "ca.pem")
            context.check_hostname = False
            context.load_cert_chain(province.folder / "pki" / f"{code}.pem", province.folder / "pki" / f"{code}.key")
            self.contexts[code] = context

    def knock(self, source="127.0.0.1"):
        """A connection that says nothing."""
        return socket.create_connection(("127.0.0.1", self.port), 20, (source, 0))

    def enter(self, code, source="127.0.0.1"):
        """A connection of the agency that has been answered, or None."""
        try:
            tls = self.contexts[code].wrap_socket(self.knock(source))
            begin(tls)
            return tls if is_answered(tls) else None
        except OSError:
            return None


def begin(tls):
    """Who has begun to ask keeps the place for longer than who has nothing to say."""
    tls.sendall(REQUEST[:8])


def is_answered(tls):
    try:
        tls.sendall(REQUEST[8:])
        is_good = tls.recv(65536).startswith(b"HTTP/1.1 404 ")
        begin(tls)
        return is_good
    except OSError:
        return False


def is_ended(connection, seconds):
    connection.settimeout(seconds)
    try:
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def close(connections):
    while connections:
        connections.pop().close()


def check_agency(door):
    mine = [door.enter("H43.01") for _ in range(PER_AGENCY)]
    assert all(mine), f"{mine.count(None)} of an agency's {PER_AGENCY} connections were not served"
    assert door.enter("H43.01") is None, "one connection more than an agency may have was served"
    other = door.enter("H43.02")
    assert other and is_answered(mine[0]), "others, and those that are there, must not notice"
    mine.pop().close()
    wait_for("a place that was given back", lambda: door.enter("H43.01"), 20)
    close(mine + [other])


def check_all(door):
    named = [door.enter(code) for code in AGENCIES[:-1] for _ in range(PER_AGENCY)]
    assert len(named) == IN_ALL and all(named), f"{named.count(None)} of {IN_ALL} connections were not served"
    # From another address, so that it can only be the number of all.
    assert is_ended(door.knock("127.0.0.2"), 5), "one connection more than there may be was let in"
    assert door.enter(AGENCIES[-1]) is None
    named.pop().close()
    wait_for("a place for another agency", lambda: door.enter(AGENCIES[-1]), 20)
    assert all(is_answered(tls) for tls in named)
    close(named)


def check_nameless(door):
    began = time.monotonic()
    silent = [door.knock() for _ in range(NAMELESS_PER_ADDRESS)]
    assert is_ended(door.knock(), 5), "one more from an address that has not said who it is was let in"
    assert door.enter("H43.01", "127.0.0.2"), "another address must not notice"
    assert time.monotonic() - began < HANDSHAKE_S - 2, "the machine is too slow for this test"
    assert not is_ended(silent[0], 0.5), "one of those that may be there was closed"
    assert all(is_ended(one, 2 * HANDSHAKE_S) for one in silent)
    lasted = time.monotonic() - began
    assert HANDSHAKE_S - 1 < lasted < 2 * HANDSHAKE_S, f"silent connections were closed after {lasted:.1f} s"
    wait_for("the address to be let in again", lambda: door.enter("H43.01"), 20)


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lgsp-doors-"))
    province = Province(folder, sys.argv[1], {code: "" for code in AGENCIES})
    try:
        province.start_broker()
        province.write_settings()
        province.start_hub()
        wait_for("the hub", province.is_ready, 120)
        door = Door(province)
        for check in (check_agency, check_all, check_nameless):
            check(door)
        print(json.dumps({"state": "ok"}))
    finally:
        province.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
