# SPDX-License-Identifier: Apache-2.0
"""cellwisectl and certificates, against a TLS server that is not ours. ctest passes the build directory in E2E_BUILD."""

import json
import os
import pathlib
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lab"))
import lab  # noqa: E402

BINARIES = lab.Binaries(os.environ["E2E_BUILD"])


def make_certificate(folder, name, subject):
    """A self-signed certificate and its key."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                    "2", "-subj", "/CN=" + name, "-addext", "subjectAltName=" + subject, "-keyout",
                    folder / f"{name}.key", "-out", folder / f"{name}.crt"], check=True, capture_output=True)
    return folder / f"{name}.crt", folder / f"{name}.key"


class Trust(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="cellwise-e2e-")
        self.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name)

    def serve(self, certificate, key, client_ca=None):
        """Answers every call with an empty list, and remembers the tokens that it was shown."""
        tokens = self.tokens = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                tokens.append(self.headers["Authorization"])
                body = b'{"items":[],"nextCursor":null}'
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_):
                pass  # handshakes that the client ends are what we want

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        if client_ca:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(client_ca)
        server = Server(("127.0.0.1", 0), Handler)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server.server_port

    def list_tasks(self, server, *options, code):
        """The error's code."""
        done = subprocess.run([BINARIES.ctl, "--json", "--server", server, "--token", "secret", *map(str, options), "tasks",
                               "list"], env={"HOME": str(self.root)}, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.words = done.stderr
        return json.loads(done.stdout)

    def test_ends_before_the_token_is_sent_and_says_the_fingerprint(self):
        certificate, key = make_certificate(self.root, "server", "IP:127.0.0.1,DNS:localhost")
        port = self.serve(certificate, key)
        problem = self.list_tasks(f"https://127.0.0.1:{port}", code=3)
        said = subprocess.run(["openssl", "x509", "-in", certificate, "-noout", "-fingerprint", "-sha256"], check=True,
                              capture_output=True, text=True).stdout
        self.assertEqual(problem["code"], "tls.unknown")
        self.assertEqual(problem["value"], said.strip().partition("=")[2].replace(":", "").lower())
        self.assertIn("--ca FILE", self.words)
        self.assertEqual(self.tokens, [])

    def test_trusts_what_it_is_told_to(self):
        port = self.serve(*make_certificate(self.root, "server", "IP:127.0.0.1,DNS:localhost"))
        for host in ("127.0.0.1", "localhost"):
            self.list_tasks(f"https://{host}:{port}", "--ca", self.root / "server.crt", code=0)
        self.assertEqual(self.tokens, ["Bearer secret"] * 2)

    def test_refuses_a_certificate_for_another_name(self):
        port = self.serve(*make_certificate(self.root, "server", "DNS:cellwise.example.com"))
        problem = self.list_tasks(f"https://127.0.0.1:{port}", "--ca", self.root / "server.crt", code=3)
        self.assertEqual(problem["code"], "tls.name")
        self.assertEqual(self.tokens, [])

    def test_shows_its_own_certificate_where_one_is_wanted(self):
        certificate, key = make_certificate(self.root, "client", "DNS:client")
        port = self.serve(*make_certificate(self.root, "server", "IP:127.0.0.1"), client_ca=certificate)
        server, trust = f"https://127.0.0.1:{port}", ("--ca", self.root / "server.crt")
        # In TLS 1.3 the client is done before the server judges it: the alert may be overtaken by the end of the connection.
        self.assertIn(self.list_tasks(server, *trust, code=3)["code"], ("tls.own_certificate", "reach.broken_off"))
        self.assertIn("--cert and --key", self.words)
        self.list_tasks(server, *trust, "--cert", certificate, "--key", key, code=0)
        self.assertEqual(self.tokens, ["Bearer secret"])

    def test_refuses_files_that_are_no_certificates(self):
        certificate, key = make_certificate(self.root, "server", "IP:127.0.0.1")
        port = self.serve(certificate, key)
        (self.root / "rubbish").write_text("rubbish")
        for options in (["--ca", self.root / "rubbish"], ["--ca", certificate, "--cert", self.root / "rubbish"]):
            self.assertEqual(self.list_tasks(f"https://127.0.0.1:{port}", *options, code=2)["code"], "tls.file")


if __name__ == "__main__":
    unittest.main(verbosity=2)
