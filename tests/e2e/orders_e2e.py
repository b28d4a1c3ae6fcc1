# SPDX-License-Identifier: Apache-2.0
"""What is done with a task that is there, by operators and by the application whose task it is. ctest passes the build
directory in E2E_BUILD."""

import time
import unittest

from upgrade_e2e import Trial, lab


class Orders(unittest.TestCase):
    """What operators do with a task, over HTTP, with a power cut in between."""

    def test_pauses_confirms_and_retries_through_kills(self):
        trial = Trial(self, "--cells", "4242:6:good", task__start_delay="5s")  # time enough to pause it
        call = lambda path, body=None: trial.daemon.api.post("/api/v1" + path, body)  # noqa: E731
        get = lambda path, **query: trial.daemon.api.get("/api/v1" + path, **query)  # noqa: E731

        preview = call("/tasks:preview", {"name": "t", "fileId": trial.file_id, "targets": {"devices": trial.devices}})
        self.assertEqual((preview["devices"], preview["startable"]), (6, 6))

        task = trial.server.create_task(trial.file_id, trial.devices, {"executeType": "now", "appConfirm": True})
        call(f"/tasks/{task}:pause")
        trial.daemon.kill()
        trial.daemon.start()
        time.sleep(6)  # the start delay is over
        self.assertTrue(get(f"/tasks/{task}")["paused"])
        self.assertEqual(get(f"/tasks/{task}")["counters"]["wait"], 6, "nothing has begun")
        call(f"/tasks/{task}:resume")

        waiting = lambda: get(f"/tasks/{task}/jobs", state="waiting_confirmation")["items"]  # noqa: E731
        trial.until(lambda: len(waiting()) == 6, 60)
        listed = trial.server.api.get(f"/iodm/northbound/v1.5.0/operations/{task}/subOperations")["data"]
        self.assertEqual({job["status"] for job in listed}, {"processing"})
        self.assertEqual({job["extendInfo"]["waitingFor"] for job in listed}, {"confirmation"})
        self.assertEqual(get("/cells")["items"], [], "nobody stands in line before it is confirmed")
        self.confirms_its_own_job_only(trial, task)
        trial.until(lambda: trial.server.task(task)["staResult"]["success"] == 1, 60)

        call(f"/tasks/{task}:stop")
        retry = call(f"/tasks/{task}:retry", {"include": ["stop"]})["taskId"]
        trial.daemon.kill()
        trial.daemon.start()
        trial.until(lambda: len(get(f"/tasks/{retry}/jobs", state="waiting_confirmation")["items"]) == 5, 60)
        for device in trial.devices[1:]:
            call(f"/tasks/{retry}/jobs/{device}:confirm")
        trial.finish(self, 120)
        trial.until(lambda: get(f"/tasks/{retry}")["state"] == "success", 30)
        kinds = [(e["kind"], e["state"]) for e in trial.daemon.api.all(f"/api/v1/devices/{trial.devices[1]}/events")]
        self.assertEqual(kinds[0], ("job", "succeeded"))
        for expected in (("registered", None), ("job", "waiting_confirmation"), ("job", "stopped"), ("radio", None),
                         ("version", None)):
            self.assertIn(expected, kinds)


    def confirms_its_own_job_only(self, trial, task):
        """The application whose task it is, by its own token; no other one."""
        own, other = trial.server.api, lab.ApplicationServer(trial.daemon).api
        jobs = f"/api/v1/tasks/{task}/jobs"
        listed = own.get(jobs, state="waiting_confirmation")["items"]
        self.assertEqual({job["deviceId"] for job in listed}, set(trial.devices))
        for api, method, path, status, code in (
                (other, "GET", jobs, 404, "task.not_found"),
                (other, "POST", f"{jobs}/{trial.devices[0]}:confirm", 404, "task.not_found"),
                (own, "GET", "/api/v1/tasks", 401, "access.token.unknown"),
                (own, "POST", f"/api/v1/tasks/{task}:stop", 401, "access.token.unknown")):
            with self.assertRaisesRegex(lab.Refused, f": {status} .*\"{code}\""):
                api.call(method, path)
        own.post(f"{jobs}/{trial.devices[0]}:confirm", None)


if __name__ == "__main__":
    unittest.main(verbosity=2)
