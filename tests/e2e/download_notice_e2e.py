#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""From the notice of an upgrade to the file: the daemon tells a device over a real broker where to download from and
with which token, and the device does so. ctest passes the build directory in E2E_BUILD."""

import hashlib
import json
import os
import pathlib
import sqlite3
import tempfile
import time
import unittest
import urllib.parse

from download_world import BINARIES, Device, lab
from mqtt_wire import MOSQUITTO, Broker
from mqtt_wire import Device as MqttDevice

PLUGIN = pathlib.Path(os.environ["E2E_BUILD"]).resolve() / "src/plugin/mosquitto/cellwise_mosquitto.so"
SECRET = "a-secret-of-its-own"
SIZE = 300_000


@unittest.skipUnless(pathlib.Path(MOSQUITTO).exists() and PLUGIN.exists(), "no broker, or a build without the plugin")
class DownloadNotice(unittest.TestCase):
    def begin(self, devices=1, switches=None, **settings):
        self.root = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="cellwise-notice-")))
        logins = self.root / "logins.sock"
        self.broker = Broker(self.root / "broker", PLUGIN, logins, quiet=True).start()
        self.addCleanup(self.broker.stop)
        self.daemon = lab.Daemon(BINARIES, self.root, coap__listen="", log__level="debug", task__start_delay="0s",
                                 mqtt__logins_socket=str(logins), mqtt__broker=f"mqtt://127.0.0.1:{self.broker.port}",
                                 **settings).start()
        self.addCleanup(self.daemon.stop)
        vendor = lab.Vendor(BINARIES, self.root / "vendor", size=SIZE, protocol="MQTT")
        self.payload, self.version = (self.root / "vendor/meter.bin").read_bytes(), vendor.version
        self.file = lab.set_up_product(self.daemon.api, vendor)
        product = next(self.daemon.api.all("/api/v1/products"))["productId"]
        if switches:
            self.daemon.api.call("PATCH", f"/api/v1/products/{product}", {"mqtt": switches})
        self.devices = [self.daemon.api.post("/api/v1/devices", {"nodeId": f"meter-{n}", "productId": product,
                                                                 "secret": SECRET})["deviceId"] for n in range(devices)]
        self.task = self.daemon.api.post("/api/v1/tasks", {"name": "notices", "fileId": self.file,
                                                           "targets": {"devices": self.devices}})["taskId"]
        # Of one that was there before the daemon's link its next radio report would be waited for.
        deadline = time.monotonic() + 20
        while not next(check for check in self.daemon.api.get("/readyz")["checks"] if check["name"] == "mqtt")["ok"]:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        self.links = [self.connect(device) for device in self.devices]

    def connect(self, device):
        link = MqttDevice(self.broker.port, device, SECRET)
        self.addCleanup(link.close)
        self.assertEqual(link.code, 0)
        return link

    def notice(self, of=0):
        """What the device is told, after it has told its version."""
        while True:
            _, payload = self.links[of].next(timeout=30)
            service = json.loads(payload)["services"][0]
            if service["event_type"] == "version_query":
                self.links[of].report("version_report", sw_version="V1.0", fw_version="")
            elif service["event_type"] == "software_upgrade":
                return service["paras"]

    def open(self, notice, **how):
        """A connection to where the notice says, and the path there."""
        url = urllib.parse.urlsplit(notice["url"])
        self.assertEqual((url.scheme, url.netloc), ("https", self.daemon.download))
        device = Device(url.netloc, **how)
        self.addCleanup(device.close)
        return device, url.path

    def status(self, notice, token=None):
        device, path = self.open(notice)
        return device.get(path, token or notice["access_token"], method="HEAD")[0]

    def job(self, of=0):
        jobs = self.daemon.api.get(f"/api/v1/tasks/{self.task}/jobs")["items"]
        return next(job for job in jobs if job["deviceId"] == self.devices[of])

    def until(self, holds, seconds=20):
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                self.fail(f"not within {seconds} s: {self.job()}")
            time.sleep(0.1)

    def test_leads_to_the_file_and_the_transfer_is_the_jobs_progress(self):
        self.begin()
        notice = self.notice()
        self.assertEqual({key: notice[key] for key in ("version", "file_size", "file_name", "expires", "sign")},
                         {"version": self.version, "file_size": SIZE, "file_name": "meter.bin", "expires": 86_400,
                          "sign": hashlib.sha256(self.payload).hexdigest()})
        self.assertRegex(notice["access_token"], "^[0-9a-f]{64}$")
        device, path = self.open(notice, tight=True)
        device.ask(path, notice["access_token"])
        device.waiting = device.take(1)
        self.until(lambda: self.job()["state"] == "downloading")
        time.sleep(5.5)  # it is told every 5 s, when bytes leave
        while len(device.waiting) < SIZE // 2:
            device.waiting += device.take(4096)
        self.until(lambda: 0 < self.job()["chunksServed"] < 100)  # hundredths of the file
        self.assertEqual(device.answer(), (200, self.payload))
        self.until(lambda: self.job()["state"] == "updating")
        self.assertEqual(self.job()["chunksServed"], 100)
        self.links[0].report("upgrade_progress_report", result_code=0, version=self.version, progress=100)
        self.until(lambda: self.job()["state"] == "succeeded")
        self.assertEqual(self.status(notice), 410)

    def test_is_for_one_device_and_its_token_is_nowhere_but_with_it(self):
        self.begin(devices=2)
        mine, others = self.notice(0), self.notice(1)
        self.assertEqual(self.status(mine), 200)
        self.assertEqual(self.status(mine, others["access_token"]), 403)
        self.assertEqual(self.status(mine, "0" * 64), 401)
        self.daemon.kill()
        self.daemon.start()
        for notice in (mine, others):
            self.assertEqual(self.status(notice), 200)
        self.daemon.api.post(f"/api/v1/tasks/{self.task}:stop", {})
        self.until(lambda: self.status(mine) == 410)
        self.assertEqual(self.status(mine, others["access_token"]), 403, "a stranger hears nothing of it")
        self.daemon.stop()
        self.assertIn("download refused", (self.root / "cellwised.log").read_text(errors="replace"))
        for notice in (mine, others):
            token = notice["access_token"].encode()
            for file in [self.root / "cellwised.log", *(self.root / "state").rglob("*")]:
                if file.is_file():
                    self.assertNotIn(token, file.read_bytes(), file)
            with sqlite3.connect(self.root / "state/cellwise.db") as database:
                rows = database.execute("SELECT count(*) FROM download_tokens WHERE hash = ?",
                                        [hashlib.sha256(token).hexdigest()]).fetchone()
            database.close()
            self.assertEqual(rows, (1,), "its hash is")

    def test_leaves_out_what_the_product_cannot_bear_and_counts_as_it_counts(self):
        self.begin(switches={"sendsSign": False, "sendsFileName": False, "rangesFromOne": True})
        notice = self.notice()
        self.assertNotIn("sign", notice)
        self.assertNotIn("file_name", notice)
        device, path = self.open(notice)
        got = b""
        while len(got) < SIZE:
            status, block = device.get(path, notice["access_token"], [f"Range: bytes={len(got) + 1}-{len(got) + 70_000}"])
            self.assertEqual(status, 206)
            self.assertEqual(device.field("Content-Range"), f"bytes {len(got) + 1}-{len(got) + len(block)}/{SIZE}")
            got += block
        self.assertEqual(got, self.payload)

    def test_lets_a_download_finish_that_outlives_its_token_and_the_upgrades_time(self):
        """As one of 25 hours does, of which 24 are allowed: here of 10 seconds, of which 3 are."""
        self.begin(limits__mqtt_download="3s", limits__download_idle="2s")
        notice = self.notice()
        device, path = self.open(notice, tight=True)
        device.ask(path, notice["access_token"])
        device.waiting = device.take(1)
        with sqlite3.connect(self.root / "state/cellwise.db", timeout=10) as database:
            database.execute("UPDATE download_tokens SET expires_at = ?", [int(time.time() * 1000)])
        database.close()
        began = time.monotonic()
        while time.monotonic() < began + 10:
            device.waiting += device.take(2048)
            self.assertEqual(self.job()["state"], "downloading")
            time.sleep(0.2)
        self.assertEqual(self.status(notice), 401)
        self.assertEqual(device.answer(), (200, self.payload))
        self.links[0].report("upgrade_progress_report", result_code=0, version=self.version)
        self.until(lambda: self.job()["state"] == "succeeded")


if __name__ == "__main__":
    unittest.main(verbosity=2)
