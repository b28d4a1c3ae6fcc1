# SPDX-License-Identifier: Apache-2.0
"""The vendor's API as its application servers know it, against the daemon, over real sockets, byte by byte."""

import datetime
import http.server
import json
import os
import pathlib
import re
import socket
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lab"))
import lab  # noqa: E402

import northbound_more_rows as more  # noqa: E402
import northbound_rows as rows  # noqa: E402

BINARIES = lab.Binaries(os.environ["E2E_BUILD"])
lab.MANUFACTURER, lab.DEVICE_TYPE, lab.MODEL = "Acme", "WaterMeter", "W1"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body


class Wire:
    """One connection that sends what it is told and reads one answer; it is never opened twice."""

    def __init__(self, endpoint):
        host, _, port = endpoint.rpartition(":")
        self.socket = socket.create_connection((host, int(port)), timeout=30)
        self.buffer = b""

    def ask(self, method, target, headers, body=None):
        head = f"{method} {target} HTTP/1.1\r\nHost: cellwise\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers)
        data = b"" if body is None else body.encode()
        if body is not None:
            head += f"Content-Length: {len(data)}\r\n"
        self.socket.sendall((head + "\r\n").encode() + data)
        return self.read()

    def read(self):
        while b"\r\n\r\n" not in self.buffer:
            self.fill()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines[1:])}
        length = int(headers.get("content-length", 0))
        while len(self.buffer) < length:
            self.fill()
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return Answer(int(lines[0].split()[1]), headers, body.decode())

    def fill(self):
        more = self.socket.recv(65536)
        if not more:
            raise ConnectionError("the daemon closed a connection that is kept alive")
        self.buffer += more

    def close(self):
        self.socket.close()


def basic_time(**later):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**later)).strftime("%Y%m%dT%H%M%SZ")


class Raw(http.server.BaseHTTPRequestHandler):
    """An application server that keeps the bytes of what is pushed."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.server.pushes.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Trial:
    """A daemon with two product models and a package, and an application server."""

    def __init__(self, case, **settings):
        directory = tempfile.TemporaryDirectory(prefix="cellwise-e2e-")
        case.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name)
        self.vendor = lab.Vendor(BINARIES, self.root / "vendor", size=2_000)
        self.daemon = lab.Daemon(BINARIES, self.root, **{"task__start_delay": "1h", **settings}).start()
        case.addCleanup(self.daemon.stop)
        self.api = self.daemon.api
        for model in ("W1", "W2"):
            self.api.post("/api/v1/products", {
                "manufacturerId": "acme-id", "manufacturerName": "Acme", "deviceType": "WaterMeter", "model": model,
                "protocolType": "LWM2M", "softwareUpgrade": {"supported": True, "protocol": "PCP"}})
        self.api.post("/api/v1/public-keys", {"manufacturerName": "Acme", "pem": self.vendor.public_key})
        made = self.api.post("/api/v1/applications", {"name": "billing"})
        self.app, self.secret = made["appId"], made["secret"]

    def upload(self, query=""):
        return self.api.post("/api/v1/packages" + query, self.vendor.package, content_type="application/zip")["fileId"]

    def upload_own(self, version):
        """Another version, for the application alone."""
        newer = lab.Vendor(BINARIES, self.root / "vendor", version=version, size=2_000)
        return self.api.post(f"/api/v1/packages?appId={self.app}", newer.package, content_type="application/zip")["fileId"]

    def receiver(self, case, port=0):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Raw)
        server.daemon_threads = True
        server.pushes = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        case.addCleanup(server.server_close)
        case.addCleanup(server.shutdown)
        server.url = f"http://127.0.0.1:{server.server_port}/push"
        return server

    def server(self):
        """An application server of lab's that is this application."""
        server = lab.ApplicationServer.__new__(lab.ApplicationServer)
        server.app_id, server.secret, server.daemon = self.app, self.secret, self.daemon
        server.login()
        return server

    def until(self, holds, seconds=60):
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                raise AssertionError("not in time; the log ends so:\n" + (self.root / "cellwised.log").read_text()[-3000:])
            time.sleep(0.05)


