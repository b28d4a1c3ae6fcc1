# SPDX-License-Identifier: Apache-2.0
"""Commands to devices and what devices report, over real sockets, beside an upgrade. ctest passes the build directory
in E2E_BUILD."""

import base64
import json
import signal
import unittest

from upgrade_e2e import Trial, lab

COMMANDS = "/iocm/app/cmd/v1.4.0/deviceCommands"
BEFORE_THE_END = {"querying", "reading_radio", "queued", "notifying", "downloading"}


class Commands(unittest.TestCase):
    def setUp(self):
        # 200 chunks of some 50 ms each: no upgrade is over within ten seconds, however fast the machine.
        self.trial = Trial(self, "--cells", "4242:6:good,4243:2:bad", "--delay-ms", "20,30", size=100_000, run=())
        self.api = self.trial.server.api
        self.told = lab.PushReceiver()
        self.addCleanup(self.told.close)

    def create(self, device, **more):
        command = {"serviceId": "Meter", "method": "SET", "paras": {"value": "12"}}
        return self.api.post(COMMANDS, {"deviceId": device, "command": command, "callbackUrl": self.told.url,
                                        "maxRetransmit": 3, **more})

    def create_for_all(self):
        return {self.create(device)["commandId"] for device in self.trial.devices}

    def statuses(self, ids):
        return {each["status"] for each in self.api.get(COMMANDS)["data"] if each["commandId"] in ids}

    def results_of(self, command):
        return [push["result"]["resultCode"] for push in self.told.pushes if push["commandId"] == command]

    def report(self):
        """Ends the fleet; what each device counted."""
        self.trial.fleet.process.send_signal(signal.SIGTERM)
        self.trial.fleet.process.communicate(timeout=60)
        return json.loads((self.trial.root / "fleet.json").read_text())["devices"]

    def states(self, operation):
        return {job["state"] for job in self.trial.daemon.api.all(f"/api/v1/tasks/{operation}/jobs")}

    def test_reach_devices_and_their_answers_reach_the_application_server(self):
        data = lab.PushReceiver()
        self.addCleanup(data.close)
        self.api.post("/iocm/app/sub/v1.2.0/subscriptions", {"notifyType": "deviceDataChanged", "callbackUrl": data.url})
        commands = self.create_for_all()
        self.trial.until(lambda: self.statuses(commands) == {"SUCCESSFUL"}, 60)
        self.trial.until(lambda: all(self.results_of(each)[-1:] == ["SUCCESSFUL"] for each in commands), 60)
        for each in commands:
            # An answer may overtake the confirmation.
            self.assertEqual([result for result in self.results_of(each) if result != "DELIVERED"], ["SENT", "SUCCESSFUL"])
        answer = base64.b64encode(b'{"mid":1,"errcode":0}').decode()
        self.trial.until(lambda: {push["deviceId"] for push in data.pushes} == set(self.trial.devices), 60)
        self.assertEqual({push["service"]["data"]["rawData"] for push in data.pushes}, {answer})
        uplinks = self.trial.daemon.api.get(f"/api/v1/devices/{self.trial.devices[0]}/uplinks", encoding="base64")
        self.assertEqual([item["payload"] for item in uplinks["items"]], [answer])
        self.assertEqual({device["commands"] for device in self.report()}, {1})

    def test_wait_for_the_end_of_an_upgrade_through_a_kill(self):
        operation = self.trial.server.create_task(self.trial.file_id, self.trial.devices)
        self.trial.until(lambda: "downloading" in self.states(operation) <= BEFORE_THE_END, 60)
        commands = self.create_for_all()
        self.assertEqual(self.statuses(commands), {"PENDING"})
        self.assertLessEqual(self.states(operation), BEFORE_THE_END, "so every command was made during an upgrade")
        self.trial.daemon.kill()
        self.trial.daemon.start()
        self.trial.until(lambda: self.trial.server.task(operation)["status"] == "success", 300)
        self.trial.until(lambda: self.statuses(commands) == {"SUCCESSFUL"}, 120)
        for device in self.report():
            self.assertEqual(device["end"], "succeeded")
            self.assertGreaterEqual(device["commands"], 1)
            self.assertEqual(device["commandsWhileUpgrading"], 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
