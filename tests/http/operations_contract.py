#!/usr/bin/env python3
"""What the operations API's tests ask and are answered, held against its document: operations_contract.py ROOT TEST_PROGRAM

The test program writes every exchange of its hubs to the file named by LGSP_EXCHANGES, and the table of routes.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse

ROOT = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
import jsonschema  # noqa: E402
from openapi_contract import Contract  # noqa: E402

# What any call may answer.
GENERAL = (400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 500, 503)


def is_of_console(exchange):
    """Files of the operators' page are no part of the API."""
    path = exchange["target"].partition("?")[0]
    return path == "/" or path.startswith("/console/")


def method_of(exchange):
    return "GET" if exchange["method"] == "HEAD" else exchange["method"]


def check_request(contract, exchange):
    """An answered request asked nothing that does not stand in the document."""
    operation = contract.operation(method_of(exchange), exchange["target"])
    known = {resolved["name"]: resolved for resolved in map(contract.resolve, operation.get("parameters", []))}
    asked = urllib.parse.parse_qs(exchange["target"].partition("?")[2], keep_blank_values=True)
    for name, values in asked.items():
        assert name in known or not name, f"{exchange['target']}: {name} does not stand in the document"
        kind = known[name]["schema"].get("type") if name else None
        for value in [values] if kind == "array" else values:
            if name:
                contract.validate(known[name]["schema"], int(value) if kind == "integer" else value)
    for name, parameter in known.items():
        assert not (parameter.get("required") and parameter["in"] == "query") or f"{name}=" in exchange["target"], name
    if exchange["body"]:
        schema = contract.resolve(operation["requestBody"])["content"]["application/json"]["schema"]
        contract.validate(schema, json.loads(exchange["body"]))


def check_answer(contract, exchange):
    method = method_of(exchange)
    status, content_type, answer = exchange["status"], exchange["content_type"], exchange["answer"]
    if status == 304:
        assert answer == "", exchange
        return
    operation = contract.operation(method, exchange["target"])
    stands = operation and str(status) in operation["responses"]
    if status in GENERAL and not stands:
        assert content_type == "application/problem+json", exchange
        contract.validate({"$ref": "#/components/schemas/Problem"}, json.loads(answer))
        return
    contract.check(method, exchange["target"], status, content_type, answer)


def check_routes(contract, routes):
    """Nothing is served that does not stand there, nothing stands there that is not served, with the same right."""
    documented = {(method.upper(), path): operation.get("x-right") for path, item in contract.document["paths"].items()
                  for method, operation in item.items() if method in ("get", "post", "put", "patch", "delete")}
    served = {(route["method"], route["pattern"]): route["right"] for route in routes}
    assert documented == served, f"document and table of routes differ: {documented.items() ^ served.items()}"


def main():
    contract = Contract(ROOT / "schemas" / "http" / "operations.openapi.yaml")
    failures = checked = 0
    with tempfile.TemporaryDirectory(prefix="lgsp-contract-") as folder:
        file = pathlib.Path(folder) / "exchanges"
        done = subprocess.run([sys.argv[2], "[api]"], env={**os.environ, "LGSP_EXCHANGES": str(file)}, stdout=subprocess.DEVNULL)
        assert done.returncode == 0, "the test program failed"
        for line in file.read_text(encoding="utf-8").splitlines():
            exchange = json.loads(line)
            try:
                if "routes" in exchange:
                    check_routes(contract, exchange["routes"])
                    continue
                if is_of_console(exchange):
                    continue
                checked += 1
                check_answer(contract, exchange)
                if exchange["status"] < 300:
                    check_request(contract, exchange)
            except (AssertionError, ValueError, KeyError, jsonschema.ValidationError) as error:
                failures += 1
                print(f"{exchange.get('method')} {exchange.get('target')} -> {exchange.get('status')}: {str(error)[:600]}")
    for missing in sorted(contract.operations() - contract.seen):
        failures += 1
        print(f"{missing} was never answered")
    print(f"{checked} exchanges, {failures} failures")
    return 1 if failures or checked < 100 else 0


sys.exit(main())
