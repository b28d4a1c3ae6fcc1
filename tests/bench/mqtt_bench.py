# SPDX-License-Identifier: Apache-2.0
"""Notices by MQTT to 10,000 devices that are online, our link beside Paho alone, through a Mosquitto of its own with the
plugin: mqtt_bench.py BUILD_DIRECTORY [ROUNDS]"""

import pathlib
import resource
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from mqtt_wire import Broker  # noqa: E402

FILES = 12_000  # a socket a device, in the broker and in the bench
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
if hard != resource.RLIM_INFINITY and hard < FILES:
    sys.exit(f"a process may have {hard} files open, and {FILES} are needed: ulimit -Hn {FILES}")
resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, hard))

build = pathlib.Path(sys.argv[1]).resolve()
with tempfile.TemporaryDirectory(prefix="cellwise-bench-") as directory:
    logins = pathlib.Path(directory) / "logins.sock"
    plugin = build / "src/plugin/mosquitto/cellwise_mosquitto.so"
    broker = Broker(directory, plugin, logins, quiet=True).start()
    try:
        bench = build / "tests/bench/cellwise_mqtt_notices_bench"
        sys.exit(subprocess.run([bench, str(broker.port), logins, *sys.argv[2:]]).returncode)
    finally:
        broker.stop()
