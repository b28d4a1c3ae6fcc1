# SPDX-License-Identifier: Apache-2.0
"""docs/openapi.json and the Postman collection: made of their source as it is, right by the specification, and true to
themselves. That they are true to the daemon is told by OpenApi in tests/adapters/rest and in tests/e2e."""

import json
import pathlib
import re
import subprocess
import sys
import unittest

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]


def walk(value, path=()):
    yield path, value
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        yield from walk(each, (*path, key))


class Document(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.document = json.loads((ROOT / "docs/openapi.json").read_text())
        cls.operations = [(method, path, call) for path, calls in cls.document["paths"].items() for method, call in calls.items()]

    def schema(self, of):
        return {**of, "components": self.document["components"]}

    def test_is_made_of_its_source(self):
        checked = subprocess.run([sys.executable, ROOT / "scripts/openapi", "--check"], capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_is_openapi_3_1(self):
        # Of https://spec.openapis.org/oas/3.1/schema/2022-10-07, Apache-2.0.
        specification = json.loads((ROOT / "tests/layout/openapi-3.1.schema.json").read_text())
        faults = jsonschema.Draft202012Validator(specification).iter_errors(self.document)
        self.assertEqual([f"{list(fault.absolute_path)}: {fault.message}" for fault in faults], [])

    def test_refers_to_nothing_that_is_not_there(self):
        for path, value in walk(self.document):
            if isinstance(value, dict) and isinstance(value.get("$ref"), str):
                target = self.document
                for key in value["$ref"].removeprefix("#/").split("/"):
                    self.assertIn(key, target, f"{value['$ref']} at {path}")
                    target = target[key]

    def test_has_no_schema_that_nobody_uses(self):
        used = {value["$ref"].rpartition("/")[2] for _, value in walk(self.document) if isinstance(value, dict) and "$ref" in value}
        self.assertEqual(set(self.document["components"]["schemas"]) - used, set())

    def test_has_schemas_that_are_schemas_and_examples_that_fit_them(self):
        for name, schema in self.document["components"]["schemas"].items():
            jsonschema.Draft202012Validator.check_schema(schema)
            for example in schema.get("examples", []):
                checker = jsonschema.FormatChecker()
                faults = jsonschema.Draft202012Validator(self.schema(schema), format_checker=checker).iter_errors(example)
                self.assertEqual([fault.message for fault in faults], [], name)

    def test_names_each_operation_once_and_says_its_parameters(self):
        names = [call["operationId"] for _, _, call in self.operations]
        self.assertEqual(len(names), len(set(names)))
        for _, path, call in self.operations:
            declared = {each["name"] for each in call.get("parameters", []) if each.get("in") == "path"}
            self.assertEqual(declared, set(re.findall(r"{(\w+)}", path)), path)

    def test_tells_every_refusal_as_a_problem(self):
        for method, path, call in self.operations:
            statuses = set(call["responses"])
            self.assertIn("500", statuses)
            if call["x-role"] != "anyone":
                self.assertLessEqual({"401", "403"}, statuses, f"{method} {path}")
            for status, answer in call["responses"].items():
                if int(status) >= 400 and path != "/readyz":
                    self.assertEqual(list(answer["content"]), ["application/problem+json"], f"{method} {path}")


class Collection(unittest.TestCase):
    def test_has_a_request_of_every_operation(self):
        document = json.loads((ROOT / "docs/openapi.json").read_text())
        collection = json.loads((ROOT / "docs/cellwise.postman_collection.json").read_text())
        wanted = sorted((method.upper(), call["summary"]) for calls in document["paths"].values() for method, call in calls.items())
        found = sorted((item["request"]["method"], item["name"]) for folder in collection["item"] for item in folder["item"])
        self.assertEqual(found, wanted)
        self.assertTrue(collection["info"]["schema"].endswith("/v2.1.0/collection.json"))


if __name__ == "__main__":
    unittest.main()
