"""What stands in an OpenAPI document, held against what is really answered."""

import json
import pathlib
import re

import jsonschema
import yaml


class Contract:
    def __init__(self, path):
        self.document = yaml.safe_load(pathlib.Path(path).read_text(encoding="utf-8"))
        self.seen = set()

    def operations(self):
        return {item[method]["operationId"] for item in self.document["paths"].values() for method in item
                if method in ("get", "post", "put", "patch", "delete")}

    def resolve(self, node):
        while "$ref" in node:
            found = self.document
            for name in node["$ref"].removeprefix("#/").split("/"):
                found = found[name]
            node = found
        return node

    def validate(self, schema, value):
        jsonschema.Draft202012Validator({**schema, "components": self.document["components"]}).validate(value)

    def operation(self, method, target):
        path = target.split("?")[0]
        for pattern, item in self.document["paths"].items():
            if re.fullmatch(re.sub(r"\{[a-z]+\}", "[^/]+", pattern), path) and method.lower() in item:
                return item[method.lower()]
        return None

    def check(self, method, target, status, content_type, body):
        """Raises when this answer does not stand in the document."""
        operation = self.operation(method, target)
        answer = operation["responses"].get(str(status)) if operation else None
        if operation is None or (answer is None and status in (401, 405, 408, 413, 429, 431, 500, 503)):
            assert content_type == "application/problem+json" and status >= 400, (method, target, status)
            self.validate({"$ref": "#/components/schemas/Problem"}, json.loads(body))
            return
        assert answer, f"{method} {target} answers {status}, which does not stand in the document"
        content = self.resolve(answer)["content"]
        assert content_type in content, (method, target, status, content_type)
        if content_type.endswith("json"):
            self.validate(content[content_type]["schema"], json.loads(body))
        if status < 300:
            self.seen.add(operation["operationId"])

    def check_metadata(self, value):
        self.validate({"$ref": "#/components/schemas/Metadata"}, value)

    def check_event(self, value):
        self.validate({"$ref": "#/components/schemas/Event"}, value)
