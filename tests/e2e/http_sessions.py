"""For http_probes.py: what a session, a password, a token and a one-time code are good for, and until when."""

import base64
import json
import time

from http_rig import PASSWORD

OTHER = "một mật khẩu khác hẳn"


def differs(found, wanted):
    return None if found == wanted else f"{found} instead of {wanted}"


def status_of(hub, cookie, **how):
    return hub.ask("GET", "/v1/session", cookie=cookie, **how).status


def cookies(hub):
    reply = hub.sign_in("viewer", headers={"Cookie": "lgsp=chosen-by-somebody-else"})
    flags = {part.strip() for part in reply["set-cookie"].split(";")[1:]}
    yield "the cookie", "out of reach of scripts and of other sites", differs(flags, {"Path=/", "HttpOnly",
                                                                                      "SameSite=Strict",
                                                                                      "Max-Age=28800"})
    yield "how long it may rest", "a page left open is no open door", differs(reply.json["idle_seconds"], 900)
    quiet = {"X-Lgsp-Unattended": "1"}
    yield ("a page that asks by itself is answered", "it is the same session",
           differs(hub.ask("GET", "/v1/session", cookie=reply.cookie, headers=quiet).status, 200))
    yield "one cookie", "nothing else is kept in the browser", differs(len(reply.all("set-cookie")), 1)
    yield ("a session that was there before", "fixation: whoever chose it would be signed in too",
           differs((reply.cookie == "lgsp=chosen-by-somebody-else", status_of(hub, "lgsp=chosen-by-somebody-else")),
                   (False, 401)))
    again = hub.sign_in("viewer", cookie=reply.cookie).cookie
    yield "signing in again", "a new session each time", differs(again == reply.cookie, False)
    secrets = [cookie.partition("=")[2] for cookie in (reply.cookie, again, *hub.cookies.values())]
    secrets += [hub.sign_in("viewer").cookie.partition("=")[2] for _ in range(10)]
    octets = [base64.urlsafe_b64decode(secret + "=") for secret in secrets]
    yield "ids have 256 bits", "128 cannot be guessed", differs({len(o) for o in octets}, {32})
    alike = max(sum(a == b for a, b in zip(x, y)) for i, x in enumerate(octets) for y in octets[:i])
    yield ("ids are unlike each other", "nothing in them counts or tells the time",
           None if alike <= 6 else f"{alike} octets alike")
    yield ("a reply gives no session away", "it would be in caches and logs",
           differs(secrets[0].encode() in hub.ask("GET", "/v1/session", cookie=reply.cookie).body, False))
    name, _, secret = again.partition("=")
    wrong = {"a letter less": secret[:-1], "a letter more": secret + "A", "other capitals": secret.swapcase(),
             "none": "",
             "quoted": f'"{secret}"', "a wildcard": "%", "its beginning alone": secret[:8], "very long": "A" * 8000}
    for what, value in wrong.items():
        yield f"a cookie with {what}", "the whole secret, or nothing", differs(status_of(hub, f"{name}={value}"), 401)
    for what, cookie in {"another name": f"x{name}={secret}", "capitals": f"LGSP={secret}",
                         "the name of TLS": f"__Host-lgsp={secret}",
                         "in the value of another": f"x={name}={secret}"}.items():
        yield f"a cookie with {what}", "one name only", differs(status_of(hub, cookie), 401)
    yield "a cookie between others", "browsers send all of a host", differs(status_of(hub, f"a=b; {again}; c=d"), 200)
    yield ("two cookies of the name, the wrong one first", "the first counts; no search for one that fits",
           differs(status_of(hub, f"lgsp=x; {again}"), 401))
    for where, target in (("the target", f"/v1/session?lgsp={secret}"),
                          ("the target", f"/v1/session?access_token={secret}")):
        yield f"the secret in {where}", "targets are logged by proxies", differs(hub.ask("GET", target).status, 401)


