#!/usr/bin/env python3
"""Sessions, other sites' pages, headers and limits of the real hub's door (docs/access.md), each probe with what it
expects and why: http_probes.py ROOT BINARIES. Prints `N of N` when all are as they should be."""

import pathlib
import re
import shutil
import sys
import tempfile
import threading
import time

from http_generated import generated
from http_probe_table import BODIES, FRAMING, ID, PATHS
from http_rig import PASSWORD, SECURITY, Hub, Reply
from http_sessions import sessions

PROBES_MIN = 300


def differs(found, wanted):
    return None if found == wanted else f"{found} instead of {wanted}"


def framing(hub):
    last = hub.request("GET", "/livez")
    for what, octets, status, goes_on, why in FRAMING:
        replies = hub.raw(octets.replace("{host}", hub.host).encode("latin-1") + last)
        yield f"framing: {what}", why, differs([r.status for r in replies], [status, 200] if goes_on else [status])


def paths(hub):
    for target, status, why in PATHS:
        reply = hub.as_("admin", "GET", target)
        yield f"GET {target[:60]}", why, differs(reply.status, status)


def bodies(hub):
    before = hub.as_("admin", "GET", "/v1/users").json
    for what, octets, why in BODIES:
        reply = hub.as_("admin", "POST", "/v1/users", octets)
        yield f"a body: {what}", why, differs((reply.status, reply.code), (400, "field_invalid"))
    yield "a body: none of them made a user", "refused is refused", differs(hub.as_("admin", "GET", "/v1/users").json,
                                                                            before)
    for key in ('"role"', '"r\\u006fle"'):
        doubled = f'{{"name":"twice","role":"administrator",{key}:"viewer","password":"{PASSWORD}"}}'.encode()
        reply = hub.as_("admin", "POST", "/v1/users", doubled)
        yield (f"a body: role and {key}", "of two readers each may take another", differs(
            (reply.status, reply.code, reply.json.get("field")), (400, "field_invalid", "role")))
    good = f'{{"name":"once","role":"viewer","password":"{PASSWORD}"}}'.encode()
    yield "a body: each key once", "it is taken", differs(hub.as_("admin", "POST", "/v1/users", good).json.get("role"), "viewer")
    for kind in (None, "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json",
                 "application/jsonp", "application/xml"):
        for target, body in (("/v1/users", good), ("/v1/operations/preview", b'{"act":"retry"}')):
            reply = hub.as_("admin", "POST", target, body, headers={"Content-Type": kind})
            yield (f"POST {target} as {kind!r}", "a form of another site sends no JSON",
                   differs((reply.status, reply.code), (400, "field_invalid")))
    reply = hub.as_("admin", "POST", "/v1/operations/preview", b'{"act":"retry"}',
                    headers={"Content-Type": "application/json; charset=utf-8"})
    yield "a body: with charset", "as most libraries send it", differs(reply.status, 200)


