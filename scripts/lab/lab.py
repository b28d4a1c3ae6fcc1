# SPDX-License-Identifier: Apache-2.0
"""A trial set-up on loopback: the daemon, a vendor's signed package, an application server, simulated devices.

Used by scripts/demo and by the end-to-end tests; nothing but Python's standard library.
"""

import hashlib
import http.client
import json
import os
import pathlib
import random
import signal
import ssl
import subprocess
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MANUFACTURER, DEVICE_TYPE, MODEL = "TestUtf8ManuName", "WaterMeter", "TestUtf8ModelM2M"
MQTT_MODEL = "TestUtf8ModelMqtt"
FROM_ONE_MODEL = "TestUtf8ModelFromOne"  # MQTT devices that count the bytes of a Range from 1


class Binaries:
    """Where a build directory keeps the programs."""

    def __init__(self, build):
        build = pathlib.Path(build).resolve()
        self.daemon = build / "src/daemon/cellwised"
        self.sign = build / "src/tools/sign/cellwise-sign"
        self.sim = build / "src/tools/sim/cellwise-sim"
        self.ctl = build / "src/tools/ctl/cellwisectl"
        self.plugin = build / "src/plugin/mosquitto/cellwise_mosquitto.so"


class Refused(Exception):
    """An answer that was not expected."""


class Api:
    """Calls one HTTP face; every answer outside 2xx is an exception that shows it. By TLS where a context is given."""

    def __init__(self, endpoint, headers=None, tls=None):
        self.host, _, self.port = endpoint.rpartition(":")
        self.headers = headers or {}
        self.tls = tls

    def connect(self, timeout=60):
        if self.tls:
            return http.client.HTTPSConnection(self.host, int(self.port), timeout=timeout, context=self.tls)
        return http.client.HTTPConnection(self.host, int(self.port), timeout=timeout)

    def call(self, method, path, body=None, content_type="application/json", timeout=60):
        connection = self.connect(timeout)
        headers = dict(self.headers)
        if body is not None:
            headers["Content-Type"] = content_type
            if content_type == "application/json" and not isinstance(body, (bytes, str)):
                body = json.dumps(body)
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if not 200 <= answer.status < 300:
            raise Refused(f"{method} {path}: {answer.status} {text.decode(errors='replace')}")
        if "json" in (answer.getheader("Content-Type") or "") and text:
            return json.loads(text)
        return text.decode(errors="replace")

    def get(self, path, **query):
        return self.call("GET", path + ("?" + urllib.parse.urlencode(query) if query else ""))

    def post(self, path, body, **kwargs):
        return self.call("POST", path, body, **kwargs)

    def all(self, path, **query):
        """Every item of a list, page by page."""
        cursor = ""
        while True:
            page = self.get(path, limit=1000, **({"cursor": cursor} if cursor else {}), **query)
            yield from page["items"]
            cursor = page.get("nextCursor")
            if not cursor:
                return