def endings(hub):
    a, b = hub.add("an", "operator"), hub.sign_in("an").cookie
    reply = hub.ask("DELETE", "/v1/session", cookie=a, mark=False)
    yield "signing out without the mark", "another site's form could do it", differs((reply.status, status_of(hub, a)),
                                                                                     (403, 200))
    reply = hub.ask("DELETE", "/v1/session", cookie=a)
    yield "signing out kills the session", "what was noted down is worth nothing", differs((reply.status,
                                                                                            status_of(hub, a)),
                                                                                            (200, 401))
    yield "and takes the cookie", "the browser forgets it", differs("Max-Age=0" in reply["set-cookie"] and reply.cookie,
                                                                    "lgsp=")
    yield "and no other session", "another machine's is another", differs(status_of(hub, b), 200)
    yield "signing out twice", "there is nothing to end", differs(hub.ask("DELETE", "/v1/session", cookie=a).status,
                                                                  401)
    c = hub.sign_in("an").cookie
    change = {"current": PASSWORD, "password": OTHER}
    reply = hub.ask("POST", "/v1/users/an/password", change, cookie=b)
    yield "one's password changes", "with the one before it", differs(reply.status, 200)
    yield "and ends all other sessions", "whoever stole one is out", differs((status_of(hub, b), status_of(hub, c)),
                                                                             (200, 401))
    yield "the old password", "it is over", differs(hub.sign_in("an").status, 401)
    d = hub.sign_in("an", OTHER).cookie
    reply = hub.as_("admin", "POST", "/v1/users/an/password", {"password": PASSWORD})
    yield "an administrator sets a password", "when it was forgotten", differs(reply.status, 200)
    yield "and ends every session", "it may have been stolen", differs((status_of(hub, b), status_of(hub, d)),
                                                                       (401, 401))
    e = hub.sign_in("an").cookie
    hub.as_("admin", "PATCH", "/v1/users/an", {"role": "viewer"})
    yield "a role that was lowered", "from the next request on", differs(hub.ask("GET", "/v1/failures",
                                                                                 cookie=e).status, 403)
    yield "and the session stays", "the same person, with less", differs(status_of(hub, e), 200)
    with hub.connect() as link:
        link.settimeout(30)
        link.sendall(hub.request("GET", "/v1/events", cookie=e))
        link.recv(4096)
        hub.as_("admin", "PATCH", "/v1/users/an", {"disabled": True})
        while link.recv(4096):
            pass
    yield "a disabled user's stream ends", "nothing more is told", None
    yield "a disabled user's session", "over at once", differs(status_of(hub, e), 401)
    right, wrong = hub.sign_in("an"), hub.sign_in("nobody-at-all", OTHER)
    yield ("a disabled user's right password", "told as any wrong one: nobody learns who works here",
           differs((right.status, right.body), (401, wrong.body)))
    hub.as_("admin", "PATCH", "/v1/users/an", {"disabled": False})
    yield "let in again", "with a new session, not an old one", differs(status_of(hub, e), 401)
    first = hub.sign_in("an").cookie
    others = [hub.sign_in("an").cookie for _ in range(20)]
    yield "a twenty-first session", "the oldest ends", differs((status_of(hub, first), status_of(hub, others[0]),
                                                                status_of(hub, others[-1])), (401, 200, 200))


def passwords(hub):
    cookie = hub.add("binh", "viewer")
    for what, body, status in (("without the one before", {"password": OTHER}, 403),
                               ("with a wrong one", {"current": OTHER, "password": OTHER}, 403),
                               ("too short", {"current": PASSWORD, "password": "short"}, 400)):
        reply = hub.ask("POST", "/v1/users/binh/password", body, cookie=cookie)
        yield f"a new password {what}", "a session that was stolen changes none", differs(reply.status, status)
    for name in ("admin", "viewer", "nobody"):
        reply = hub.ask("POST", f"/v1/users/{name}/password", {"current": PASSWORD, "password": OTHER}, cookie=cookie)
        yield (f"a viewer sets the password of {name}", "one's own alone; whether there is such a user is not told",
               differs(reply.status, 403))
    tries = 0
    while hub.ask("POST", "/v1/users/binh/password", {"current": f"{OTHER} {tries}", "password": OTHER},
                  cookie=cookie).status != 429 and tries < 40:
        tries += 1
    yield "guessing the password before", "after 10, one in 30 s", None if tries < 40 else f"{tries} guesses"
    echo = hub.ask("POST", "/v1/session", {"name": "admin", "password": "s3cret\n"}, source="127.0.0.60")
    yield "a password is never given back", "answers are logged by proxies", differs((echo.status,
                                                                                      b"s3cret" in echo.body),
                                                                                      (400, False))