def kinds_of_reply(hub):
    """Each kind of reply that there is, with the Cache-Control that it must have."""
    admin = lambda method, target, body=None, **how: hub.as_("admin", method, target, body, **how)
    page = hub.ask("GET", "/").body.decode()
    script, style = re.search(r'src="(/console/[^"]+)"', page)[1], re.search(r'href="(/console/[^"]+css)"', page)[1]
    etag = hub.ask("GET", script)["etag"]
    forever = "public, max-age=31536000, immutable"
    listener = hub.request("GET", "/v1/events", cookie=hub.cookies["admin"])
    with hub.connect() as link:
        link.sendall(listener)
        head = b""
        while b"\r\n\r\n" not in head:
            head += link.recv(4096)
    return [
        ("JSON", admin("GET", "/v1/status"), 200, "no-store"),
        ("JSON to HEAD", admin("HEAD", "/v1/status"), 200, "no-store"),
        ("not modified", admin("GET", "/v1/agencies", headers={"If-None-Match": admin("GET", "/v1/agencies")["etag"]}),
         304, "no-store"),
        ("text", hub.ask("GET", "/livez"), 200, "no-store"),
        ("not ready", hub.ask("GET", "/readyz"), 503, "no-store"),
        ("figures", admin("GET", "/metrics"), 200, "no-store"),
        ("a report as CSV", admin("GET", "/v1/reports?format=csv"), 200, "no-store"),
        ("a stream", Reply(head), 200, "no-store"),
        ("the page", hub.ask("GET", "/"), 200, "no-cache"),
        ("a script", hub.ask("GET", script), 200, forever),
        ("a style", hub.ask("GET", style), 200, forever),
        ("a script not modified", hub.ask("GET", script, headers={"If-None-Match": etag}), 304, forever),
        ("a wrong question", admin("GET", "/v1/documents?count=x"), 400, "no-store"),
        ("octets that are no request", (hub.raw(b"nonsense\r\n\r\n") or [Reply()])[0], 400, "no-store"),
        ("a stranger", hub.ask("GET", "/v1/status"), 401, "no-store"),
        ("not allowed", hub.as_("viewer", "GET", "/v1/users"), 403, "no-store"),
        ("another host", hub.ask("GET", "/", headers={"Host": "evil.example"}), 403, "no-store"),
        ("nothing there", admin("GET", "/v1/nothing"), 404, "no-store"),
        ("no such file", hub.ask("GET", "/console/none.js"), 404, "no-store"),
        ("a wrong method", admin("DELETE", "/v1/status"), 405, "no-store"),
        ("a name in use", admin("POST", "/v1/users", {"name": "viewer", "role": "viewer", "password": PASSWORD}), 409,
         "no-store"),
        ("a body that is too large", admin("POST", "/v1/users", b"x" * 65537), 413, "no-store"),
        ("a header that is too large", admin("GET", "/v1/status", headers={"X": "y" * 20000}), 431, "no-store"),
    ]


