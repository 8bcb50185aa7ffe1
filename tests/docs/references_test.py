#!/usr/bin/env python3
"""What the documents name is there: the files they link to, the paths and the tests they mention. Reads the sources alone.

Standard library only.
"""

import os
import re
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
MENTION = re.compile(r"`((?:daemon|tests|proto|clients|deploy|certs-example)/[\w./-]+)`")


def text_of(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def documents():
    for folder, folders, names in os.walk(ROOT):
        here = os.path.relpath(folder, ROOT)
        folders[:] = [name for name in folders
                      if not (here == "." and (name.startswith("build") or name == ".git"))]
        yield from (os.path.normpath(os.path.join(here, name)) for name in sorted(names) if name.endswith(".md"))


class DocumentsTest(unittest.TestCase):
    def test_links_and_paths_lead_somewhere(self):
        dead = []
        for path in documents():
            text = text_of(path)
            for target in LINK.findall(text):
                if "://" not in target and not os.path.exists(os.path.join(ROOT, os.path.dirname(path), target)):
                    dead.append(f"{path}: ({target})")
            for target in MENTION.findall(text):
                if not os.path.exists(os.path.join(ROOT, target)):
                    dead.append(f"{path}: `{target}`")
        self.assertEqual(dead, [])

    def test_tests_that_documents_name_exist(self):
        """`Suite.Name` in a document of daemon/ is a test."""
        known = set()
        for folder, _, names in os.walk(os.path.join(ROOT, "tests")):
            for name in names:
                if not name.endswith(".cc"):
                    continue
                source = text_of(os.path.relpath(os.path.join(folder, name), ROOT))
                known.update(re.findall(r"\bTEST(?:_[FP])?\(\s*(\w+),\s*(\w+)", source))
        known = {".".join(pair) for pair in known}
        named = {(path, test) for path in documents() if path.startswith("daemon/")
                 for test in re.findall(r"`([A-Z]\w+\.[A-Z]\w{8,})`", text_of(path))}
        self.assertGreater(len(named), 10)
        self.assertEqual(sorted(pair for pair in named if pair[1] not in known), [])


if __name__ == "__main__":
    unittest.main()
