"""Every command of the command line, with success and with failure, in JSON, against real daemons."""

import json

import agencies
from agencies import DRAFTS, draft

ALERT = DRAFTS / "alert.json"
POLICY = agencies.TREE / "deploy" / "policies" / "bgc-example.textproto"
NOBODY = "0" * 32

# Role, words, exit code, reason, and whether a failure leaves data. SENT and FOLDER are replaced.
ROWS = (
    ("officer", ("message", "send", "-f", ALERT), 0, "", True),
    ("officer", ("message", "send", "-f", ALERT, "--type", "alert", "--to", "ho-example"), 0, "", True),
    ("officer", ("message", "send", "-f", ALERT, "--type", "INTELLIGENCE_NOTICE"), 2, "USAGE", False),
    ("officer", ("message", "send", "-f", ALERT, "--to", "nobody-example"), 3, "UNKNOWN_PARTNER", False),
    ("officer", ("message", "send", "-f", ALERT, "--to", "io-example"), 4, "AGREEMENT_NOT_IN_FORCE", True),
    ("officer", ("message", "send", "-f", "FOLDER/no-such-file"), 2, "USAGE", False),
    ("officer", ("message", "list"), 0, "", True),
    ("officer", ("message", "list", "--box", "outbox", "--state", "delivered", "--type", "alert"), 0, "", True),
    ("officer", ("message", "list", "--box", "attic"), 2, "USAGE", False),
    ("officer", ("message", "show", "SENT"), 0, "", True),
    ("officer", ("message", "show", NOBODY), 3, "NOT_FOUND", False),
    ("officer", ("message", "show", "abc"), 2, "USAGE", False),
    ("officer", ("message", "wait", "SENT", "--for", "DELIVERED"), 0, "", True),
    ("officer", ("message", "wait", "SENT", "--for", "answered", "--timeout", "100ms"), 5, "TIMED_OUT", False),
    ("officer", ("message", "wait", NOBODY, "--for", "delivered"), 3, "NOT_FOUND", False),
    ("releaser", ("message", "list", "--box", "held"), 0, "", True),
    ("releaser", ("message", "release", "SENT", "--view", "0" * 64), 7, "WRONG_STATE", False),
    ("releaser", ("message", "release", "SENT", "--view", "0"), 2, "USAGE", False),
    ("releaser", ("message", "release", NOBODY, "--view", "0" * 64), 3, "NOT_FOUND", False),
    ("officer", ("message", "release", "SENT", "--view", "0" * 64), 4, "ROLE_MISSING", False),
    ("auditor", ("message", "release", "SENT"), 4, "ROLE_MISSING", False),
    ("releaser", ("message", "reject", "SENT", "--reason", "not needed"), 7, "WRONG_STATE", False),
    ("releaser", ("message", "reject", NOBODY, "--reason", "not needed"), 3, "NOT_FOUND", False),
    ("auditor", ("message", "reject", "SENT", "--reason", "not needed"), 4, "ROLE_MISSING", False),
    ("officer", ("message", "timeline", "SENT"), 0, "", True),
    ("officer", ("message", "timeline", NOBODY), 3, "NOT_FOUND", False),
    ("officer", ("message", "reply", NOBODY, "-f", ALERT), 3, "NOT_FOUND", False),
    ("officer", ("message", "forward", NOBODY, "--to", "io-example"), 3, "NOT_FOUND", False),
    ("officer", ("message", "forward", "SENT", "--to", "io-example"), 3, "NOT_FOUND", False),  # ours, not received
    ("system", ("alert", "push", "-f", "FOLDER/alerts.jsonl", "--idempotency-key", "k"), 0, "", True),
    ("system", ("alert", "push", "-f", "FOLDER/alerts.jsonl"), 2, "USAGE", False),
    ("officer", ("partner", "list"), 0, "", True),
    ("officer", ("partner", "show", "ho-example"), 0, "", True),
    ("officer", ("partner", "show", "nobody-example"), 3, "UNKNOWN_PARTNER", False),
    ("officer", ("partner", "ping", "ho-example"), 0, "", True),
    ("officer", ("partner", "ping", "io-example"), 5, "UNREACHABLE", False),  # it is not started
    ("officer", ("policy", "show"), 0, "", True),
    ("officer", ("policy", "explain", "-f", ALERT), 0, "", True),
    ("officer", ("policy", "explain", "-f", ALERT, "--to", "io-example"), 4, "AGREEMENT_NOT_IN_FORCE", True),
    ("officer", ("policy", "check", POLICY), 0, "", True),
    ("officer", ("policy", "check", ALERT), 2, "VALIDATION_FAILED", False),
    ("auditor", ("audit", "list"), 0, "", True),
    ("auditor", ("audit", "list", "--event", "NOTHING"), 2, "USAGE", False),
    ("auditor", ("audit", "head", "--log", "both"), 0, "", True),
    ("auditor", ("audit", "prove", "SENT"), 0, "", True),
    ("auditor", ("audit", "prove", NOBODY), 3, "NOT_FOUND", False),
    ("auditor", ("audit", "verify", "--full"), 0, "", True),
    ("officer", ("audit", "verify"), 4, "ROLE_MISSING", False),
    ("operator", ("status",), 0, "", True),
    ("auditor", ("status",), 4, "ROLE_MISSING", False),
    ("operator", ("admin", "reload"), 0, "", True),
    ("officer", ("admin", "reload"), 4, "ROLE_MISSING", False),
    ("officer", ("version",), 0, "", True),
    ("officer", ("init", "--agency", "new-example", "--domain", "new.example", "-d", "FOLDER/new"), 0, "", True),
    ("officer", ("init", "--agency", "Bad Name", "--domain", "new.example", "-d", "FOLDER/other"), 2, "USAGE", False),
    ("officer", ("no-such-noun",), 2, "USAGE", False),
    ("officer", (), 2, "USAGE", False),
)
ERROR_MEMBERS = {"code", "reason", "message", "fix", "fields", "trace_id"}