def guesses(hub):
    def tries(name, source):
        for count in range(60):
            reply = hub.sign_in(name(count), "a wrong password", source=source)
            if reply.status != 401:
                return count, reply
        return 60, reply

    count, reply = tries(lambda n: f"user-{n}", "127.0.0.50")
    yield ("guesses from one address", "20, then one in 6 s",
           None if 20 <= count < 60 and reply.status == 429 else f"{count}, then {reply.status}")
    yield "a refused guess says when", "programs wait instead of asking on", None if 1 <= int(reply["retry-after"]
                                                                                              or 0) <= 30 else reply["retry-after"]
    right = hub.sign_in("operator", source="127.0.0.50")
    yield "the right password from there", "or it would tell that it is right", differs(right.status, 429)
    count = 0
    while count < 60 and hub.sign_in("viewer", "a wrong password", source=f"127.0.1.{count + 1}").status == 401:
        count += 1
    yield "guesses at one user from many addresses", "5, then one in 12 s", None if 5 <= count < 60 else f"{count}"
    yield "who has signed in from here before", "strangers lock nobody out", differs(hub.sign_in("viewer").status, 200)
    a, b = hub.sign_in("admin", "a wrong password", source="127.0.2.1"), hub.sign_in("no-such-user", "a wrong password",
                                                                                     source="127.0.2.2")
    yield "a wrong name and a wrong password", "nobody learns who works here", differs((a.status, a.body),
                                                                                       (b.status, b.body))
    for what, name in (("an odd name", "a' OR '1'='1"), ("a name with a NUL", "admin\0"),
                       ("a very long name", "a" * 65)):
        reply = hub.sign_in(name, source="127.0.2.3")
        yield (f"signing in as {what}", "a guess like any other, or no name",
               None if reply.status in (400, 401) else reply.status)
    for what, body in (("a list", [["admin"], PASSWORD]), ("no password", ["admin", None]), ("true", ["admin", True])):
        reply = hub.ask("POST", "/v1/session", dict(zip(("name", "password"), body)), source="127.0.2.4")
        yield f"signing in with {what}", "types are not converted", differs(reply.status, 400)
    one = hub.request("GET", "/v1/session", cookie=hub.cookies["viewer"], headers={"Connection": None})
    began = time.monotonic()
    replies = hub.raw(one * 1500 + hub.request("GET", "/livez"), source="127.0.2.5")
    waits = [int(reply["retry-after"]) for reply in replies if reply.status == 429]
    # A machine that answers fewer than it may ask for comes to no bound.
    is_slow = 500 + 20 * (time.monotonic() - began) >= len(replies)
    yield ("requests without a pause", "500 at once, then 20 a second",
           None if is_slow or (waits and min(waits) >= 1) else f"{len(waits)} of {len(replies)}")
    yield "and others' are answered", "each caller has a count", differs(status_of(hub, hub.cookies["operator"]), 200)


def codes(hub):
    code = hub.one_time_code()
    yield "a code of the host is long", "it makes an administrator", None if len(code.replace("-", "")) >= 16 else code
    yield "a code with a bad password", "and it is not used up by that", differs(hub.sign_in("chi", "short", code=code,
                                                                                             source="127.0.3.1").status,
                                                                                             400)
    yield "a code with a bad name", "the same", differs(hub.sign_in("Chị", code=code, source="127.0.3.2").status, 400)
    yield "a code", "once", differs(hub.sign_in("chi", code=code, source="127.0.3.3").json["role"], "administrator")
    yield "the code again", "once", differs(hub.sign_in("dung", code=code, source="127.0.3.4").status, 401)
    yield ("a wrong code", "it is guessed at as rarely as passwords",
           differs(hub.sign_in("dung", code="AAAA-AAAA-AAAA-AAAA", source="127.0.3.5").status, 401))
    reply = hub.sign_in("admin", code=hub.one_time_code(), source="127.0.3.6")
    yield "a code for who is there", "a forgotten password", differs(reply.json["role"], "administrator")
    yield "ends the sessions before", "whoever had one is out", differs(status_of(hub, hub.cookies["admin"]), 401)
    hub.cookies["admin"] = reply.cookie


