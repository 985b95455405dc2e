"""For http_probes.py: each call of the API's document × each role, and × each way in which a page of another site can
ask."""

from http_probe_table import ID
from http_rig import ROLES
from openapi_contract import Contract

# As in docs/access.md; held there against the program by its own tests.
RIGHTS = {"read": ROLES, "hold": ("operator", "admin"), "operate": ("operator", "admin"),
          "audit": ("operator", "admin"), "remind": ("operator", "admin"), "reveal": ("clerk", "admin"),
          "configure": ("admin",), "administer": ("admin",)}
FOREIGN = [
    ("no mark", {}, False, "X-Lgsp-Request", "a form cannot send it"),
    ("a wrong mark", {"X-Lgsp-Request": "0"}, True, "X-Lgsp-Request", "1 alone"),
    ("another origin", {"Origin": "http://evil.example"}, True, "Origin", "the page of another site"),
    ("origin null", {"Origin": "null"}, True, "Origin", "a sandboxed frame, a file"),
    ("an origin below", {"Origin": "http://x.{host}"}, True, "Origin", "the same site is not the same origin"),
    ("an origin that goes on", {"Origin": "http://{host}.evil.example"}, True, "Origin", "it only begins like ours"),
    ("another scheme", {"Origin": "https://{host}"}, True, "Origin", "another origin"),
    ("another port", {"Origin": "http://127.0.0.1:1"}, True, "Origin", "another program of this machine"),
    ("cross-site", {"Sec-Fetch-Site": "cross-site"}, True, "Sec-Fetch-Site", "the browser says so"),
    ("same-site", {"Sec-Fetch-Site": "same-site"}, True, "Sec-Fetch-Site", "another host of the domain"),
    ("none", {"Sec-Fetch-Site": "none"}, True, "Sec-Fetch-Site", "typed in: nobody changes anything so"),
]


def differs(found, wanted):
    return None if found == wanted else f"{found} instead of {wanted}"


def calls(root):
    """Method, pattern and target, right of every call of the document."""
    document = Contract(root / "schemas" / "http" / "operations.openapi.yaml").document
    for pattern, item in document["paths"].items():
        target = pattern.replace("{id}", ID).replace("{name}", "nobody").replace("{operation}", "4711")
        target = target.replace("{cause}", "0123456789abcdef").replace("{page}", "documents")
        target = target.replace("{code}", "H43").replace("{part}", "1").replace("{session}", "0123456789abcdef")
        target = target.replace("{agency}", "H43.01")
        for method in item:
            if method in ("get", "post", "put", "patch", "delete"):
                yield method.upper(), pattern, target, item[method].get("x-right")


def generated(hub, root):
    all_calls = list(calls(root))
    for method, pattern, target, right in all_calls:
        if right is None:
            continue
        reply = hub.ask(method, target, source="127.0.4.1")
        yield f"a stranger: {method} {pattern}", "nobody is let in unknown", differs((reply.status, reply.code),
                                                                                     (401, "not_signed_in"))
        for role in ROLES:
            if role not in RIGHTS[right]:
                reply = hub.as_(role, method, target, source="127.0.4.2")
                yield f"{role}: {method} {pattern}", f"without the right to {right}", differs((reply.status,
                                                                                               reply.code),
                                                                                               (403, "not_allowed"))
            elif method == "GET" and pattern != "/v1/events":
                reply = hub.as_(role, method, target, source="127.0.4.3")
                is_whole = role == "clerk" and pattern in ("/v1/health", "/v1/axis", "/metrics")
                wanted = (403,) if is_whole else (200, 400, 404)
                yield (f"{role}: {method} {pattern}", f"with the right to {right}",
                       None if reply.status in wanted else str(reply.status))
    for method, pattern, target, right in all_calls:
        if method == "GET":
            continue
        for what, headers, mark, field, why in FOREIGN:
            fields = {name: value.replace("{host}", hub.host) for name, value in headers.items()}
            reply = hub.as_("admin", method, target, headers=fields, mark=mark, source="127.0.4.4")
            yield (f"{what}: {method} {pattern}", why,
                   differs((reply.status, reply.code, reply.json.get("field")), (403, "not_allowed", field)))
        reply = hub.as_("admin", method, target, headers={"Origin": hub.origin, "Sec-Fetch-Site": "same-origin"},
                        source="127.0.4.5")
        is_own = pattern == "/v1/session" and method == "DELETE"
        if is_own:
            hub.cookies["admin"] = hub.sign_in("admin").cookie
        yield (f"its own page: {method} {pattern}", "a page of the hub is let through",
               None if reply.status != 403 else reply.body)
    allowed = {}
    for method, pattern, target, _ in all_calls:
        allowed.setdefault((pattern, target), []).append(method)
    for (pattern, target), methods in allowed.items():
        wrong = "PUT" if "POST" in methods else "POST"
        reply = hub.as_("admin", wrong, target, source="127.0.4.6")
        told, there = set(reply["allow"].split(", ")), {*methods, *(["HEAD"] if "GET" in methods else [])}
        yield (f"{wrong} {pattern}", "no other method, and which ones there are is told",
               differs((reply.status, there - told, wrong in told), (405, set(), False)))
