# SPDX-License-Identifier: Apache-2.0
"""Mosquitto with the plugin of a build and the configuration that we ship, on ports of the system's choice."""

import getpass
import pathlib
import socket
import subprocess
import time

MOSQUITTO = "/usr/sbin/mosquitto"
SHIPPED = pathlib.Path(__file__).resolve().parents[2] / "config/mosquitto/cellwise.conf"


def free_ports(count):
    """Of TCP on loopback, all different. Somebody else may take one before it is used."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Broker:
    """Two listeners, as shipped: `port` is plain, for the daemon; `tls_port` is for devices, by `identity`, the files
    of a certificate and of its key. It keeps its ports over restarts."""

    def __init__(self, plugin, directory, logins_socket, identity):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.log = self.directory / "mosquitto.log"
        self.plugin, self.logins_socket, self.identity = plugin, logins_socket, identity
        self.port = self.tls_port = None
        self.process = None

    def configuration(self, port, tls_port):
        """The shipped file; what is of a machine in it, its paths and ports, is the lab's."""
        certificate, key = self.identity
        ours = {"plugin": self.plugin, "plugin_opt_logins_socket": self.logins_socket,
                "listener 1883": f"{port} 127.0.0.1", "listener 8883": f"{tls_port} 127.0.0.1",
                "certfile": certificate, "keyfile": key, "persistence_location": f"{self.directory}/"}
        lines = []
        for line in SHIPPED.read_text().splitlines():
            words = line.split()
            name = " ".join(words[:2]) if words[:1] == ["listener"] else words[0] if words else ""
            lines.append(f"{name.split()[0]} {ours.pop(name)}" if name in ours else line)
        if ours:
            raise RuntimeError(f"{SHIPPED} no longer says {', '.join(ours)}")
        # What Debian's own file says beside it.
        lines += ["log_dest stderr", f"pid_file {self.directory}/mosquitto.pid", f"user {getpass.getuser()}"]
        return "\n".join(lines) + "\n"

    def start(self, timeout=20):
        """Once more on other ports when somebody took one of the first."""
        deadline = time.monotonic() + timeout
        while True:
            ports = (self.port, self.tls_port) if self.port else tuple(free_ports(2))
            if self.launch(ports, deadline):
                self.port, self.tls_port = ports
                return self
            if time.monotonic() > deadline or b"Address already in use" not in self.log.read_bytes()[-2000:]:
                raise RuntimeError(f"mosquitto does not start; its log ends so:\n{self.tail()}")
            time.sleep(0.1)

    def launch(self, ports, deadline):
        config = self.directory / "mosquitto.conf"
        config.write_text(self.configuration(*ports))
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([MOSQUITTO, "-c", str(config)], stderr=log, stdout=log)
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", ports[1]), timeout=1).close()  # it opens that one last
                return True
            except OSError:
                time.sleep(0.02)
        self.stop()
        return False

    def is_up(self):
        return self.process is not None and self.process.poll() is None

    def stop(self):
        if self.is_up():
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def tail(self):
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""