def tokens(hub):
    def add(name, role, **more):
        return hub.as_("admin", "POST", "/v1/tokens", {"name": name, "role": role, **more})

    def shown(text, target="/v1/status"):
        return hub.ask("GET", target, headers={"Authorization": text}).status

    made = add("probe", "viewer")
    token = made.json["token"]
    yield "a token has 256 bits", "128 cannot be guessed", differs(len(base64.urlsafe_b64decode(token + "=")), 32)
    listed = hub.as_("admin", "GET", "/v1/tokens").body
    yield "the list of tokens has none", "it is shown once", differs(token.encode() in listed, False)
    for what, text, status in (("as Bearer", f"Bearer {token}", 200), ("as bearer", f"bearer {token}", 200),
                               ("as BEARER", f"BEARER {token}", 200),
                               ("alone", token, 401), ("as Basic", f"Basic {token}", 401),
                               ("with a space behind", f"Bearer {token} x", 401),
                               ("with a comma", f"Bearer {token},Bearer x", 401),
                               ("without a letter", f"Bearer {token[:-1]}", 401),
                               ("as none", "Bearer ", 401), ("as nothing", "Bearer", 401)):
        yield f"a token {what}", "RFC 6750 2.1, RFC 9110 11.1", differs(shown(text), status)
    yield "a token as a cookie", "it would come with every request by itself", differs(status_of(hub, f"lgsp={token}"),
                                                                                       401)
    mixed = hub.ask("GET", "/v1/status", cookie=hub.cookies["admin"], headers={"Authorization": "Bearer wrong"})
    yield "a wrong token beside a good cookie", "who shows something wants to be known by it", differs(mixed.status,
                                                                                                       401)
    reply = hub.ask("POST", "/v1/operations/preview", {"act": "retry"},
                    headers={"Authorization": f"Bearer {add('op', 'operator').json['token']}"}, mark=False)
    yield "a token needs no mark", "no browser sends it by itself", differs(reply.status, 200)
    revoked = hub.as_("admin", "DELETE", "/v1/tokens/probe")
    yield "a revoked token", "from the next request on", differs((revoked.status, shown(f"Bearer {token}")), (200, 401))
    yield ("the name of a revoked token", "what is in the ledger by it stays its",
           differs(add("probe", "administrator").status, 409))
    for days in (0, -1, 367, 1.5, "1", 1e30, True):
        yield f"a token for {json.dumps(days)} days", "1 to 366", differs(add("never", "viewer", days=days).status, 400)
    yield "a token of no role", "nothing is assumed", differs(hub.as_("admin", "POST", "/v1/tokens",
                                                                      {"name": "never"}).status, 400)
    bearer = hub.sign_in("viewer", bearer=True)
    yield "a session as a token sets no cookie", "it is for programs", differs((bearer["set-cookie"], bearer.status),
                                                                               ("", 200))
    yield "and opens", "as lgsp does it", differs(shown("Bearer " + bearer.json["token"]), 200)
    end = hub.ask("DELETE", "/v1/session", headers={"Authorization": "Bearer " + bearer.json["token"]})
    yield "and ends", "lgsp logout", differs((end.status, shown("Bearer " + bearer.json["token"])), (200, 401))


def escalation(hub):
    for role in ("viewer", "clerk", "operator"):
        reply = hub.as_(role, "PATCH", f"/v1/users/{role}", {"role": "administrator"})
        yield f"a {role} makes itself administrator", "only administrators give roles", differs((reply.status,
                                                                                                 reply.code),
                                                                                                 (403, "not_allowed"))
        reply = hub.as_(role, "POST", "/v1/tokens", {"name": "up", "role": "administrator"})
        yield f"a {role} makes itself a token", "only administrators give tokens", differs(reply.status, 403)
    for what, headers in (("X-Role", {"X-Role": "administrator"}), ("X-Forwarded-User", {"X-Forwarded-User": "admin"}),
                          ("X-Remote-User", {"X-Remote-User": "admin"}),
                          ("X-HTTP-Method-Override", {"X-HTTP-Method-Override": "DELETE"}),
                          ("X-Original-URL", {"X-Original-URL": "/v1/status"}),
                          ("X-Forwarded-For", {"X-Forwarded-For": "127.0.0.1"}),
                          ("X-Forwarded-Host", {"X-Forwarded-Host": "127.0.0.1"})):
        reply = hub.as_("viewer", "GET", "/v1/users", headers=headers)
        yield f"a viewer with {what}", "no field of a proxy is believed", differs(reply.status, 403)
    me = hub.as_("admin", "GET", "/v1/session").json
    others = [user["name"] for user in hub.as_("admin", "GET", "/v1/users").json["users"]
              if user["role"] == "administrator" and user["name"] != "admin"]
    for name in others:
        hub.as_("admin", "PATCH", f"/v1/users/{name}", {"disabled": True})
    for change in ({"role": "viewer"}, {"disabled": True}):
        reply = hub.as_("admin", "PATCH", "/v1/users/admin", change)
        yield f"the last administrator: {change}", "nobody could open the door again", differs((reply.status,
                                                                                                reply.code),
                                                                                                (409, "last_administrator"))
    yield "and still is", "refused is refused", differs(hub.as_("admin", "GET", "/v1/session").json, me)


def sessions(hub):
    for section in (cookies, endings, passwords, guesses, codes, tokens, escalation):
        yield from section(hub)
