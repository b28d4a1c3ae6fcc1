# SPDX-License-Identifier: Apache-2.0
"""The demonstration, with a fleet of a dozen. ctest passes the build directory in E2E_BUILD."""

import os
import pathlib
import pty
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

BUILD = os.environ.get("E2E_BUILD", "build/dev")
DEMO = pathlib.Path(__file__).resolve().parents[2] / "scripts/lab/demo.py"
FLEET = ["--cells", "4242:6:good,4244:2:bad", "--mqtt-cells", "4242:3:good,4244:1:bad"]
PLUGIN = pathlib.Path(BUILD) / "src/plugin/mosquitto/cellwise_mosquitto.so"


@unittest.skipUnless(PLUGIN.exists(), "a build without the plugin")
class Demo(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory(prefix="cellwise-demo-e2e-"))

    def start(self, *options, **kwargs):
        process = subprocess.Popen([sys.executable, DEMO, "--build", BUILD, *FLEET, *options],
                                   env={**os.environ, "TMPDIR": self.folder, "TERM": "xterm"}, **kwargs)
        self.addCleanup(lambda: process.poll() is not None or process.kill())
        return process

    def kill(self, pid):
        try:
            if self.folder in pathlib.Path(f"/proc/{pid}/cmdline").read_text():
                os.kill(pid, signal.SIGKILL)
        except OSError:
            pass  # it has ended, as it should

    def leftovers(self):
        """Processes whose command lines name this run's folder, and what lies in it."""
        found = os.listdir(self.folder)
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue  # it has just ended
            if any(self.folder in word for word in words):
                found.append(f"{process.name}: {' '.join(words)}")
        return found

    def test_upgrades_both_kinds_and_leaves_nothing(self):
        out, _ = self.start(stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).communicate(timeout=200)
        self.assertIn("12 of 12 upgraded", out)
        self.assertIn("12 devices SUCCESS", out)
        self.assertRegex(out, r"4242 +│ good +│ +6 │ +3 │ +[1-9] │ +50 ")
        self.assertRegex(out, r"4244 +│ bad +│ +2 │ +1 │ +1 │ +1 ")
        self.assertIn("no cell was over its limit", out)
        self.assertNotIn("\033", out)
        self.assertEqual(self.leftovers(), [])

    def test_draws_in_place_on_a_terminal_and_gives_the_cursor_back(self):
        ours, theirs = pty.openpty()
        process = self.start(stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True)
        os.close(theirs)
        out = b""
        try:
            while piece := os.read(ours, 65536):
                out += piece
        except OSError:
            pass  # how a terminal ends whose last user has gone
        self.assertEqual(process.wait(20), 0, out)
        text = out.decode()
        self.assertRegex(text, r"\033\[\d+F")
        self.assertRegex(text, r"MQTT +\S*▓+")
        self.assertGreater(text.rindex("\033[?25h"), text.rindex("\033[?25l"))

    def test_keeps_the_daemon_and_the_broker_when_told_to(self):
        # Also into a pipe, which its reader sees end although those two live on.
        out, _ = self.start("--keep", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).communicate(timeout=200)
        kept = [int(pid) for pid in re.search(r"processes (\d+) and (\d+)", out).groups()]
        for pid in kept:
            self.addCleanup(self.kill, pid)
        said = subprocess.run(re.search(r"^ +(curl .*)", out, re.M)[1], shell=True, capture_output=True, text=True).stdout
        self.assertEqual(said.count('"state":"success"'), 2, said)
        for pid in kept:
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 20
        while len(self.leftovers()) > 1 and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(len(self.leftovers()), 1, "only its folder is left")

    def test_leaves_nothing_when_it_is_ended_on_the_way(self):
        process = self.start(stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in process.stdout:
            if "northbound call" in line:
                break
        process.send_signal(signal.SIGTERM)
        self.assertNotEqual(process.wait(30), 0)
        process.stdout.close()
        self.assertEqual(self.leftovers(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
