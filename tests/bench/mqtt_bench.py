# SPDX-License-Identifier: Apache-2.0
"""Notices by MQTT, our link beside Paho alone, through a Mosquitto of its own: mqtt_bench.py BUILD_DIRECTORY [ROUNDS]"""

import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from mqtt_wire import Broker  # noqa: E402

with tempfile.TemporaryDirectory(prefix="cellwise-bench-") as directory:
    broker = Broker(directory, quiet=True).start()
    try:
        bench = pathlib.Path(sys.argv[1]) / "tests/bench/cellwise_mqtt_notices_bench"
        sys.exit(subprocess.run([bench, str(broker.port), *sys.argv[2:]]).returncode)
    finally:
        broker.stop()
