# SPDX-License-Identifier: Apache-2.0
"""libcoap's own programs, as Debian has them, in the place of a device: a peer that shares no line with the daemon."""

import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lab"))
import lab  # noqa: E402

BINARIES = lab.Binaries(os.environ["E2E_BUILD"])
NODE = "urn:imei:860000000000077"


def free_udp_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(holds, seconds=30):
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s")
        time.sleep(0.1)


def client(*arguments):
    return subprocess.run(["coap-client-notls", "-B", "5", "-v", "6", *map(str, arguments)], check=True, text=True, timeout=30,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout


class Libcoap(unittest.TestCase):
    def test_registers_is_observed_and_is_heard(self):
        directory = tempfile.TemporaryDirectory(prefix="cellwise-e2e-")
        self.addCleanup(directory.cleanup)
        daemon = lab.Daemon(BINARIES, directory.name, coap__ack_timeout="1s").start()
        self.addCleanup(daemon.stop)
        daemon.api.post("/api/v1/products", {
            "manufacturerId": "acme", "manufacturerName": "Acme", "deviceType": "WaterMeter", "model": "W1",
            "protocolType": "LWM2M", "softwareUpgrade": {"supported": True, "protocol": "PCP"}})
        device = daemon.api.post("/api/v1/devices", {"nodeId": NODE, "deviceInfo": {
            "manufacturerName": "Acme", "deviceType": "WaterMeter", "model": "W1"}})["deviceId"]
        path = f"/api/v1/devices/{device}"
        port = free_udp_port()

        # The object that the daemon observes: libcoap's server makes a resource of what is put to it.
        server = subprocess.Popen(["coap-server-notls", "-A", "127.0.0.1", "-p", str(port), "-d", "10", "-v", "0"])
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        put = ["-m", "put", "-t", "42", "-e"]
        until(lambda: "2.0" in client(*put, "first", f"coap://127.0.0.1:{port}/19/0/0"))

        # From the same port; it is the server's alone again when the client has its answer.
        answer = client("-p", port, "-m", "post", "-t", "40", "-e", "</19/0>",
                        f"coap://{daemon.coap}/rd?lwm2m=1.0&ep={NODE}&b=U&lt=3600")
        self.assertIn("2.01", answer)
        until(lambda: (daemon.api.get(path)["registration"] or {}).get("observed"), 60)

        notified = daemon.metric("cellwise_lwm2m_notifications_total")
        client(*put, "second", f"coap://127.0.0.1:{port}/19/0/0")
        until(lambda: daemon.metric("cellwise_lwm2m_notifications_total") > notified)
        self.assertEqual(daemon.metric("cellwise_lwm2m_unknown_tokens_total"), 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