class Commands(agencies.AgenciesTest):
    def words(self, words):
        for word in words:
            yield str(word).replace("FOLDER", str(self.agencies.folder)).replace("SENT", self.sent)

    def test_every_command_speaks_json(self):
        (self.agencies.folder / "alerts.jsonl").write_text(json.dumps(draft("alert")) + "\n")
        type(self).sent = self.send(self.bgc, draft("alert"), "--wait", "delivered")
        for role, words, code, reason, has_data in ROWS:
            with self.subTest(" ".join((role, *map(str, words)))):
                ran = self.expect(self.bgc.call(role, *self.words(words)), code, reason)
                if code:
                    self.assertEqual(set(ran.error), ERROR_MEMBERS)
                    self.assertTrue(ran.error["message"])
                else:
                    self.assertEqual(ran.err, "")
                if has_data:
                    self.assertTrue(ran.data)
                else:
                    self.assertEqual(ran.out, "")

    def test_without_configuration_the_places_looked_at_are_named(self):
        for variable in ("LIAISON_CONFIG", "LIAISON_CONTEXT"):
            self.assertNotIn(variable, agencies.os.environ)
        ran = agencies.run(agencies.COMMAND_LINE, "-o", "json", "message", "list",
                           environment={"HOME": str(self.agencies.folder / "nowhere"), "XDG_CONFIG_HOME": ""})
        self.expect(ran, 2, "USAGE")
        self.assertIn("nowhere/.config/liaison", ran.error["message"])
        self.assertIn("liaison", ran.error["fix"])

    def test_a_daemon_that_is_away_is_unreachable(self):
        ran = self.io.call("officer", "message", "list")
        self.expect(ran, 5, "UNREACHABLE")
        self.assertIn(self.io.listeners["desk"], ran.err)


if __name__ == "__main__":
    agencies.main()