class Daemon:
    """cellwised on ports of the system's choice, which it keeps over restarts."""

    def __init__(self, binaries, directory, config=None, **settings):
        self.binary = binaries.daemon
        self.config = config
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.settings = {
            "state.dir": str(self.directory / "state"),
            "http.listen": "127.0.0.1:0",
            "https.listen": "127.0.0.1:0",
            "coap.listen": "127.0.0.1:0",
            "download.listen": "127.0.0.1:0",
            "mqtt.broker": "",
            "webhook.allow_networks": '["127.0.0.0/8"]',
            "northbound.throttle": "0",
            **{key.replace("__", "."): value for key, value in settings.items()},
        }
        self.environment = {}  # besides ours
        self.process = None

    def start(self, timeout=60):
        """Tries again when a connection of somebody's was given one of its ports while it was down."""
        log, deadline = self.directory / "cellwised.log", time.monotonic() + timeout
        while True:
            before = log.stat().st_size if log.exists() else 0
            try:
                return self.launch(timeout)
            except RuntimeError:
                if b"Address already in use" not in log.read_bytes()[before:] or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def launch(self, timeout):
        endpoints = self.directory / "state/endpoints.json"
        endpoints.unlink(missing_ok=True)
        arguments = [str(self.binary)] + (["--config", str(self.config)] if self.config else [])
        for key, value in self.settings.items():
            arguments += ["--set", f"{key}={value}"]
        self.log = open(self.directory / "cellwised.log", "ab")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("CELLWISE_")} | self.environment
        # It says nothing there; and whoever reads this program's output shall not wait for a daemon that is kept.
        self.process = subprocess.Popen(arguments, stderr=self.log, stdout=subprocess.DEVNULL, env=environment)
        self.log.close()
        deadline = time.monotonic() + timeout
        while not endpoints.exists():
            if self.process.poll() is not None:
                raise RuntimeError(f"cellwised ended with {self.process.returncode}: see {self.log.name}")
            if time.monotonic() > deadline:
                raise RuntimeError("cellwised is not ready in time")
            time.sleep(0.02)
        known = json.loads(endpoints.read_text())
        self.http, self.https, self.coap, self.download = (
            known.get(name, "") for name in ("http", "https", "coap", "download"))
        # The devices and the scripts come back to where they were.
        self.settings.update({"http.listen": self.http, "https.listen": self.https, "coap.listen": self.coap,
                              "download.listen": self.download})
        token = (self.directory / "state/admin.token").read_text().strip()
        self.api = self.face({"Authorization": f"Bearer {token}"})
        return self

    def face(self, headers=None):
        """Plain HTTP where there is some, else by TLS with the certificate that the daemon made for itself."""
        if self.http:
            return Api(self.http, headers)
        return Api(self.https, headers, ssl.create_default_context(cafile=self.directory / "state/https.crt"))

    def kill(self):
        """As a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, timeout=10):
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(timeout) != 0:
            log = (self.directory / "cellwised.log").read_text(errors="replace")
            raise RuntimeError(f"cellwised ended with {self.process.returncode}; its log ends so:\n{log[-8000:]}")

    def metric(self, name):
        for line in self.api.get("/metrics").splitlines():
            if line.startswith(name + " "):
                return float(line.split()[1])
        raise KeyError(name)


class PushReceiver:
    """The application server's side: takes pushes and remembers them in order. By TLS where an identity is given: the
    files of a certificate and of its key."""

    def __init__(self, identity=None):
        pushes = self.pushes = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                pushes.append(json.loads(body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if identity:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*identity)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"{'https' if identity else 'http'}://127.0.0.1:{self.server.server_port}/push"

    def results(self):
        return [push for push in self.pushes if push.get("notifyType") == "swUpgradeResultNotify"]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Vendor:
    """Keys and a signed package, made by cellwise-sign. Of one version and size the file is the same for every model."""

    def __init__(self, binaries, directory, version="V2.0", size=20_000, chunk=500, protocol="LWM2M", model=None):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.version = version
        self.protocol = protocol
        self.model = model or (MQTT_MODEL if protocol == "MQTT" else MODEL)
        payload = random.Random(version).randbytes(size)
        self.sha256 = hashlib.sha256(payload).hexdigest()
        (self.directory / "meter.bin").write_bytes(payload)
        description = {
            "specVersion": "1.0", "fileName": "meter.bin", "packageType": "softwarePackage", "version": version,
            "deviceType": DEVICE_TYPE, "manufacturerName": MANUFACTURER, "model": self.model,
            "protocolType": protocol,
            "description": "", "versionCheckCode": "1234", "deviceShard": str(chunk), "platform": "linux",
            "supportSourceVersionList": [], "date": "2026-01-01",
        }
        (self.directory / "UpgradeDesc.json").write_text(json.dumps(description))
        package = self.directory / "meter_package.zip"
        package.unlink(missing_ok=True)

        def sign(*arguments):
            subprocess.run([str(binaries.sign), *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)

        if not (self.directory / "private.pem").exists():
            sign("keygen", "--algorithm", "ecdsa-p256-sha256", "--no-passphrase", "--out", self.directory)
        sign("pack", "--desc", self.directory / "UpgradeDesc.json", "--file", self.directory / "meter.bin", "--out", package)
        (self.directory / "meter_package_signed.zip").unlink(missing_ok=True)
        sign("sign", "--key", self.directory / "private.pem", package)
        self.public_key = (self.directory / "public.pem").read_text()
        self.package = (self.directory / "meter_package_signed.zip").read_bytes()


def make_certificate(directory, name):
    """A self-signed one for 127.0.0.1, by openssl: the files of the certificate and of its key."""
    certificate, key = pathlib.Path(directory) / f"{name}.crt", pathlib.Path(directory) / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


class ApplicationServer:
    """What a customer's server does: logs in, subscribes, creates tasks by the vendor's paths."""

    def __init__(self, daemon):
        made = daemon.api.post("/api/v1/applications", {"name": f"trial {random.getrandbits(32):08x}"})
        self.app_id, self.secret = made["appId"], made["secret"]
        self.daemon = daemon
        self.login()

    def login(self):
        form = urllib.parse.urlencode({"appId": self.app_id, "secret": self.secret})
        answer = self.daemon.face().post("/iocm/app/sec/v1.1.0/login", form,
                                         content_type="application/x-www-form-urlencoded")
        self.api = self.daemon.face({"app_key": self.app_id, "Authorization": f"Bearer {answer['accessToken']}"})

    def subscribe(self, url):
        for kind in ("swUpgradeStateChangeNotify", "swUpgradeResultNotify"):
            self.api.post("/iodm/app/sub/v1.1.0/subscribe", {"notifyType": kind, "callbackurl": url})

    def create_task(self, file_id, devices, policy=None):
        body = {"fileId": file_id, "targets": {"devices": devices}, **({"policy": policy} if policy else {})}
        return self.api.post("/iodm/northbound/v1.5.0/operations/softwareUpgrade", body)["operationId"]

    def task(self, operation):
        return self.api.get(f"/iodm/northbound/v1.5.0/operations/{operation}")


def set_up_product(api, vendor):
    """Product model, public key, package: what an operator does once. The package's fileId."""
    mqtt = {"mqtt": {"rangesFromOne": True}} if vendor.model == FROM_ONE_MODEL else {}
    if not any(item["model"] == vendor.model for item in api.all("/api/v1/products")):
        api.post("/api/v1/products", {
            "manufacturerId": "TestManufacturer", "manufacturerName": MANUFACTURER, "deviceType": DEVICE_TYPE,
            "model": vendor.model, "protocolType": vendor.protocol, "softwareUpgrade": {"supported": True, "protocol": "PCP"},
            **mqtt})
        if not any(item["pem"] == vendor.public_key for item in api.all("/api/v1/public-keys")):
            api.post("/api/v1/public-keys", {"manufacturerName": MANUFACTURER, "pem": vendor.public_key})
    return api.post("/api/v1/packages", vendor.package, content_type="application/zip")["fileId"]