class Northbound(unittest.TestCase):
    def walk(self, table, known, wire):
        def filled(text):
            return re.sub(r"\$(\w+)", lambda match: known[match[1]], text)

        def pattern(text):
            parts = re.split(r"<(\w+)(?::(\w+))?>", text)
            out = re.escape(filled(parts[0]))
            for kind, name, rest in zip(parts[1::3], parts[2::3], parts[3::3]):
                out += (f"(?P<{name}>{rows.KINDS[kind]})" if name else rows.KINDS[kind]) + re.escape(filled(rest))
            return re.compile(out)

        for promise, request, body, status, wanted in table:
            method, target = filled(request).split(" ", 1)
            kind = "application/x-www-form-urlencoded" if isinstance(body, rows.Form) else "application/json"
            headers = [("Content-Type", kind)]  # also on a GET and a DELETE without a body, as real clients do
            if not target.startswith(rows.SEC):
                headers += [("app_key", known["app"]), ("Authorization", "Bearer " + known["access"])]
            answer = wire.ask(method, target, headers, None if body is None else filled(body))
            with self.subTest(promise=promise, request=f"{method} {target}", body=body and body[:200]):
                self.assertEqual(answer.status, status, answer.body)
                if wanted is rows.NONE:
                    self.assertEqual(answer.body, "")
                    self.assertNotIn("content-length", answer.headers)
                    continue
                self.assertEqual(answer.headers.get("content-type"), "application/json")
                if wanted is rows.EMPTY:
                    self.assertEqual(answer.body, "")
                    self.assertEqual(answer.headers.get("content-length"), "0")
                    continue
                match = pattern(wanted).fullmatch(answer.body)
                self.assertIsNotNone(match, f"\nwanted {wanted}\ngot    {answer.body}")
                known.update(match.groupdict())

    def test_keeps_every_promise_of_the_page_over_one_connection(self):
        trial = Trial(self)
        known = {"app": trial.app, "secret": trial.secret, "file": trial.upload(), "nobody": "0" * 24,
                 "nodevice": "00000000-0000-4000-8000-000000000000", "receiver": trial.receiver(self).url,
                 "in1h": basic_time(hours=1), "in2h": basic_time(hours=2), "in1h4m": basic_time(hours=1, minutes=4)}
        wire = Wire(trial.daemon.http)
        self.addCleanup(wire.close)
        self.walk(rows.ROWS[:-len(rows.ENDS)] + more.COMMANDS + more.DATA, known, wire)
        known |= {"own": trial.upload_own("V3.0"), "spare": trial.upload_own("V4.0")}
        known["filtered"] = trial.api.post("/api/v1/groups", {"name": "filtered", "appId": trial.app,
                                                              "filter": {"status": "inactive"}})["groupId"]
        self.walk(more.PREPARED + rows.ENDS, known, wire)

    def test_has_a_row_for_every_call_and_every_code(self):
        source = pathlib.Path(__file__).resolve().parents[2] / "src/adapters/northbound"
        requests = [request.partition("?")[0] for _, request, *_ in rows.ROWS + more.MORE_ROWS]
        routes = re.findall(r'Route\{(\w+),\s+"([^"]+)"', (source / "routes.cpp").read_text())
        self.assertGreater(len(routes), 30)
        for method, pattern in routes:
            wanted = re.compile(f"{method.upper()} " + re.sub(r"\\{\w+\\}", "[^/]+", re.escape(pattern)))
            self.assertTrue(any(wanted.fullmatch(request) for request in requests), f"{method} {pattern}")
        # What no application server can bring about: faults and full disks, and two that need a race.
        elsewhere = {"50252", "190008", "100203", "190007"}
        known = set(re.findall(r'"(\d{5,7})"', (source / "vendor_error.hpp").read_text()))
        told = {code for *_, answer in rows.ROWS + more.MORE_ROWS if isinstance(answer, str)
                for code in re.findall(r'"error_code":"(\d+)"', answer)}
        self.assertEqual(known - told - elsewhere, {"1010009", "190006", "100247"}, "those have tests of their own, below")

    def test_refuses_a_body_that_is_too_large_before_it_comes(self):
        trial = Trial(self)
        headers = trial.server().api.headers
        wire = Wire(trial.daemon.http)
        self.addCleanup(wire.close)
        head = f"POST {rows.OPERATIONS}/softwareUpgrade HTTP/1.1\r\nHost: cellwise\r\nContent-Length: {2 << 20}\r\n"
        wire.socket.sendall((head + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n").encode())
        answer = wire.read()
        self.assertEqual((answer.status, answer.headers["content-type"]), (413, "application/json"))
        self.assertTrue(answer.body.startswith('{"error_code":"190006","error_desc":"The request is too large.'), answer.body)

    def test_knows_a_device_that_is_there_and_one_that_is_being_upgraded(self):
        trial = Trial(self, task__start_delay="0s")
        known = {"app": trial.app, "access": trial.server().api.headers["Authorization"].split()[1], "file": trial.upload()}
        wire = Wire(trial.daemon.http)
        self.addCleanup(wire.close)
        self.walk(more.REGISTRATION, known, wire)
        device = self.register("urn:imei:860000000000042", trial.daemon.coap)
        # What was heard is written a moment later.
        trial.until(lambda: trial.api.get(f"/api/v1/devices/{known['device']}")["status"] == "online")
        self.walk(more.ONLINE, known, wire)
        operation = known["operation"]
        trial.until(lambda: trial.api.get(f"/api/v1/tasks/{operation}/jobs")["items"][0]["state"] == "waiting_online")
        self.register("urn:imei:860000000000042", trial.daemon.coap, device)
        trial.until(lambda: trial.api.get(f"/api/v1/tasks/{operation}/jobs")["items"][0]["state"] == "querying")
        self.walk(more.UPGRADING, known, wire)

    def register(self, node, endpoint, device=None):
        """What a device sends first, and no more than that."""
        if device is None:
            device = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            device.settimeout(30)
            self.addCleanup(device.close)
        host, _, port = endpoint.rpartition(":")
        query = [f"ep={node}", "lt=86400", "lwm2m=1.0", "b=U"]
        message = b"\x41\x02" + os.urandom(2) + b"\x07" + b"\xb2rd" + b"\x11\x28"  # CON POST /rd, link format
        for delta, text in zip([3, 0, 0, 0], query):
            size = len(text)
            message += (bytes([delta << 4 | size]) if size < 13 else bytes([delta << 4 | 13, size - 13])) + text.encode()
        device.sendto(message + b"\xff</3/0>,</19/0>", (host, int(port)))
        while True:
            heard = device.recv(2048)
            token = heard[4:4 + (heard[0] & 15)]
            if heard[0] >> 4 == 6 and heard[2:4] == message[2:4]:
                self.assertEqual(heard[1], 0x41, "created")
            elif heard[:2] == bytes([0x40 | len(token), 1]):  # it is observed
                device.sendto(bytes([0x60 | len(token), 0x45]) + heard[2:4] + token + b"\x61\x01", (host, int(port)))
                return device

    def test_takes_the_spellings_of_real_clients(self):
        trial = Trial(self)
        token = trial.server().api.headers["Authorization"].split()[1]
        wire = Wire(trial.daemon.http)
        self.addCleanup(wire.close)
        for headers in ([("app_key", trial.app), ("Authorization", f"Bearer {token}")],
                        [("x-app-key", trial.app), ("Authorization", f"Bearer {token}")],
                        [("App_Key", trial.app), ("authorization", f"bearer  {token}")]):
            self.assertEqual(wire.ask("GET", rows.DM, headers).status, 200, headers)
        for headers in ([], [("app_key", trial.app)], [("Authorization", f"Bearer {token}")],
                        [("app_key", trial.app), ("Authorization", "Bearer x")],
                        [("app_key", "0" * 24), ("Authorization", f"Bearer {token}")]):
            answer = wire.ask("GET", rows.DM, headers)
            self.assertEqual((answer.status, answer.body), (403, rows.NO_TOKEN), headers)

    def test_lets_an_application_call_a_hundred_times_a_minute(self):
        trial = Trial(self, northbound__throttle="100")
        headers = list(trial.server().api.headers.items())
        wire = Wire(trial.daemon.http)
        self.addCleanup(wire.close)
        answers = [wire.ask("GET", f"{rows.DM}?pageSize=1", headers) for _ in range(101)]
        self.assertEqual([answer.status for answer in answers], [200] * 100 + [403])
        self.assertEqual(answers[-1].body, rows.error("1010009", "app throttle exceed."))
        self.assertTrue(trial.server().api.headers, "logging in is not counted")

    def test_lets_nobody_in_whom_an_operator_has_frozen(self):
        trial = Trial(self)
        server = trial.server()
        headers = list(server.api.headers.items())
        wire = Wire(trial.daemon.http)
        self.addCleanup(wire.close)
        login = ("POST", f"{rows.SEC}login", [("Content-Type", "application/x-www-form-urlencoded")],
                 f"appId={server.app_id}&secret={server.secret}")
        path = f"/api/v1/applications/{server.app_id}"
        self.assertIs(trial.daemon.api.call("PATCH", path, {"frozen": True})["frozen"], True)
        answer = wire.ask(*login)
        self.assertEqual((answer.status, answer.body), (400, rows.error("100247", "The application is frozen.")))
        answer = wire.ask("GET", f"{rows.DM}?pageSize=1", headers)
        self.assertEqual((answer.status, answer.body), (403, rows.NO_TOKEN))
        trial.daemon.api.call("PATCH", path, {"frozen": False})
        self.assertEqual(wire.ask(*login).status, 200)

    def test_deletes_what_was_uploaded_for_it(self):
        trial = Trial(self)
        file = trial.upload(f"?appId={trial.app}")
        server = trial.server()
        self.assertEqual(server.api.get(rows.CATEGORY)["totalCount"], 1)
        headers = list(server.api.headers.items())
        wire = Wire(trial.daemon.http)
        self.addCleanup(wire.close)
        answer = wire.ask("DELETE", f"{rows.CATEGORY}/{file}", headers)
        self.assertEqual((answer.status, answer.body), (200, ""))
        self.assertEqual(answer.headers["content-type"], "application/json")
        self.assertEqual(server.api.get(rows.CATEGORY)["totalCount"], 0)

    def test_tells_what_happens_to_a_device_in_order_though_it_is_killed(self):
        trial = Trial(self)
        receiver = trial.receiver(self)
        port = receiver.server_port
        receiver.shutdown()
        receiver.server_close()
        server = trial.server()
        for kind in ("deviceAdded", "deviceInfoChanged", "deviceDeleted"):
            server.api.post(rows.SUB2, {"notifyType": kind, "callbackUrl": f"http://127.0.0.1:{port}/push"})
        device = server.api.post(rows.REG1, {"nodeId": "node-1", "deviceName": "kitchen"})["deviceId"]
        server.api.call("PUT", f"{rows.DM}/{device}", {"name": "cellar"})
        server.api.call("DELETE", f"{rows.DM}/{device}")
        trial.daemon.kill()
        trial.daemon.start()
        receiver = trial.receiver(self, port)
        trial.until(lambda: len(receiver.pushes) >= 3)
        kinds = [json.loads(body)["notifyType"] for _, body in receiver.pushes]
        self.assertEqual(list(dict.fromkeys(kinds)), ["deviceAdded", "deviceInfoChanged", "deviceDeleted"])
        headers, body = receiver.pushes[-1]
        self.assertEqual(headers["Content-Type"], "application/json")
        self.assertEqual(body, f'{{"notifyType":"deviceDeleted","deviceId":"{device}","gatewayId":"{device}"}}')
        self.assertTrue(receiver.pushes[0][1].startswith('{"notifyType":"deviceAdded",'))

    def test_keeps_what_was_said_of_a_device_and_hides_its_secrets(self):
        trial = Trial(self)
        server = trial.server()
        psk = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
        device = server.api.post(rows.REG1, {"nodeId": "node-1", "psk": psk, "location": "west"})["deviceId"]
        made = server.api.post(rows.REG2, {"nodeId": "node-2"})
        before = server.api.get(f"{rows.DM}/{device}")
        self.assertEqual(before["deviceInfo"]["location"], "west")
        trial.daemon.kill()
        trial.daemon.start()
        self.assertEqual(trial.server().api.get(f"{rows.DM}/{device}"), before)
        key = (trial.root / "state/secrets.key").read_text().strip()
        self.assertEqual((trial.root / "state/secrets.key").stat().st_mode & 0o777, 0o600)
        for path in [*(trial.root / "state").glob("cellwise.db*"), trial.root / "cellwised.log"]:
            data = path.read_bytes()
            for secret in (psk, made["secret"], key):
                self.assertNotIn(secret.encode(), data, path)

    def test_deletes_a_device_that_never_comes(self):
        trial = Trial(self)
        receiver = trial.receiver(self)
        server = trial.server()
        server.api.post(rows.SUB2, {"notifyType": "deviceDeleted", "callbackUrl": receiver.url})
        device = server.api.post(rows.REG1, {"nodeId": "node-1", "timeout": 1})["deviceId"]
        patient = server.api.post(rows.REG1, {"nodeId": "node-2", "timeout": 3600})["deviceId"]
        trial.until(lambda: receiver.pushes)
        self.assertEqual(json.loads(receiver.pushes[0][1])["deviceId"], device)
        listed = [each["deviceId"] for each in server.api.get(rows.DM)["devices"]]
        self.assertEqual(listed, [patient])


if __name__ == "__main__":
    unittest.main(verbosity=2)
