#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs scripts/check_behaviours on small pages."""

import importlib.machinery
import importlib.util
import pathlib
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts/check_behaviours"


def load_script():
    sys.dont_write_bytecode = True
    loader = importlib.machinery.SourceFileLoader("check_behaviours", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("check_behaviours", loader))
    loader.exec_module(module)
    return module


check_behaviours = load_script()

HEAD = "| behaviour | proved by |\n|---|---|\n"


class CheckBehaviours(unittest.TestCase):
    def faults(self, page):
        return check_behaviours.faults_of(page, {"Job.Ends"})[0]

    def test_takes_a_row_whose_test_exists(self):
        self.assertEqual(self.faults(HEAD + "| jobs end | `Job.Ends` |\n"), [])

    def test_names_the_line_of_a_test_that_does_not_exist(self):
        self.assertEqual(self.faults(HEAD + "| jobs end | `Job.Ends` `Job.Begins` |\n"),
                         [(3, "there is no test Job.Begins")])

    def test_wants_a_test_in_every_row(self):
        self.assertEqual(self.faults(HEAD + "| jobs end | later |\n"), [(3, "names no test")])

    def test_leaves_other_tables_alone(self):
        self.assertEqual(self.faults(HEAD + "\n| what | today |\n|---|---|\n| DTLS | none |\n"), [])

    def test_counts_the_rows(self):
        self.assertEqual(check_behaviours.faults_of(HEAD + "| a | `Job.Ends` |\n| b | `Job.Ends` |\n", {"Job.Ends"})[1], 2)

    def test_finds_tests_of_every_kind(self):
        with tempfile.TemporaryDirectory() as root:
            folder = pathlib.Path(root) / "tests"
            folder.mkdir()
            (folder / "a_test.cpp").write_text("TEST(A, One) {}\nTEST_F(A,\n       Two) {}\nTEST_P( A , Three ) {}\n"
                                               "// TEST(A, Four) {}\n")
            (folder / "b_test.py").write_text("class B(Case):\n    def test_it(self):\n        pass\n")
            self.assertEqual(check_behaviours.tests_of(pathlib.Path(root)), {"A.One", "A.Two", "A.Three", "B.test_it"})


if __name__ == "__main__":
    unittest.main()
