# SPDX-License-Identifier: Apache-2.0
"""Devices with a right password and bad intentions, at a real broker with the plugin, by MQTT 3.1.1 and by MQTT 5.
ctest passes the build directory in E2E_BUILD."""

import queue
import unittest

from mqtt_case import MqttCase
from mqtt_wire import Client, password_of, stamp_of


class MqttHostile(MqttCase):
    LEVELS = (4, 5)
    def thief(self, **more):
        return self.connect("thief", **more)

    def hears_nothing(self, *clients):
        for client in clients:
            with self.assertRaises(queue.Empty):
                client.next(timeout=0.3)

    def test_subscribes_to_nothing_of_others(self):
        self.enter("meter-7")
        self.enter("thief")
        device = self.connect("meter-7")
        down = device.topic("events/down")
        for level in self.LEVELS:
            thief = self.thief(level=level)
            for filter in (down, "$oc/devices/+/sys/events/down", "$oc/devices/#", "$oc/#", "$oc/+/meter-7/#", "#", "+/#",
                           "+/+/+/+/+/+", "$SYS/#", "$SYS/brokers/+/clients/+/connected", "$cellwise/#",
                           "$cellwise/presence/ask", "$CONTROL/#", "$share/g/" + down, "$share/g/#",
                           "$share/g/$oc/devices/+/sys/events/down", "$share/thief/$cellwise/presence/listed",
                           "$oc/devices//sys/events/down", "$queue/" + down):
                self.assertGreaterEqual(thief.subscribe(filter), 128, (level, filter))
            self.answers(device)
            self.hears_nothing(thief)
            thief.close()

    def test_publishes_as_nobody_else_and_leaves_nothing_behind(self):
        self.enter("meter-7")
        self.enter("thief")
        device = self.connect("meter-7")
        self.assertEqual(device.subscribe(device.topic("#")), 1)
        up, down = device.topic("events/up"), device.topic("events/down")
        heard = self.messages()
        for level in self.LEVELS:
            for topic in (up, down, device.topic("properties/report")):
                self.thief(level=level, will=(topic, b'{"services":[]}')).cut()
            thief = self.thief(level=level)
            for topic in (up, down, device.topic("properties/report"), "$oc/devices/thief", "$oc/devices/thief/",
                          "$oc/devices//sys/events/up", "$cellwise/presence/online", "$cellwise/presence/offline",
                          "$cellwise/sessions/end", "$SYS/brokers/x/clients/meter-7/disconnected",
                          "$CONTROL/dynamic-security/v1", "anything"):
                for retain in (False, True):
                    took = thief.publish(topic, b"meter-7", retain=retain)
                    self.assertEqual(took, level == 4, "3.1.1 is told nothing, 5 is told that it may not")
            thief.close()
        # By a topic alias, which stands for a topic that it may not publish to.
        thief = self.thief(level=5)
        alias = b"\x23\0\1"
        self.assertFalse(thief.publish(up, b"meter-7", properties=alias))
        self.assertFalse(self.try_to(lambda: thief.publish("", b"meter-7", properties=alias)))
        self.assertEqual(self.messages(), heard, "nothing of the thief's came through")
        self.hears_nothing(device)
        again = self.connect("meter-7")  # what is retained would come now
        self.assertEqual(again.subscribe(again.topic("#")), 1)
        self.hears_nothing(again)
        self.answers(self.connect("meter-7"))

    def try_to(self, act):
        """What came of it; False when the broker ended the connection."""
        try:
            return act()
        except (OSError, queue.Empty):
            return False

    def test_logs_in_as_nobody_else(self):
        self.enter("meter-7")
        self.enter("thief", "the-thiefs-own-secret")
        device = self.connect("meter-7")
        stamp = stamp_of()
        own = password_of("the-thiefs-own-secret", stamp)
        for level in self.LEVELS:
            for client_id, name in ((f"meter-7_0_1_{stamp}", "thief"), (f"thief_0_1_{stamp}", "meter-7"),
                                    (f"meter-7_0_1_{stamp}", "meter-7"), ("cellwised", "thief"),
                                    ("cellwised", "cellwised"), (f"cellwised_0_1_{stamp}", "cellwised"), ("", "thief")):
                client = Client(self.broker.port, client_id, name, own, level=level)
                self.addCleanup(client.close)
                self.assertNotEqual(client.code, 0, (level, client_id, name))
        # Nor did any of it end the session that the client id belongs to.
        self.answers(device)
        self.until_linked()

    def test_is_heard_of_no_more_than_it_may_say(self):
        self.enter("meter-7")
        self.enter("thief")
        device = self.connect("meter-7")
        malformed = lambda: self.daemon.metric("cellwise_mqtt_malformed_total")
        deep = b"[" * 100_000 + b"]" * 100_000
        many = b'{"services":[' + b",".join([b'{"service_id":"$ota"}'] * 10_000) + b"]}"
        for level in self.LEVELS:
            for payload in (deep, b'{"services":' + deep + b"}", many, b"\xff" * 1024, b"\0", b"", b"{", b"x" * (1 << 20)):
                thief = self.thief(level=level)
                for rest in ("events/up", "properties/report", "messages/up"):
                    self.try_to(lambda: thief.publish(thief.topic(rest), payload))
                self.try_to(thief.close)
        self.until(lambda: malformed() >= 28, 30)  # of each level seven, as events and as properties
        self.answers(device)
        self.assertLess(len(self.log().read_text(errors="replace").splitlines()), 200, "nobody fills the log")


if __name__ == "__main__":
    unittest.main(verbosity=2)
