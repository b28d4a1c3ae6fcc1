# SPDX-License-Identifier: Apache-2.0
"""One daemon for the tests of the operators' API. ctest passes the build directory in E2E_BUILD."""

import http.client
import json
import os
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lab"))
import lab  # noqa: E402

BINARIES = lab.Binaries(os.environ["E2E_BUILD"])


class Trial:
    """One daemon, with a product and whatever else the test makes."""

    def __init__(self, case, **settings):
        directory = tempfile.TemporaryDirectory(prefix="cellwise-api-")
        case.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name)
        self.daemon = lab.Daemon(BINARIES, self.root, **settings).start()
        case.addCleanup(self.daemon.stop)

    @property
    def api(self):
        return self.daemon.api

    def ask(self, method, path, body=None, token=None, **headers):
        """Whatever the answer is: status, headers, JSON."""
        token = token or self.api.headers["Authorization"].removeprefix("Bearer ")
        connection = http.client.HTTPConnection(self.api.host, int(self.api.port), timeout=60)
        try:
            connection.request(method, path, body=json.dumps(body) if body is not None else None,
                               headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        return answer.status, answer.headers, json.loads(text) if text else None

    def until(self, holds):
        deadline = time.monotonic() + 60
        while not holds():
            if time.monotonic() > deadline:
                raise AssertionError("not within a minute")
            time.sleep(0.1)

    def product(self, model):
        return {"manufacturerId": "acme", "manufacturerName": "Acme", "deviceType": "WaterMeter", "model": model, "protocolType": "LWM2M"}