def headers(hub):
    for what, reply, status, cache in kinds_of_reply(hub):
        wrong = differs(reply.status, status) or differs(reply.all("cache-control"), [cache])
        for name, value in SECURITY.items():
            wrong = wrong or differs((name, reply.all(name)), (name, [value]))
        told = [name for name, _ in reply.fields
                if name in ("server", "x-powered-by", "via", "access-control-allow-origin")]
        wrong = wrong or differs(told, [])
        is_wordy = status >= 400 and status != 503
        wrong = wrong or (is_wordy and differs(reply["content-type"], "application/problem+json")) or None
        yield f"headers: {what}", "none may be kept, sniffed, framed or run, whatever went wrong", wrong
    policy = dict(part.split(" ", 1) for part in SECURITY["content-security-policy"].split("; "))
    yield "policy: nothing inline", "what got into a page as markup does not run", differs("unsafe" in str(policy),
                                                                                           False)
    yield "policy: nothing by default", "what is not named is not fetched", differs(policy["default-src"], "'none'")
    yield "policy: no frames", "clicks are not stolen", differs(policy["frame-ancestors"], "'none'")
    page = hub.ask("GET", "/").body.decode()
    inline = re.findall(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=|javascript:", page)
    yield "the page has nothing inline", "the policy would break it", differs(inline, [])
    away = re.findall(r'(?:src|href)="(?!/)[^"]*"', page)
    yield "the page asks no other host", "none is told who works here", differs(away, [])
    script = hub.ask("GET", re.search(r'src="(/console/[^"]+)"', page)[1]).body.decode()
    yield ("the script evaluates nothing", "text stays text",
           differs(re.findall(r"\beval\(|new Function\(|document\.write", script), []))
    stranger = hub.ask("GET", "/v1/status")
    yield "a stranger is told how to be known", "RFC 9110 11.6.1", differs(stranger["www-authenticate"], "Bearer")
    for method in ("OPTIONS", "TRACE", "TRACK", "PUT", "PROPFIND", "DEBUG", "get", "X" * 300):
        reply = hub.as_("admin", method, "/v1/status", headers={"X-Secret": "s3cret"})
        yield (f"method {method[:10]}", "no method beside those of the document, and nothing is echoed",
               differs((reply.status, reply["allow"], b"s3cret" in reply.body), (405, "GET, HEAD", False)))
    reply = hub.as_("admin", "OPTIONS", "/v1/users", headers={"Origin": "http://evil.example",
                                                              "Access-Control-Request-Method": "POST"})
    yield ("a question before a request of another site", "no such site is let in",
           differs([name for name, _ in reply.fields if name.startswith("access-control")], []))
    head, get = hub.as_("admin", "HEAD", "/v1/agencies"), hub.as_("admin", "GET", "/v1/agencies")
    yield ("HEAD has the fields of GET and no body", "a body would be the next reply",
           differs((head["content-length"], head["etag"], head.body), (get["content-length"], get["etag"], b"")))
    reply = hub.as_("admin", "GET", "/v1/documents/" + ID, headers={"Accept-Language": "vi\r\n X: y"})
    yield "a folded Accept-Language", "it splits no reply", differs((reply.status, reply["x"]), (404, ""))


class Slow(threading.Thread):
    """Sends its first octets, then one more each half second, until it is hung up on or has sent too much."""

    def __init__(self, hub, first, sends=60):
        super().__init__(daemon=True)
        self.hub, self.first, self.sends, self.took, self.answer = hub, first, sends, None, b""
        self.start()

    def run(self):
        began = time.monotonic()
        with self.hub.connect() as link:
            link.settimeout(0.5)
            link.sendall(self.first)
            for _ in range(self.sends):
                try:
                    if not (more := link.recv(4096)):
                        break
                    self.answer += more
                    continue
                except TimeoutError:
                    pass
                except OSError:
                    break
                try:
                    link.sendall(b"x")
                except OSError:
                    break
            else:
                return
        self.took = time.monotonic() - began


def begin_slow(hub):
    post = f"POST /v1/session HTTP/1.1\r\nHost: {hub.host}\r\nContent-Length: 60000\r\n\r\n".encode()
    return {"a request line": Slow(hub, b"GET /"), "a header": Slow(hub, b"GET / HTTP/1.1\r\nX: "),
            "a body": Slow(hub, post),
            "nothing at first": Slow(hub, b"")}


def slow(hub, begun):
    yield ("others are answered meanwhile", "a slow caller costs its own connection",
           differs(hub.ask("GET", "/livez").status, 200))
    for what, thread in begun.items():
        thread.join(40)
        yield (f"octet by octet: {what}", "10 s for a whole request, however alive its sender is",
               None if thread.took else "not hung up on")


def over_tls(hub):
    """A second hub that machines of others may reach."""
    code = hub.one_time_code()
    reply = hub.sign_in("admin", code=code)
    flags = {part.strip() for part in reply["set-cookie"].split(";")[1:]}
    yield ("TLS: the cookie", "for this host, over TLS, out of reach of scripts and other sites",
           differs(flags, {"Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=28800", "Secure"}))
    yield "TLS: its name", "no other host of the domain can set it", differs(reply.cookie.startswith("__Host-lgsp="),
                                                                             True)
    hub.cookies["admin"] = reply.cookie
    for what, method, target, how in (("a reply", "GET", "/v1/status", {"cookie": reply.cookie}),
                                      ("a stranger", "GET", "/v1/status", {}),
                                      ("the page", "GET", "/", {}), ("nothing", "GET", "/v1/nothing", {})):
        found = hub.ask(method, target, **how)
        yield (f"TLS: {what} asks for TLS from now on", "nobody is led back to plain HTTP",
               differs(found["strict-transport-security"], "max-age=31536000"))
    plain = reply.cookie.removeprefix("__Host-")
    yield ("TLS: the cookie by its plain name", "another host of the domain could set it",
           differs(hub.ask("GET", "/v1/status", cookie=plain).status, 401))
    yield "TLS: nobody looks without signing in", "others can reach it", differs(hub.ask("GET", "/v1/status").status,
                                                                                 401)
    for origin in ("http://" + hub.host, "https://evil.example", "null", "https://sub." + hub.host):
        found = hub.as_("admin", "DELETE", "/v1/session", headers={"Origin": origin})
        yield f"TLS: sign out from {origin}", "another scheme is another site", differs((found.status, found.code),
                                                                                        (403, "not_allowed"))
    hub.is_tls = False
    answered = hub.raw(hub.request("GET", "/livez"))
    hub.is_tls = True
    yield "TLS: plain HTTP", "a password must not go over it", differs([r.status for r in answered], [])
    found = hub.as_("admin", "DELETE", "/v1/session", headers={"Origin": hub.origin})
    yield "TLS: sign out from its own page", "the page of the hub itself", differs(found.status, 200)


def before_anybody(hub):
    """Without a user whoever is on this machine may look, and change nothing."""
    for method, target, status in (("GET", "/v1/status", 200), ("GET", "/v1/users", 403), ("GET", "/v1/audit", 403),
                                   ("GET", "/v1/configuration", 403), ("POST", "/v1/users", 403),
                                   ("POST", "/v1/tokens", 403),
                                   ("POST", f"/v1/documents/{ID}/hold?reason=x", 403), ("POST", "/v1/operations", 403)):
        yield f"nobody yet: {method} {target[:30]}", "looking changes nothing", differs(hub.ask(method, target).status,
                                                                                        status)
    for name in ("admin", "root", ""):
        yield (f"nobody yet: no password opens as {name!r}", "there is no default one",
               differs(hub.sign_in(name).status, 401 if name else 400))


def afterwards(hub):
    log = hub.log()
    odd = [octet for octet in log if octet < 0x20 and octet != 0x0A or octet == 0x7F]
    yield "the log has no control characters", "a terminal would obey them", differs(odd, [])
    secrets = {part.encode()
               for part in [PASSWORD, "s3cret", *(cookie.partition("=")[2] for cookie in hub.cookies.values())]}
    secrets |= {found for reply in hub.replies for found in re.findall(rb'"token":"([^"]+)"', reply.body)}
    yield "the log has no secret", "those who read logs are not administrators", differs([s for s in secrets
                                                                                          if s in log], [])
    failed = [reply.status for reply in hub.replies if reply.status >= 500 and reply.status != 503]
    yield "nothing failed inside", "no input is the hub's fault", differs(failed, [])
    yield "it still lives", "what anyone sends must not stop it", differs(hub.ask("GET", "/livez").status, 200)
    yield "SIGTERM ends it with 0", "it ends as it should", differs(hub.province.kill("hub", how=15), 0)


def all_of(root, plain, encrypted):
    plain.start()
    encrypted.start()
    begun = begin_slow(plain)
    yield from before_anybody(plain)
    plain.add_users()
    for section in (framing, paths, bodies, headers, sessions):
        yield from section(plain)
    yield from generated(plain, root)
    yield from over_tls(encrypted)
    yield from slow(plain, begun)
    yield from afterwards(plain)


def main():
    root, binaries = map(pathlib.Path, sys.argv[1:3])
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lgsp-door-"))
    agencies = {"H43.01": "", "H43.02": ""}
    hubs = [Hub(folder / "plain", binaries, agencies), Hub(folder / "tls", binaries, agencies, is_tls=True)]
    failed = count = 0
    began = time.monotonic()
    try:
        for what, why, wrong in all_of(root, *hubs):
            count += 1
            failed += bool(wrong)
            print(f"{'FAIL ' if wrong else 'ok   '} {what} ({why}){f': {wrong}' if wrong else ''}", flush=True)
    finally:
        for hub in hubs:
            hub.province.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{count - failed} of {count} in {time.monotonic() - began:.0f} s")
    return 1 if failed or count < PROBES_MIN else 0


if __name__ == "__main__":
    sys.exit(main())