def model_of(device):
    """The product model of a device that cellwise-sim lists."""
    if device["protocol"] != "mqtt":
        return MODEL
    return FROM_ONE_MODEL if "one-based" in device["dialect"].split("+") else MQTT_MODEL


class Fleet:
    """cellwise-sim with one set of options; the same for listing its devices and for running them. `protocol` is
    "lwm2m", "mqtt" or "mixed"; MQTT devices learn in `folder` what the daemon calls them."""

    def __init__(self, binaries, *options, protocol="lwm2m", folder=None):
        self.binary = str(binaries.sim)
        self.protocol = protocol
        self.options = [str(option) for option in options]
        self.names = pathlib.Path(folder) / "names.csv" if folder else None
        self.process = None

    def devices(self):
        listed = subprocess.run([self.binary, self.protocol, "--list", "--list-format", "ndjson", *self.options],
                                check=True, capture_output=True, text=True).stdout
        return [json.loads(line) for line in listed.splitlines()]

    def import_into(self, api, app_id):
        """Makes every device known by the bulk import; their node ids in the order of the fleet."""
        devices = self.devices()
        lines = ""
        for device in devices:
            info = {"manufacturerName": MANUFACTURER, "deviceType": DEVICE_TYPE, "model": model_of(device)}
            secret = {"secret": device["secret"]} if device["protocol"] == "mqtt" else {}
            lines += json.dumps({"nodeId": device["nodeId"], "appId": app_id, "deviceInfo": info, **secret}) + "\n"
        answer = api.post("/api/v1/devices:import", lines, content_type="application/x-ndjson", timeout=600)
        if answer["created"] != len(devices):
            raise Refused(f"import: {answer}")
        return [device["nodeId"] for device in devices]

    def register_with(self, api, app_id):
        """The same; their device ids."""
        nodes = self.import_into(api, app_id)
        ids = {device["nodeId"]: device["deviceId"] for device in api.all("/api/v1/devices")}
        if self.names:
            self.names.write_text("".join(f"{node},{ids[node]}\n" for node in nodes))
        return [ids[node] for node in nodes]

    def start(self, server, *options, **kwargs):
        """`server` is the CoAP address, or the broker's URL; for a mixed fleet `options` bear the broker."""
        to = ["--broker" if self.protocol == "mqtt" else "--server", server]
        if self.names and self.names.exists():
            to += ["--names", str(self.names)]
        self.process = subprocess.Popen([self.binary, self.protocol, *to, *self.options, *map(str, options)], **kwargs)
        return self

    def wait(self, timeout):
        return self.process.wait(timeout)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
