# SPDX-License-Identifier: Apache-2.0
"""The sessions of docs/api.md and docs/northbound.md, run by bash and curl against the daemon as the pages say. ctest
passes the build directory in E2E_BUILD."""

import os
import pathlib
import re
import subprocess
import unittest

from api_trial import BINARIES, Trial

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
# Each call says how it was answered, on standard error.
CURL = 'curl() { command curl -w "%{stderr}%{http_code} %{method} %{url}\\n" "$@"; }\n'


class Pages(unittest.TestCase):
    def refusals_of(self, script):
        """Every answer outside 2xx: status, method, and the path without ids."""
        trial = Trial(self)
        folder = trial.root / "session"
        folder.mkdir()
        script = script.replace("/var/lib/cellwise", str(trial.root / "state"))
        script = script.replace("http://127.0.0.1:8080", f"http://{trial.daemon.http}")
        done = subprocess.run(["bash", "-uo", "pipefail", "-c", CURL + script], cwd=folder, capture_output=True, text=True,
                              timeout=300, env={**os.environ, "PATH": f"{BINARIES.sign.parent}:{os.environ['PATH']}"})
        self.assertEqual(done.returncode, 0, done.stderr)
        answers = re.findall(r"^(\d{3}) ([A-Z]+) http://[^/]+(\S+)$", done.stderr, re.M)
        self.assertGreater(len(answers), 30)
        return [f"{status} {method} {re.sub('[0-9a-f]{8}[0-9a-f-]{16,28}', '*', path)}"
                for status, method, path in answers if not status.startswith("2")]

    def session(self, page):
        return "\n".join(part.partition("\n```")[0] for part in (DOCS / page).read_text().split("```sh\n")[1:])

    def test_of_the_operators_api_run_as_they_stand(self):
        self.assertEqual(self.refusals_of(self.session("api.md")), ["409 POST /api/v1/tasks/*/jobs/*:confirm"])

    def test_of_the_northbound_api_run_as_they_stand(self):
        # The package has to be there already: as the other page makes it.
        package = self.session("api.md").partition('curl -sH "$auth" "$api/api/v1/packages?manufacturerName')[0]
        self.assertEqual(self.refusals_of(package + "\n" + self.session("northbound.md")),
                         ["409 POST /api/v1/tasks/*/jobs/*:confirm",
                          "501 POST /iodm/northbound/v1.5.0/operations/firmwareUpgrade",
                          "403 DELETE /iodm/northbound/v1.5.0/category/*"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
