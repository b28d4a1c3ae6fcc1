# SPDX-License-Identifier: Apache-2.0
"""What the tests of the broker stand on: Mosquitto with the plugin, the daemon, and devices by hand. ctest passes the
build directory in E2E_BUILD."""

import json
import os
import pathlib
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lab"))
import lab  # noqa: E402
from mqtt_wire import MOSQUITTO, Broker, Device  # noqa: E402

BUILD = pathlib.Path(os.environ.get("E2E_BUILD", "build/dev"))
PLUGIN = BUILD.resolve() / "src/plugin/mosquitto/cellwise_mosquitto.so"
SECRET = "a-secret-of-its-own"


@unittest.skipUnless(pathlib.Path(MOSQUITTO).exists() and PLUGIN.exists(), "no broker, or a build without the plugin")
class MqttCase(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="cellwise-mqtt-")
        self.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name)
        self.socket = self.root / "logins.sock"
        self.broker = Broker(self.root / "broker", PLUGIN, self.socket, self.broker_options())
        self.addCleanup(self.broker.stop)
        self.daemon = lab.Daemon(lab.Binaries(BUILD), self.root / "daemon", coap__listen="",
                                 mqtt__logins_socket=str(self.socket), mqtt__broker=f"mqtt://127.0.0.1:{self.broker.port}")
        self.addCleanup(self.daemon.stop)
        self.broker.start()
        self.daemon.start()
        self.server = lab.ApplicationServer(self.daemon)
        self.until_linked()

    def broker_options(self):
        return ""

    def until(self, true, seconds=20):
        deadline = time.monotonic() + seconds
        while not true():
            if time.monotonic() > deadline:
                self.fail("not within the time")
            time.sleep(0.05)

    def check_of(self, name):
        return next(check for check in self.daemon.api.get("/readyz")["checks"] if check["name"] == name)

    def until_linked(self, linked=True):
        self.until(lambda: self.check_of("mqtt")["ok"] == linked)

    def enter(self, node, secret=SECRET):
        """A device with a secret; its device id."""
        made = self.server.api.post("/iocm/app/reg/v2.0.0/deviceCredentials", {"nodeId": node, "secret": secret})
        return made["deviceId"]

    def connect(self, name, **more):
        device = Device(self.broker.port, name, SECRET, **more)
        self.addCleanup(device.close)
        self.assertEqual(device.code, 0)
        return device

    def code_of(self, name, **more):
        device = Device(self.broker.port, name, more.pop("secret", SECRET), **more)
        self.addCleanup(device.close)
        return device.code

    def messages(self):
        return self.daemon.metric("cellwise_mqtt_messages_total")

    def presence(self, told):
        return self.daemon.metric(f'cellwise_mqtt_presence_total{{told="{told}"}}')

    def answers(self, device):
        """The daemon hears the device, and reaches it: it answers what time it is."""
        device.publish(device.topic("events/up"), {"services": [
            {"service_id": "$time_sync", "event_type": "time_sync_request", "paras": {"device_send_time": 5}}]})
        topic, payload = device.next()
        self.assertEqual(topic, device.topic("events/down"))
        service = json.loads(payload)["services"][0]
        self.assertEqual((service["event_type"], service["paras"]["device_send_time"]), ("time_sync_response", 5))

    def log(self):
        return self.root / "daemon/cellwised.log"
