#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs scripts/check_layout on small trees, each with one fault or none."""

import importlib.machinery
import importlib.util
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts/check_layout"


def load_script():
    sys.dont_write_bytecode = True
    loader = importlib.machinery.SourceFileLoader("check_layout", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("check_layout", loader))
    loader.exec_module(module)
    return module


check_layout = load_script()

# What the cases include; sound by itself.
BASIS = {
    "include/cellwise/base/bytes.hpp": "#include <vector>\n",
    "include/cellwise/domain/pcp.hpp": '#include "cellwise/base/bytes.hpp"\n',
    "include/cellwise/ports/clock.hpp": '#include "cellwise/domain/pcp.hpp"\n',
    "src/domain/crc16.hpp": "",
    "src/json/writer.hpp": "#include <nlohmann/json_fwd.hpp>\n",
    "src/app/engine.hpp": '#include "cellwise/ports/clock.hpp"\n',
    "src/adapters/http/server.hpp": "#include <boost/asio/post.hpp>\n",
    "src/adapters/sqlite/store.hpp": "#include <SQLiteCpp/SQLiteCpp.h>\n",
    "src/daemon/config.hpp": "",
}


def plant(root, files):
    for path, text in {**BASIS, **files}.items():
        file = pathlib.Path(root) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


class CheckLayout(unittest.TestCase):
    def check(self, files):
        with tempfile.TemporaryDirectory() as root:
            plant(root, files)
            return check_layout.Checker(pathlib.Path(root)).run()

    def assert_passes(self, files):
        self.assertEqual(self.check(files), [])

    def assert_fault(self, files, *words):
        """Exactly one fault, whose text has all the words and says how to mend it."""
        faults = self.check(files)
        self.assertEqual(len(faults), 1, faults)
        for word in (*words, "mend: "):
            self.assertIn(word, faults[0])

    def assert_include_passes(self, path, include):
        self.assert_passes({path: f"#include {include}\n"})

    def assert_include_fault(self, path, include, *words):
        self.assert_fault({path: f"// first\n#include {include}\n"}, f"{path}:2:", *words)

    def test_says_nothing_or_exits_with_one(self):
        for files, status in (({}, 0), ({"src/util/x.hpp": ""}, 1)):
            with tempfile.TemporaryDirectory() as root:
                plant(root, files)
                run = subprocess.run([sys.executable, SCRIPT, "--root", root], capture_output=True, text=True)
                self.assertEqual((run.returncode, run.stderr, bool(run.stdout)), (status, "", status == 1))

    def test_passes_a_sound_tree(self):
        self.assert_passes({})

    def test_domain_includes_only_itself_and_base(self):
        for sound in ('"cellwise/domain/pcp.hpp"', '"domain/crc16.hpp"', '"cellwise/base/bytes.hpp"', "<vector>"):
            self.assert_include_passes("src/domain/x.hpp", sound)
        for wrong in ('"cellwise/ports/clock.hpp"', '"app/engine.hpp"', '"json/writer.hpp"'):
            self.assert_include_fault("src/domain/x.hpp", wrong, "may include only")
        for wrong in ("<boost/asio/post.hpp>", "<nlohmann/json.hpp>", "<sys/socket.h>", "<unistd.h>"):
            self.assert_include_fault("src/domain/x.hpp", wrong, "belongs to")

    def test_ports_include_nothing_above_them(self):
        self.assert_include_passes("include/cellwise/ports/x.hpp", '"cellwise/domain/pcp.hpp"')
        self.assert_include_fault("include/cellwise/ports/x.hpp", '"app/engine.hpp"', "private")
        self.assert_include_fault("src/ports/x.hpp", '"app/engine.hpp"', "may include only")

    def test_public_headers_include_no_private_ones(self):
        self.assert_include_fault("include/cellwise/domain/x.hpp", '"domain/crc16.hpp"', "private")

    def test_app_includes_neither_adapters_nor_libraries(self):
        self.assert_include_passes("src/app/x.hpp", '"cellwise/ports/clock.hpp"')
        for wrong in ('"adapters/http/server.hpp"', '"json/writer.hpp"', '"daemon/config.hpp"'):
            self.assert_include_fault("src/app/x.hpp", wrong, "may include only")
        for wrong in ("<spdlog/spdlog.h>", "<boost/system/result.hpp>", "<fcntl.h>"):
            self.assert_include_fault("src/app/x.hpp", wrong, "belongs to")

    def test_adapters_include_no_other_adapter(self):
        for sound in ('"app/engine.hpp"', '"json/writer.hpp"', '"adapters/http/server.hpp"', "<sys/socket.h>"):
            self.assert_include_passes("src/adapters/http/deep/x.hpp", sound)
        self.assert_include_fault("src/adapters/http/x.hpp", '"adapters/sqlite/store.hpp"', "through a port")
        self.assert_include_fault("src/adapters/http/x.hpp", '"daemon/config.hpp"', "may include only")

    def test_daemon_and_tools_include_adapters(self):
        self.assert_include_passes("src/daemon/x.hpp", '"adapters/http/server.hpp"')
        self.assert_include_passes("src/tools/sim/x.hpp", '"adapters/http/server.hpp"')
        self.assert_include_fault("src/tools/sim/x.hpp", '"daemon/config.hpp"', "may include only")

    def test_each_library_stays_with_its_owner(self):
        owned = [
            ("<boost/system/result.hpp>", "base", "adapters/http"), ("<boost/beast/http.hpp>", "adapters/webhook", "json"),
            ("<coap3/coap.h>", "adapters/lwm2m/coap", "adapters/lwm2m"),
            ("<nlohmann/json.hpp>", "adapters/rest", "adapters/http"),
            ("<openssl/evp.h>", "tools/sign", "tools/sim"), ("<archive.h>", "adapters/archive", "adapters/crypto"),
            ("<sqlite3.h>", "adapters/sqlite", "daemon"), ("<spdlog/spdlog.h>", "adapters/system", "daemon"),
            ("<toml++/toml.h>", "adapters/system", "daemon"), ("<prometheus/registry.h>", "adapters/system", "daemon"),
        ]
        for header, owner, stranger in owned:
            with self.subTest(header):
                self.assert_include_passes(f"src/{owner}/x.hpp", header)
                self.assert_include_fault(f"src/{stranger}/x.hpp", header, "belongs to", owner)

    def test_a_library_without_owner_is_a_fault(self):
        self.assert_include_fault("src/adapters/http/x.hpp", "<uv.h>", "nobody owns")

    def test_test_libraries_stay_in_tests(self):
        self.assert_include_fault("src/app/x.hpp", "<gtest/gtest.h>", "tests only")
        self.assert_passes({"tests/app/x_test.cpp": "#include <gtest/gtest.h>\n"})

    def test_includes_are_rooted(self):
        self.assert_include_fault("src/adapters/http/x.hpp", '"server.hpp"', "neither under")
        self.assert_include_fault("src/adapters/http/x.hpp", "<cellwise/base/bytes.hpp>", "is ours")

    def test_a_new_folder_needs_a_place_among_the_layers(self):
        self.assert_fault({"src/util/x.hpp": ""}, "no place among the layers")

    def test_only_the_system_adapter_asks_for_the_time(self):
        call = "auto a = 1;\nauto t = std::chrono::system_clock::now();\n"
        self.assert_passes({"src/adapters/system/x.hpp": call, "src/tools/sim/x.hpp": call, "tests/app/x.hpp": call})
        for path in ("src/domain/x.hpp", "src/app/x.hpp", "src/adapters/http/x.hpp", "src/daemon/x.hpp"):
            self.assert_fault({path: call}, f"{path}:2:", "ports::Clock")
        for other in ("Steady :: now ( )", "time(nullptr)", "std::time(&t)", "gettimeofday(&t, nullptr)"):
            self.assert_fault({"src/app/x.hpp": f"auto t = {other};\n"}, "ports::Clock")

    def test_words_about_the_time_are_no_questions(self):
        text = ('// no ::now() here\n/* nor\n ::now() here */ auto s = "// ::now()"; auto n = clock.now();\n'
                'auto r = R"(" ::now())"; auto m = 1\'000; auto u = run_time(0);\n')
        self.assert_passes({"src/app/x.hpp": text})
        self.assert_fault({"src/app/x.hpp": text + "auto t = Steady::now();\n"}, "x.hpp:5:")

    def test_every_source_has_its_test(self):
        self.assert_fault({"src/app/x.cpp": ""}, "src/app/x.cpp:1: has no test", "tests/app/x_test.cpp")
        self.assert_passes({"src/app/x.cpp": "", "tests/app/x_test.cpp": ""})
        self.assert_passes({"src/daemon/main.cpp": ""})
        self.assert_fault({"src/app/x.cpp": "", "tests/x_test.cpp": ""}, "has no test")

    def test_a_source_may_be_excused_with_a_reason(self):
        exceptions = "scripts/layout_exceptions.toml"
        trivial = '[trivial]\n"src/app/x.cpp" = "one line"\n'
        tested = '[tested_by]\n"src/app/x.cpp" = "tests/app/y_test.cpp"\n'
        self.assert_passes({"src/app/x.cpp": "", exceptions: trivial})
        self.assert_passes({"src/app/x.cpp": "", "tests/app/y_test.cpp": "", exceptions: tested})
        self.assert_fault({"src/app/x.cpp": "", exceptions: tested}, "does not exist")

    def test_an_exception_that_is_not_needed_is_a_fault(self):
        exceptions = "scripts/layout_exceptions.toml"
        trivial = '[trivial]\n"src/app/x.cpp" = "one line"\n'
        self.assert_fault({exceptions: trivial}, "needs no exception")
        self.assert_fault({"src/app/x.cpp": "", "tests/app/x_test.cpp": "", exceptions: trivial}, "take it off")
        self.assert_fault({"src/app/x.hpp": "", exceptions: '[oversize]\n"src/app/x.hpp" = "long"\n'}, "needs no exception")

    def test_files_have_at_most_four_hundred_lines(self):
        self.assert_passes({"src/app/x.hpp": "\n" * 400})
        for path in ("src/app/x.hpp", "include/cellwise/domain/x.hpp", "tests/app/x.hpp", "scripts/x", "scripts/x.py"):
            self.assert_fault({path: "\n" * 401}, f"{path}:401: 401 lines")
        self.assert_passes({"tests/vectors/x.txt": "\n" * 401})
        reason = '[oversize]\n"src/app/x.hpp" = "one table"\n'
        self.assert_passes({"src/app/x.hpp": "\n" * 401, "scripts/layout_exceptions.toml": reason})


if __name__ == "__main__":
    unittest.main()
