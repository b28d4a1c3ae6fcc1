# SPDX-License-Identifier: Apache-2.0
"""The operators' API as a client meets it: the daemon as a process, over real sockets. ctest passes the build directory
in E2E_BUILD."""

import http.client
import json
import pathlib
import random
import ssl
import tempfile
import threading
import time
import unittest

from api_trial import BINARIES, Trial, lab


class Operators(unittest.TestCase):
    def test_sign_in_work_and_leave_and_stay_known_after_a_restart(self):
        trial = Trial(self)
        trial.api.post("/api/v1/operators", {"name": "ann", "role": "operator", "password": "correct horse battery"})
        took = {"ann": [], "nobody": []}
        refusals = set()
        for name in list(took) * 4:
            began = time.monotonic()
            status, _, refusal = trial.ask("POST", "/api/v1/sessions", {"name": name, "password": "wrong"})
            took[name].append(time.monotonic() - began)
            refusals.add((status, json.dumps(refusal, sort_keys=True)))
        self.assertEqual(len(refusals), 1, "whether the name is known is not told")
        # The shortest of each: what else the machine had to do makes them longer.
        of_wrong, of_unknown = min(took["ann"]), min(took["nobody"])
        self.assertLess(max(of_wrong, of_unknown), 5 * min(of_wrong, of_unknown) + 0.2)
        status, _, session = trial.ask("POST", "/api/v1/sessions", {"name": "ann", "password": "correct horse battery"})
        self.assertEqual(status, 201)
        trial.daemon.kill()
        trial.daemon.start()
        token = session["token"]
        self.assertEqual(trial.ask("POST", "/api/v1/products", trial.product("W1"), token)[0], 201)
        self.assertEqual(trial.ask("GET", "/api/v1/audit", token=token)[0], 403)
        self.assertEqual(trial.ask("DELETE", "/api/v1/sessions/current", token=token)[0], 204)
        self.assertEqual(trial.ask("GET", "/api/v1/products", token=token)[0], 401)

    def test_keep_no_password_in_the_state_directory(self):
        trial = Trial(self)
        secret = "correct horse battery staple"
        trial.api.post("/api/v1/operators", {"name": "ann", "role": "operator", "password": secret})
        trial.ask("POST", "/api/v1/sessions", {"name": "ann", "password": secret})
        status, _, made = trial.ask("POST", "/api/v1/applications", {"name": "billing"}, **{"Idempotency-Key": "k"})
        self.assertEqual(status, 201)
        trial.daemon.stop()
        for path in [*trial.root.rglob("cellwise.db*"), trial.root / "cellwised.log"]:
            content = path.read_bytes()
            for text in (secret, made["secret"]):
                self.assertNotIn(text.encode(), content, path)


class Audit(unittest.TestCase):
    def test_writes_down_whose_certificate_a_client_showed(self):
        directory = tempfile.TemporaryDirectory(prefix="cellwise-e2e-")
        self.addCleanup(directory.cleanup)
        root = pathlib.Path(directory.name)
        certificate, key = lab.make_certificate(root, "ann")
        daemon = lab.Daemon(BINARIES, root, https__client_certificate="optional", https__client_ca=str(certificate)).start()
        self.addCleanup(daemon.stop)

        def api(shows_certificate):
            tls = ssl.create_default_context(cafile=root / "state/https.crt")
            if shows_certificate:
                tls.load_cert_chain(certificate, key)
            return lab.Api(daemon.https, daemon.api.headers, tls)

        with_one = api(True).post("/api/v1/applications", {"name": "with a certificate"})
        without = api(False).post("/api/v1/applications", {"name": "without"})
        entries = {}
        deadline = time.monotonic() + 30
        while not {with_one["appId"], without["appId"]} <= entries.keys():  # what a call made is written down behind it
            self.assertLess(time.monotonic(), deadline, entries)
            entries = {entry["target"]: entry for entry in daemon.api.get("/api/v1/audit")["items"]}
        self.assertEqual(entries[with_one["appId"]]["clientSubject"], "CN=ann")
        self.assertEqual(entries[with_one["appId"]]["address"], "127.0.0.1")
        self.assertIsNone(entries[without["appId"]]["clientSubject"])

    def under_way(self, trial):
        entries = trial.api.all("/api/v1/audit", action="POST /api/v1/products")
        return [entry for entry in entries if entry["outcome"] == "under_way"]

    def test_has_an_entry_of_every_change_whenever_the_daemon_is_killed(self):
        trial = Trial(self)
        chance = random.Random(7)
        made = life = 0
        while life < 12 or (made <= 50 and life < 100):  # a busy machine makes fewer in each
            life += 1
            stop = threading.Event()
            threads = [threading.Thread(target=self.make_products, args=(trial, f"{life}-{n}", stop)) for n in range(4)]
            for thread in threads:
                thread.start()
            time.sleep(chance.uniform(0.05, 0.4))
            trial.daemon.kill()
            stop.set()
            for thread in threads:
                thread.join()
            trial.daemon.start()
            entries = list(trial.api.all("/api/v1/audit", action="POST /api/v1/products"))
            products = list(trial.api.all("/api/v1/products"))
            models = {entry["summary"].split("model=")[1].split(",")[0] for entry in entries}
            for product in products:
                self.assertIn(product["model"], models)
            # Those of the life before become unknown with the first commit of the new one.
            trial.until(lambda: not self.under_way(trial))
            made = len(products)
        self.assertGreater(made, 50)
        self.assertTrue([entry for entry in entries if entry["outcome"] == "unknown"])

    def make_products(self, trial, name, stop):
        number = 0
        while not stop.is_set():
            number += 1
            try:
                trial.ask("POST", "/api/v1/products", trial.product(f"{name}-{number}"))
            except (OSError, http.client.HTTPException):
                return


