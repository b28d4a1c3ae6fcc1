# SPDX-License-Identifier: Apache-2.0
"""The broker Mosquitto with the plugin, the daemon, and devices that speak MQTT, over real sockets. ctest passes the
build directory in E2E_BUILD."""

import queue
import signal
import time
import unittest

from mqtt_case import SECRET, MqttCase, lab
from mqtt_wire import Client, free_port, stamp_of

QUERY = {"services": [{"service_id": "$ota", "event_type": "version_query", "paras": {}}]}


class Mqtt(MqttCase):
    def test_lets_in_whom_the_secret_and_the_hour_prove(self):
        device = self.enter("meter-7")
        self.assertEqual(self.code_of("meter-7"), 0)
        self.assertEqual(self.code_of(device), 0, "by its device id")
        self.assertEqual(self.code_of("meter-7", stamp=stamp_of(hours_ago=2)), 0)
        self.assertEqual(self.code_of("meter-7", stamp="2020010100", kind="0_0"), 0, "a key of any age")
        self.assertEqual(self.code_of("meter-7", kind="2_1"), 0)
        for wrong in ({"secret": "another-secret"}, {"password": ""}, {"password": SECRET}, {"stamp": stamp_of(4)},
                      {"kind": "1_1"}):
            self.assertEqual(self.code_of("meter-7", **wrong), 5, wrong)
        self.assertEqual(self.code_of("meter-8"), 5)
        for stranger in (("x",), ("x", "meter-7"), ("cellwised", "cellwised", "guess")):
            client = Client(self.broker.port, *stranger)
            self.addCleanup(client.close)
            self.assertEqual(client.code, 5, stranger)
        self.until_linked()

    def test_reaches_a_device_that_subscribes_to_nothing_and_doubles_nothing_to_one_that_does(self):
        self.enter("meter-7")
        device = self.connect("meter-7")
        self.answers(device)
        self.assertEqual(device.subscribe(device.topic("events/down")), 1)
        self.answers(device)
        with self.assertRaises(queue.Empty):
            device.next(timeout=1)

    def test_gives_a_device_its_own_topics_and_no_others(self):
        self.enter("meter-7")
        self.enter("thief")
        device = self.connect("meter-7")
        dying = self.connect("thief", will=(device.topic("events/up"), b"{}"))
        dying.cut()  # its last will is not executed either
        thief = self.connect("thief")
        for topic in (device.topic("events/down"), "$oc/devices/+/sys/events/down", "$oc/#", "#", "$cellwise/#", "$SYS/#"):
            self.assertEqual(thief.subscribe(topic), 128, topic)
        self.assertEqual(thief.subscribe("$oc/devices/thief/sys/+/down"), 1)
        heard = self.messages()
        for topic in (device.topic("events/up"), device.topic("events/down"), "$cellwise/presence/online",
                      "$cellwise/presence/ask", "$CONTROL/dynamic-security/v1", "anything"):
            self.assertTrue(thief.publish(topic, QUERY), "confirmed, so that it learns nothing")
        self.answers(device)
        self.assertEqual(self.messages(), heard + 1, "nothing of the thief's came through")
        with self.assertRaises(queue.Empty):
            thief.next(timeout=0.5)
        with self.assertRaises(queue.Empty):
            device.next(timeout=0.1)
        self.answers(thief)

    def test_lets_no_name_into_a_topic_that_is_none(self):
        for name in ("a/b", "+", "#", "a\0b", "x" * 10_240, "", "$SYS"):
            self.assertNotEqual(self.code_of(name), 0, name[:20])
        self.assertEqual(self.messages(), 0)
        self.enter("meter-7")
        self.answers(self.connect("meter-7"))

    def test_kicks_the_older_session_of_a_device_under_another_client_id(self):
        self.enter("meter-7")
        old = self.connect("meter-7", stamp=stamp_of(hours_ago=1))
        new = self.connect("meter-7")
        self.assertTrue(old.ended.wait(10))
        self.answers(new)
        # The same client id again: the broker ends the older one, and its late end does not make the device offline.
        third = self.connect("meter-7")
        self.assertTrue(new.ended.wait(10))
        self.answers(third)
        # A refused login under its name moves nothing either.
        self.assertEqual(self.code_of("meter-7", password="guess"), 5)
        self.answers(third)

    def test_goes_on_after_a_restart_of_the_broker(self):
        self.enter("meter-7")
        device = self.connect("meter-7")
        self.broker.stop()
        self.until_linked(False)
        self.assertTrue(self.daemon.api.get("/readyz")["ready"], "the broker hinders nothing")
        self.assertTrue(device.ended.wait(10))
        self.broker.start()
        self.until_linked()
        self.answers(self.connect("meter-7"))

    def test_hears_after_a_restart_of_the_daemon_what_was_said_meanwhile(self):
        self.enter("meter-7")
        self.enter("meter-8")
        device = self.connect("meter-7")
        self.answers(device)
        self.daemon.kill()
        device.publish(device.topic("messages/up"), b"while you were away")
        # The rule while the daemon is away: who was here lately comes back, others wait.
        device.close()
        device = self.connect("meter-7")
        self.assertEqual(self.code_of("meter-7", password="guess"), 5)
        self.assertEqual(self.code_of("meter-8"), 5)
        self.daemon.start()
        self.until_linked()
        self.until(lambda: self.messages() == 1)
        self.answers(device)
        self.assertEqual(self.code_of("meter-8"), 0)

    def test_does_not_hang_the_broker_while_the_daemon_does(self):
        self.enter("meter-7")
        self.enter("meter-8")
        device = self.connect("meter-7")
        self.daemon.process.send_signal(signal.SIGSTOP)
        try:
            began = time.monotonic()
            for _ in range(20):
                self.assertEqual(self.code_of("meter-8"), 5)
            self.assertLess(time.monotonic() - began, 4, "one wait a second, and a short one")
            self.assertTrue(device.publish(device.topic("messages/up"), b"x"))
        finally:
            self.daemon.process.send_signal(signal.SIGCONT)
        self.until(lambda: self.code_of("meter-8") == 0)
        self.answers(device)

    def test_knows_who_is_there_also_after_a_restart_of_either_side(self):
        for name in ("meter-7", "meter-8", "meter-9"):
            self.enter(name)
        first, second = self.connect("meter-7"), self.connect("meter-8")
        self.until(lambda: self.presence("online") == 2)
        second.cut()
        self.until(lambda: self.presence("offline") == 1)
        self.daemon.kill()
        third = self.connect("meter-7")  # known of late: the rule while the daemon is away
        self.assertTrue(first.ended.wait(10))
        self.daemon.start()
        self.until(lambda: self.presence("listed") == 1)
        self.broker.stop()
        self.until_linked(False)
        self.broker.start()
        self.until_linked()
        self.assertEqual(self.presence("listed"), 1, "after its restart the broker has nobody")
        third.close()
        self.connect("meter-9")
        self.until(lambda: self.presence("online") == 1)

    def test_ends_the_session_of_a_device_that_is_deleted_and_keeps_it_out(self):
        by_node, by_id = self.enter("meter-7"), self.enter("meter-8")
        first, second = self.connect("meter-7"), self.connect(by_id)
        self.answers(first)
        self.server.api.call("DELETE", f"/iocm/app/dm/v1.4.0/devices/{by_node}")
        self.assertTrue(first.ended.wait(10))
        self.assertEqual(self.code_of("meter-7"), 5, "although it was let in a moment ago")
        self.answers(second)
        self.daemon.api.call("DELETE", f"/api/v1/devices/{by_id}")
        self.assertTrue(second.ended.wait(10))
        self.daemon.kill()
        self.assertEqual(self.code_of(by_id), 5, "nor is it remembered while the daemon is away")

    def test_ends_the_session_of_a_device_that_gets_another_secret(self):
        device_id = self.enter("meter-7")
        device = self.connect("meter-7")
        self.daemon.api.call("PATCH", f"/api/v1/devices/{device_id}", {"name": "in the cellar"})
        self.answers(device)
        self.daemon.api.call("PATCH", f"/api/v1/devices/{device_id}", {"secret": "its-new-secret"})
        self.assertTrue(device.ended.wait(10))
        self.assertEqual(self.code_of("meter-7"), 5)
        self.assertEqual(self.code_of("meter-7", secret="its-new-secret"), 0)

    def test_ends_the_session_of_a_device_that_was_deleted_while_the_broker_could_not_be_told(self):
        device_id = self.enter("meter-7")
        device = self.connect("meter-7")
        self.daemon.stop()
        self.daemon.settings["mqtt.broker"] = f"mqtt://127.0.0.1:{free_port()}"
        self.daemon.start()
        self.daemon.api.call("DELETE", f"/api/v1/devices/{device_id}")
        self.daemon.stop()
        self.assertFalse(device.ended.is_set())
        self.daemon.settings["mqtt.broker"] = f"mqtt://127.0.0.1:{self.broker.port}"
        self.daemon.start()
        self.assertTrue(device.ended.wait(10), "the broker lists it, and it is nobody's")

    def status_of(self, device):
        return self.daemon.api.get(f"/api/v1/devices/{device}")["status"]

    def online(self):
        return {each["nodeId"] for each in self.daemon.api.get("/api/v1/devices?status=online")["items"]}

    def test_says_who_is_online_also_after_a_restart_of_either_side(self):
        product = self.daemon.api.call("POST", "/api/v1/products", {
            "manufacturerId": "acme", "manufacturerName": "Acme", "deviceType": "Tracker", "model": "T-1",
            "protocolType": "MQTT"})
        ids = {node: self.daemon.api.call("POST", "/api/v1/devices", {
            "nodeId": node, "secret": SECRET, "productId": product["productId"]})["deviceId"]
            for node in ("meter-7", "meter-8")}
        self.assertEqual(self.status_of(ids["meter-7"]), "inactive")
        device = self.connect("meter-7")
        self.until(lambda: self.status_of(ids["meter-7"]) == "online")
        self.assertEqual(self.online(), {"meter-7"})
        self.daemon.kill()
        self.daemon.start()
        self.until(lambda: self.online() == {"meter-7"})
        self.broker.stop()
        self.until_linked(False)
        self.assertTrue(device.ended.wait(10))
        self.assertEqual(self.online(), {"meter-7"}, "it has a minute to come back")
        self.broker.start()
        self.until_linked()
        self.connect("meter-8")
        self.until(lambda: self.online() == {"meter-7", "meter-8"})
        self.until(lambda: self.online() == {"meter-8"}, 75)
        self.assertEqual(self.status_of(ids["meter-7"]), "offline")

    def test_links_by_tls_to_a_broker_that_its_authority_vouches_for(self):
        certificate, key = lab.make_certificate(self.root, "broker")
        stranger, _ = lab.make_certificate(self.root, "stranger")
        port = free_port()
        with self.broker.config.open("a") as config:
            config.write(f"listener {port} 127.0.0.1\ncertfile {certificate}\nkeyfile {key}\n")
        self.broker.stop()
        self.broker.start()
        self.daemon.stop()
        self.daemon.settings.update({"mqtt.broker": f"mqtts://127.0.0.1:{port}", "mqtt.ca": str(certificate)})
        self.daemon.start()
        self.until_linked()
        self.enter("meter-7")
        self.answers(self.connect("meter-7"))
        self.daemon.stop()
        self.daemon.settings["mqtt.ca"] = str(stranger)
        self.daemon.start()
        self.until(lambda: self.check_of("mqtt")["detail"] not in ("", "not connected yet"))
        self.assertFalse(self.check_of("mqtt")["ok"])

    def test_serves_without_a_broker(self):
        self.broker.stop()
        self.daemon.stop()
        self.daemon.start()
        check = self.check_of("mqtt")
        self.assertEqual((check["ok"], bool(check["detail"])), (False, True))
        self.assertTrue(self.daemon.api.get("/readyz")["ready"])
        self.assertEqual(self.daemon.metric("cellwise_mqtt_link_up"), 0)
        self.broker.start()
        self.until_linked()
        self.assertEqual(self.daemon.metric("cellwise_mqtt_link_up"), 1)

    def test_says_once_that_there_is_no_broker(self):
        self.broker.stop()
        self.daemon.stop()
        seen = len(self.log().read_text())
        self.daemon.start()
        time.sleep(4)  # three attempts
        lines = [line for line in self.log().read_text()[seen:].splitlines() if "MQTT" in line or "broker" in line]
        self.assertEqual(len(lines), 1, lines)
        self.assertTrue(self.daemon.api.get("/readyz")["ready"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
