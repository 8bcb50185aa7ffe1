#!/usr/bin/env python3
"""daemon/docs/protection-rules.md is whole: every rule has a place and a test, or the reason why it has none.

    tests/docs/protection_rules_test.py

That the files and tests it names exist is checked by readme_test.py, for every document. Standard library only.
"""

import os
import re
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGE = "daemon/docs/protection-rules.md"
POLICY = "deploy/policies/starting-policy.textproto"
RULES = [f"D-{number:02}" for number in range(1, 40)]

ROW = re.compile(r"^\| (D-\d\d) \| (.*) \| (.*) \| (.*) ?\|$", re.MULTILINE)
PLACE = re.compile(r"`(?:daemon/[\w./-]+|d-\d\d-[\w-]+)`")
TEST = re.compile(r"`[A-Z]\w+\.[A-Z]\w{8,}`")
REASON = re.compile(r"[Nn]ot enforced yet[^:|]*: \w[^.|]{10,}\.")
RULE_ID = re.compile(r'^    id: "([\w-]+)"$', re.MULTILINE)


def text_of(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def faults_of(page, policy):
    """What is wrong with the page, for a policy; empty when nothing is."""
    rows = ROW.findall(page)
    faults = []
    if [rule for rule, *_ in rows] != RULES:
        faults.append("the table does not hold D-01 to D-39 once each, in order")
    for rule, asks, where, test in rows:
        enforced = PLACE.search(where) and TEST.search(test)
        if not enforced and not REASON.search(where):
            faults.append(f"{rule} has neither a place and a test nor a reason")
        if enforced and "ot enforced yet" in asks + where and not REASON.search(asks + " " + where):
            faults.append(f"{rule} is not enforced in part, without a reason")
    ids = set(RULE_ID.findall(policy))
    named = set(re.findall(r"`((?:d-\d\d|most-for)-[\w-]+)`", page))
    faults += [f"rule {rule} of the starting policy is not named" for rule in sorted(ids) if f"`{rule}`" not in page]
    faults += [f"the starting policy has no rule {rule}" for rule in sorted(named - ids)]
    return faults


class ProtectionRulesTest(unittest.TestCase):
    def test_the_page_is_whole(self):
        self.assertGreater(len(RULE_ID.findall(text_of(POLICY))), 10)
        self.assertEqual(faults_of(text_of(PAGE), text_of(POLICY)), [])

    def test_a_rule_that_is_left_out_is_seen(self):
        page = re.sub(r"\| D-17 .*\n", "", text_of(PAGE))
        self.assertEqual(faults_of(page, text_of(POLICY)),
                         ["the table does not hold D-01 to D-39 once each, in order"])

    def test_a_rule_without_a_test_or_a_reason_is_seen(self):
        page = text_of(PAGE)
        page = re.sub(r"`(LabelsStepTest.RedNamesItsRecipients|ViewTest.WhatTheLabelsSpeakOf\w+)`", "", page)
        page = page.replace("Not enforced yet: there is no message of statistics.", "Later.")
        self.assertEqual(faults_of(page, text_of(POLICY)),
                         ["D-17 has neither a place and a test nor a reason",
                          "D-27 has neither a place and a test nor a reason"])

    def test_a_rule_that_the_page_does_not_name_is_seen(self):
        policy = text_of(POLICY).replace('"d-21-no-victims', '"d-99-no-victims')
        self.assertEqual(len(faults_of(text_of(PAGE), policy)), 2)


if __name__ == "__main__":
    unittest.main()
