# SPDX-License-Identifier: Apache-2.0
"""The answers of the real daemon against docs/openapi.json."""

import http.client
import json
import pathlib
import subprocess
import unittest

import jsonschema

from api_trial import BINARIES, Trial, lab


class OpenApi(unittest.TestCase):
    """The answers are what docs/openapi.json says."""

    def test_describes_the_real_answer_of_every_get(self):
        trial = Trial(self)
        ids = self.fill(trial)
        document = trial.api.get("/api/v1/openapi.json")
        asked = 0
        for path, calls in document["paths"].items():
            if "get" not in calls or "text/event-stream" in json.dumps(calls["get"]["responses"].get("200", {})):
                continue
            target = path
            for name in {part[1:-1] for part in path.split("/") if part.startswith("{")}:
                kind = path.split("/{")[0].rpartition("/")[2]
                self.assertIn(kind, ids, f"{path}: make one in fill()")
                target = target.replace("{" + name + "}", ids[kind])
            self.check(trial, document, target, calls["get"])
            asked += 1
        self.assertGreater(asked, 20)

    def check(self, trial, document, target, operation):
        connection = http.client.HTTPConnection(trial.api.host, int(trial.api.port), timeout=60)
        connection.request("GET", target, headers=trial.api.headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        self.assertEqual(answer.status, 200, f"{target}: {text}")
        media = answer.getheader("Content-Type").partition(";")[0]
        described = operation["responses"]["200"]["content"]
        self.assertIn(media, described, target)
        if media != "application/json":
            return
        body = json.loads(text)
        self.fits(document, described[media]["schema"], body, f"GET {target}")
        if "items" in body and target not in ("/api/v1/cells", "/api/v1/outbox"):
            self.assertTrue(body["items"], f"{target} lists nothing: make one in fill()")

    def fits(self, document, schema, body, what):
        # "#/components/…" is found within the schema itself.
        whole = {**schema, "components": document["components"]}
        try:
            jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).validate(body)
        except jsonschema.ValidationError as error:
            self.fail(f"{what}: {error.message} at {list(error.absolute_path)}")

    def test_describes_what_orders_take_and_answer(self):
        trial = Trial(self)
        ids = self.fill(trial)
        document = trial.api.get("/api/v1/openapi.json")

        def order(method, path, body=None, query="", **headers):
            operation = document["paths"][path][method.lower()]
            if body is not None:
                self.fits(document, operation["requestBody"]["content"]["application/json"]["schema"], body, f"{method} {path}")
            else:
                self.assertFalse(operation.get("requestBody", {}).get("required", False), path)
            kind = path.split("/{")[0].rpartition("/")[2]
            target = path.replace("{id}", ids.get(kind, "")).replace("{device}", ids["waiting"])
            status, _, answer = trial.ask(method, target + query, body, **headers)
            described = operation["responses"]
            self.assertIn(str(status), described, f"{method} {target}: {answer}")
            content = described[str(status)].get("content", {"application/json": {"schema": {"type": "null"}}})
            self.fits(document, next(iter(content.values()))["schema"], answer, f"{method} {target}")
            return status, answer

        wanted = {"name": "all", "fileId": ids["packages"], "targets": {"all": True}, "policy": {"appConfirm": True}}
        self.assertEqual(order("POST", "/api/v1/tasks:preview", wanted)[1]["devices"], 2)
        for word in ("pause", "pause", "resume"):
            self.assertEqual(order("POST", "/api/v1/tasks/{id}:" + word), (204, None))
        self.assertEqual(order("POST", "/api/v1/tasks/{id}/jobs/{device}:confirm")[0], 409)
        self.assertEqual(order("POST", "/api/v1/tasks/{id}:retry")[1]["code"], "task.nothing_to_retry")
        self.assertEqual(order("POST", "/api/v1/tasks/{id}:stop")[0], 204)
        status, again = order("POST", "/api/v1/tasks/{id}:retry", {"include": ["stop"], "name": "second"})
        self.assertEqual((status, again["targets"]["failedOf"]["include"]), (201, ["stop"]))
        self.assertEqual(order("PATCH", "/api/v1/groups/{id}", {"maxDevices": 7})[1]["maxDevices"], 7)
        self.assertEqual(order("POST", "/api/v1/groups/{id}/members", {"deviceIds": []})[1]["code"], "group.filter.members")
        self.assertIsNone(order("PATCH", "/api/v1/applications/{id}", {"callbackCa": None})[1]["callbackCa"])
        once = ("POST", "/api/v1/applications", {"name": "once"})
        self.assertTrue(order(*once, **{"Idempotency-Key": "once"})[1]["secret"])
        # What was answered is kept a moment later.
        trial.until(lambda: order(*once, **{"Idempotency-Key": "once"})[0] == 201)
        self.assertIsNone(order(*once, **{"Idempotency-Key": "once"})[1]["secret"])
        self.assertEqual(order("POST", "/api/v1/outbox:replay"), (200, {"replayed": 0, "more": False}))
        self.assertEqual(order("POST", "/api/v1/outbox:replay", {"appId": ids["applications"]})[0], 200)
        self.assertEqual(order("DELETE", "/api/v1/outbox", query="?dead=true"), (200, {"erased": 0, "more": False}))
        self.assertEqual(order("DELETE", "/api/v1/outbox")[0], 400)

    def test_describes_the_events_that_are_streamed(self):
        trial = Trial(self)
        ids = self.fill(trial)
        document = trial.api.get("/api/v1/openapi.json")
        events = document["paths"]["/api/v1/events"]["get"]["responses"]["200"]["content"]["text/event-stream"]["x-events"]
        connection = http.client.HTTPConnection(trial.api.host, int(trial.api.port), timeout=30)
        self.addCleanup(connection.close)
        connection.request("GET", f"/api/v1/events?taskId={ids['tasks']}", headers=trial.api.headers)
        stream = connection.getresponse()
        self.assertEqual(stream.getheader("Content-Type"), "text/event-stream")
        trial.api.post(f"/api/v1/tasks/{ids['tasks']}:stop", {})
        trial.ask("DELETE", f"/api/v1/tasks/{ids['tasks']}")
        seen, name, data = set(), None, {}
        while not data.get("erased"):
            line = stream.readline().decode().rstrip("\n")
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            if line.startswith("data: "):
                data = json.loads(line.removeprefix("data: "))
                self.assertIn(name, events)
                self.fits(document, events[name], data, f"event {name}")
                seen.add(name)
        self.assertIn("task", seen)

    def fill(self, trial):
        """One of each kind; their ids by the last word of the path before the id."""
        api = trial.api
        vendor = lab.Vendor(BINARIES, trial.root / "vendor")
        package = lab.set_up_product(api, vendor)
        server = lab.ApplicationServer(trial.daemon)
        server.subscribe("http://127.0.0.1:9/push")
        certificate, _ = lab.make_certificate(trial.root, "authority")
        trial.ask("PATCH", f"/api/v1/applications/{server.app_id}", {"callbackCa": pathlib.Path(certificate).read_text()})
        info = {"manufacturerName": lab.MANUFACTURER, "deviceType": lab.DEVICE_TYPE, "model": lab.MODEL}
        waiting = api.post("/api/v1/devices", {"nodeId": "urn:imei:1", "deviceInfo": info})["deviceId"]
        api.post("/api/v1/groups", {"name": "east", "deviceIds": [waiting]})
        group = api.post("/api/v1/groups", {"name": "new", "filter": {"status": "inactive"}})["groupId"]
        task = api.post("/api/v1/tasks", {"name": "first", "fileId": package, "targets": {"devices": [waiting]}})["taskId"]
        operator = api.post("/api/v1/operators", {"name": "ann", "role": "viewer", "password": "correct horse battery"})
        device = self.device_that_reports(trial, server)
        trial.until(lambda: api.get(f"/api/v1/tasks/{task}/jobs")["items"])
        return {"products": api.get("/api/v1/products")["items"][0]["productId"],
                "public-keys": api.get("/api/v1/public-keys")["items"][0]["keyId"], "packages": package, "devices": device,
                "groups": group, "tasks": task, "applications": server.app_id, "operators": operator["operatorId"],
                "waiting": waiting}

    def device_that_reports(self, trial, server):
        """A simulated one that was given a command: it answered, and so it has a past."""
        fleet = lab.Fleet(BINARIES, "--cells", "4242:1:good", "--time-scale", "20", "--uplink-interval", "20")
        [device] = fleet.register_with(trial.api, server.app_id)
        fleet.start(trial.daemon.coap, "--timeout", "120", "--report-interval", "0", stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL)
        self.addCleanup(fleet.stop)
        server.api.post("/iocm/app/cmd/v1.4.0/deviceCommands", {
            "deviceId": device, "command": {"serviceId": "Meter", "method": "SET", "paras": {"value": "12"}}})
        for kind in ("uplinks", "events"):
            trial.until(lambda kind=kind: trial.api.get(f"/api/v1/devices/{device}/{kind}")["items"])
        return device


if __name__ == "__main__":
    unittest.main(verbosity=2)