class Idempotency(unittest.TestCase):
    def test_makes_nothing_twice_whenever_the_daemon_is_killed(self):
        trial = Trial(self)
        chance = random.Random(11)
        unknown = 0
        for number in range(40):
            key, body = f"key-{number}", trial.product(f"W{number}")

            def post():
                return trial.ask("POST", "/api/v1/products", body, **{"Idempotency-Key": key})

            asked = threading.Thread(target=self.without_answer, args=(post,))
            asked.start()
            time.sleep(chance.uniform(0.0, 0.03))
            trial.daemon.kill()
            asked.join()
            trial.daemon.start()
            status, _, answer = post()
            if status == 409:  # never "duplicate": that would be a call that was made twice
                self.assertEqual(answer["code"], "idempotency.unknown")
                unknown += 1
            else:
                self.assertEqual(status, 201, answer)
                self.assertEqual(answer["model"], body["model"])
        self.assertLess(unknown, 40)

    def test_makes_one_thing_of_many_calls_at_once(self):
        trial = Trial(self)
        answers = []

        def post():
            answers.append(trial.ask("POST", "/api/v1/products", trial.product("W1"), **{"Idempotency-Key": "k"}))

        threads = [threading.Thread(target=post) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        post()  # the first has been answered by now, so this is told the same at once
        self.assertEqual(len(trial.api.get("/api/v1/products")["items"]), 1)
        told = {(status, body.get("code")) for status, _, body in answers}
        self.assertLessEqual(told, {(201, None), (409, "idempotency.in_progress")})
        self.assertEqual(len({body["productId"] for status, _, body in answers if status == 201}), 1)
        self.assertEqual(answers[-1][1]["Idempotency-Replayed"], "true")

    def without_answer(self, post):
        try:
            post()
        except (OSError, http.client.HTTPException):
            pass


class Import(unittest.TestCase):
    COUNT = 100_000

    def test_takes_a_hundred_thousand_devices_of_each_kind_in_flat_memory(self):
        trial = Trial(self)
        product = trial.api.post("/api/v1/products", trial.product("W1"))["productId"]
        csv = (f"urn:csv:{n},{product},meter {n}\n" for n in range(self.COUNT))
        ndjson = (json.dumps({"nodeId": f"urn:ndjson:{n}", "productId": product}) + "\n" for n in range(self.COUNT))
        for kind, lines in (("text/csv", csv), ("application/x-ndjson", ndjson)):
            self.run_one(trial, kind, lines)
        # Again: a hundred thousand lines that are all wrong, of which the first thousand are told.
        again = (f"urn:csv:{n},{product},meter {n}\n" for n in range(self.COUNT))
        report = self.upload(trial, "text/csv", again)
        self.assertEqual((report["created"], report["failed"]), (0, self.COUNT))
        self.assertEqual(len(report["errors"]), 1000)
        self.assertTrue(report["errorsTruncated"])
        self.assertEqual({error["code"] for error in report["errors"]}, {"device.node_id.duplicate"})

    def run_one(self, trial, kind, lines):
        before = self.memory(trial)
        peak = [before]
        done = threading.Event()

        def watch():
            while not done.wait(0.05):
                peak[0] = max(peak[0], self.memory(trial))

        watcher = threading.Thread(target=watch)
        watcher.start()
        began = time.monotonic()
        report = self.upload(trial, kind, lines)
        took = time.monotonic() - began
        done.set()
        watcher.join()
        print(f"{kind}: {self.COUNT / took:.0f} devices/s, memory {before >> 20} MiB, at most {peak[0] >> 20} MiB", flush=True)
        self.assertEqual((report["total"], report["created"], report["failed"]), (self.COUNT, self.COUNT, 0), report["errors"][:3])
        self.assertLess(peak[0] - before, 64 << 20)

    def upload(self, trial, kind, lines):
        def pieces():
            if kind == "text/csv":
                yield b"nodeId,productId,name\n"
            batch = []
            for line in lines:
                batch.append(line)
                if len(batch) == 1000:
                    yield "".join(batch).encode()
                    batch.clear()
            yield "".join(batch).encode()

        connection = http.client.HTTPConnection(trial.api.host, int(trial.api.port), timeout=600)
        connection.request("POST", "/api/v1/devices:import", body=pieces(), encode_chunked=True,
                           headers={**trial.api.headers, "Content-Type": kind, "Transfer-Encoding": "chunked"})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        self.assertEqual(answer.status, 200, text[:500])
        return json.loads(text)

    def memory(self, trial):
        for line in pathlib.Path(f"/proc/{trial.daemon.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) << 10
        raise KeyError("VmRSS")


if __name__ == "__main__":
    unittest.main(verbosity=2)
