"""What policy holds goes when a second person, and not its author, has looked at exactly that; else it never goes."""

import json
import os
import pty
import subprocess

import agencies
from agencies import draft, until

# The rule of the example policies by which what a machine wrote of a victim is looked at twice.
RULE = "carries: [L2, L3, L4, L5, L8]\n    obligations { release { persons: 2  within: \"24h\" } }"


def by_a_machine():
    body = draft("victim_verification_request")
    body["payload"]["notes"]["origin"] = "AI_GENERATED"
    return body


class Release(agencies.AgenciesTest):
    STARTED = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A second person who may release: the operator, who has both roles here.
        config = cls.bgc.config.read_text()
        assert "roles: [OPERATOR]" in config
        cls.bgc.config.write_text(config.replace("roles: [OPERATOR]", "roles: [OPERATOR, RELEASER]"))
        cls.policy = cls.bgc.folder / "policy.textproto"
        cls.as_shipped = cls.policy.read_text()
        assert RULE in cls.as_shipped
        for agency in (cls.bgc, cls.ho):
            agency.retry_quickly()
            agency.start()

    def reload(self, *changes):
        text = self.as_shipped
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new, 1)
        self.policy.write_text(text)
        self.expect(self.bgc.call("operator", "admin", "reload"), 0)

    def need(self, persons, within="24h"):
        self.reload((RULE, RULE.replace("persons: 2", f"persons: {persons}").replace("24h", within)))

    def setUp(self):
        self.reload()

    def hold(self, *words, body=None):
        ran = self.expect(self.bgc.send(body or by_a_machine(), *words), 9)
        result = ran.data["results"][0]
        self.assertEqual((result["state"], result["decision"]["outcome"]), ("HELD", "HOLD"))
        return result["id"]

    def show(self, one, *words, role="releaser"):
        return self.expect(self.bgc.call(role, "message", "show", one, *words), 0).data

    def view(self, one, role="releaser"):
        return self.show(one, "--reveal", "--reason", "case EXAMPLE-1", role=role)["held"]["viewDigest"]

    def release(self, one, *words, role="releaser"):
        return self.bgc.call(role, "message", "release", one, *words)

    def state(self, one):
        return next(message["state"] for message in self.bgc.box("outbox") if message["id"] == one)

    def events(self, one, log="both"):
        return [entry["event"] for entry in self.bgc.records("--log", log, "--exchange", one)]

    def test_a_second_person_lets_go_exactly_what_was_shown(self):
        one = self.hold("--idempotency-key", "held-once")
        self.assertIn(one, [message["id"] for message in self.bgc.box("held")])
        self.assertNotIn(one, [message["id"] for message in self.ho.box("inbox")])
        self.expect(self.release(one, role="officer"), 4, "ROLE_MISSING")
        self.assertEqual(self.hold("--idempotency-key", "held-once"), one)

        shown = self.show(one)
        self.assertEqual(shown["held"]["agreed"], ["officer-1"])
        self.assertEqual(shown["payload"]["notes"]["instructions"], "[L8]")
        # A part was shown: nobody releases what was hidden from them.
        self.expect(self.release(one, "--view", shown["held"]["viewDigest"]), 4, "POLICY_DENIED")
        old = self.view(one)
        # From now on less goes: nobody releases what was shown before.
        self.reload(('      keep: "victim_verification_request.present_situation"\n', ""))
        self.expect(self.release(one, "--view", old), 7, "WRONG_STATE")
        self.assertEqual(self.state(one), "HELD")
        new = self.view(one)
        self.assertNotEqual(new, old)
        released = self.expect(self.release(one, "--view", new, "--reason", "case EXAMPLE-1"), 0).data
        self.assertEqual((released["state"], released["agreed"], released["persons"]), ("QUEUED", 2, 2))
        waited = self.bgc.call("officer", "message", "wait", one, "--for", "delivered", "--timeout", "20s")
        self.assertEqual(self.expect(waited, 0).data["state"], "DELIVERED")
        arrived = self.ho.call("officer", "message", "show", one, "--reveal", "--reason", "case EXAMPLE-1")
        request = self.expect(arrived, 0).data["payload"]["victimVerificationRequest"]
        self.assertNotIn("presentSituation", request)

        records = self.bgc.records("--exchange", one)
        who = [(entry["event"], entry["actor"]["name"], entry["actor"]["reason"]) for entry in records
               if entry["event"] in ("HELD", "RELEASED", "SENT")]
        self.assertCountEqual(who, [("HELD", "officer-1", ""), ("RELEASED", "releaser-1", "case EXAMPLE-1"),
                                    ("SENT", "releaser-1", "")])
        views = {entry["event"]: entry["actor"]["viewDigest"] for entry in records if entry["event"] in ("READ", "RELEASED")}
        self.assertEqual(views["RELEASED"], new)
        self.assertEqual(views["READ"], new)  # the last one before it went
        timeline = self.expect(self.bgc.call("officer", "message", "timeline", one), 0).data["entries"]
        steps = [entry["event"] for entry in timeline if entry["event"] != "READ"]
        self.assertEqual(steps, ["HELD", "CALLER_REFUSED", "RELEASED", "SENT", "DELIVERED"])
        self.expect(self.release(one, "--view", new), 7, "WRONG_STATE")
        self.assert_logs_hold(self.bgc, self.ho)

    def test_a_supervisor_sets_a_rule_aside_for_one_message(self):
        self.reload(("version: 1\n", """version: 1
            rule { id: "no-situation" effect: RESTRICT direction: OUT
                   fields { omit: "victim_verification_request.present_situation" } derogation { within: "4h" } }
            """))
        body = draft("victim_verification_request")
        words = ("--set-aside", "no-situation", "--reason", "EXAMPLE-2026-020: a court asks for it")
        tried = self.expect(self.bgc.send(body, *words, "--dry-run"), 9).data["previews"][0]
        self.assertIn("presentSituation", tried["view"]["victimVerificationRequest"])
        self.assertIn("derogation from rule no-situation", tried["decision"]["obligations"])
        refused = self.bgc.send(body, "--set-aside", "d-23-second-look-at-what-a-machine-wrote", "--reason", "no reason")
        self.assertIn("lets nobody set rule d-23", self.expect(refused, 4, "POLICY_DENIED").err)

        one = self.hold(*words, body=body)
        self.expect(self.release(one, "--view", self.view(one)), 4, "ROLE_MISSING")
        self.assertEqual(self.state(one), "HELD")
        ran = self.expect(self.release(one, "--reason", "EXAMPLE-2026-020: agreed", role="supervisor"), 0)
        shown = json.loads(ran.err.splitlines()[0])["shown"]["held"]
        self.assertEqual(shown["derogations"],
                         [{"rule": "no-situation", "reason": "EXAMPLE-2026-020: a court asks for it"}])
        waited = self.bgc.call("officer", "message", "wait", one, "--for", "delivered", "--timeout", "20s")
        self.expect(waited, 0)
        arrived = self.ho.call("officer", "message", "show", one, "--reveal", "--reason", "case EXAMPLE-1")
        self.assertIn("presentSituation", self.expect(arrived, 0).data["payload"]["victimVerificationRequest"])

        records = {entry["event"]: entry for entry in self.bgc.records("--exchange", one)}
        self.assertEqual(records["HELD"]["actor"]["reason"], "no-situation: EXAMPLE-2026-020: a court asks for it")
        self.assertEqual(records["RELEASED"]["actor"]["role"], "SUPERVISOR")
        self.assertIn("derogation from rule no-situation", records["NOTICE"]["actor"]["detail"])
        replayed = self.expect(self.bgc.call("auditor", "policy", "replay", one), 0).data["decisions"]
        self.assertEqual([decision.get("differences", []) for decision in replayed], [[]] * len(replayed))
        self.assertIn("SENT", [decision["event"] for decision in replayed])
        self.assert_logs_hold(self.bgc, self.ho)

    def test_a_supervisor_does_nothing_else(self):
        self.expect(self.bgc.call("supervisor", "policy", "show"), 0)
        self.expect(self.bgc.call("supervisor", "partner", "list"), 0)
        self.expect(self.bgc.send(by_a_machine(), role="supervisor"), 4, "ROLE_MISSING")
        self.expect(self.bgc.call("supervisor", "audit", "list"), 4, "ROLE_MISSING")
        self.expect(self.bgc.call("supervisor", "admin", "reload"), 4, "ROLE_MISSING")
        one = self.hold()
        self.expect(self.release(one, "--view", self.view(one, "supervisor"), role="supervisor"), 4, "ROLE_MISSING")
        self.expect(self.bgc.call("supervisor", "message", "reject", one, "--reason", "not this one"), 0)

    def at_a_terminal(self, answer, *words):
        """Exit code of a command whose standard input and error are a terminal, and what it says there."""
        keyboard, terminal = pty.openpty()
        with open(keyboard, "r+b", buffering=0) as screen:
            child = subprocess.Popen(list(map(str, self.bgc.command("releaser", *words))), stdin=terminal,
                                     stdout=subprocess.DEVNULL, stderr=terminal)
            os.close(terminal)
            self.addCleanup(child.kill)
            screen.write(answer)
            said = b""
            try:
                while part := screen.read(4096):
                    said += part
            except OSError:
                pass  # nobody has the terminal open any more
        return child.wait(timeout=60), said.decode()

    def test_a_person_is_asked_before_it_goes(self):
        one = self.hold()
        for answer in (b"n\n", b"\n", b"yes, but not now\n", b"\x04"):
            code, said = self.at_a_terminal(answer, "message", "release", one)
            self.assertEqual(code, 9, said)
            self.assertIn("Release this? [y/N]", said)
            self.assertEqual(self.state(one), "HELD")
        self.assertEqual(self.at_a_terminal(b"y\n", "message", "release", one)[0], 0)
        self.assertNotEqual(self.state(one), "HELD")

    def test_without_a_view_it_is_shown_first(self):
        one = self.hold()
        ran = self.expect(self.release(one), 0)
        shown = json.loads(ran.err.splitlines()[0])["shown"]
        self.assertEqual(shown["held"]["agreed"], ["officer-1"])
        self.assertEqual(shown.get("masked", []), [])
        self.assertIn("READ", self.events(one, "desk"))

    def test_its_author_cannot_release_it_whatever_roles_they_have(self):
        held = self.bgc.call("releaser", "message", "send", "-f", "-", stdin=json.dumps(by_a_machine()))
        self.expect(held, 4, "POLICY_DENIED")  # no rule lets a releaser send
        self.reload(*[("roles: [OFFICER]", "roles: [RELEASER, OFFICER]")] *
                    self.as_shipped.count("    roles: [OFFICER]\n"))
        held = self.bgc.call("releaser", "message", "send", "-f", "-", stdin=json.dumps(by_a_machine()))
        one = self.expect(held, 9).data["results"][0]["id"]
        self.expect(self.release(one, "--view", self.view(one)), 4, "POLICY_DENIED")
        self.assertEqual(self.state(one), "HELD")
        view = self.view(one)
        refused = self.expect(self.release(one, "--view", view, role="operator"), 4, "POLICY_DENIED")
        self.assertIn("not shown to you", refused.err)  # the digest that another saw is not enough
        self.expect(self.release(one, "--view", self.view(one, "operator"), role="operator"), 0)

    def test_what_is_rejected_never_goes(self):
        one, own = self.hold(), self.hold()
        self.expect(self.bgc.call("releaser", "message", "reject", one), 2, "USAGE")
        self.expect(self.bgc.call("system", "message", "reject", one, "--reason", "not mine"), 3, "NOT_FOUND")
        view = self.view(one)
        ended = self.expect(self.bgc.call("releaser", "message", "reject", one, "--reason", "wrong person"), 0)
        self.assertEqual(ended.data["state"], "DENIED")
        self.expect(self.bgc.call("officer", "message", "reject", own, "--reason", "my mistake"), 0)
        self.expect(self.release(one, "--view", view), 7, "WRONG_STATE")
        reasons = [entry["actor"]["reason"] for entry in self.bgc.records("--event", "REJECTED_BY")]
        self.assertEqual(reasons[-2:], ["wrong person", "my mistake"])
        self.assertEqual({one, own} & {message["id"] for message in self.bgc.box("held")}, set())
        self.assert_logs_hold(self.bgc)

    def test_a_wait_goes_on_until_it_goes_or_ends(self):
        gone, ended = self.hold(), self.hold()
        waits = [subprocess.Popen(self.bgc.command("officer", "message", "wait", one, "--for", "delivered",
                                                   "--timeout", "60s"), stdout=subprocess.PIPE, text=True)
                 for one in (gone, ended)]
        self.expect(self.release(gone, "--view", self.view(gone)), 0)
        self.expect(self.bgc.call("releaser", "message", "reject", ended, "--reason", "not needed"), 0)
        answers = [json.loads(wait.communicate(timeout=60)[0]) for wait in waits]
        self.assertEqual([answer["state"] for answer in answers], ["DELIVERED", "DENIED"])
        self.assertEqual([wait.returncode for wait in waits], [0, 4])

    def test_what_nobody_releases_in_time_lapses_by_itself(self):
        self.need(2, "1m")
        body = by_a_machine()
        one = self.hold(body=body)
        view = self.view(one)
        # The daemon looks for itself: nobody asks for this message.
        until("it lapsed", lambda: self.state(one) == "DENIED", patience=100)
        self.assertIn("LAPSED", self.events(one, "desk"))
        self.expect(self.release(one, "--view", view), 7, "WRONG_STATE")
        self.assert_logs_hold(self.bgc)

    def test_what_ends_says_how_and_why(self):
        one = self.hold()
        view = self.view(one)
        self.expect(self.release(one, "--view", view, role="officer"), 4, "ROLE_MISSING")
        self.expect(self.bgc.call("releaser", "message", "reject", one, "--reason", "not needed"), 0)
        self.assertEqual(self.show(one)["decision"]["outcome"], "HOLD")

        waits = self.hold()
        promised = self.show(waits)["held"]["lapses"]
        self.need(2, "5m")
        holds = self.show(waits)["held"]["lapses"]
        self.assertLess(holds, promised)
        self.assertEqual([held["lapses"] for held in self.bgc.box("held") if held["id"] == waits], [holds])
        self.expect(self.bgc.call("releaser", "message", "reject", waits, "--reason", "not needed"), 0)

        self.ho.stop()
        sent = self.send(self.bgc, draft("victim_verification_request"))
        self.reload(('valid { from: "2025-01-01" to: "2035-12-31"', 'valid { from: "2025-01-01" to: "2025-12-31"'))
        self.ho.start()
        self.expect(self.bgc.call("officer", "message", "wait", sent, "--for", "delivered", "--timeout", "30s"),
                    4, "POLICY_DENIED")
        table = agencies.run(agencies.COMMAND_LINE, "--config", self.bgc.context("officer"), "message", "show", sent)
        self.assertRegex(table.out, r"ended +DENIED_OUT")
        self.assertRegex(table.out, r"denied +.*agreement")

    def test_an_agreement_survives_kill_9(self):
        self.need(3)
        one = self.hold()
        view = self.view(one)
        first = self.expect(self.release(one, "--view", view), 9).data
        self.assertEqual((first["state"], first["agreed"], first["persons"]), ("HELD", 2, 3))
        self.bgc.kill()
        self.bgc.start()
        self.expect(self.release(one, "--view", view), 4, "POLICY_DENIED")  # nobody twice
        self.assertEqual(self.show(one)["held"]["agreed"], ["officer-1", "releaser-1"])
        self.expect(self.release(one, "--view", self.view(one, "operator"), role="operator"), 0)
        self.bgc.kill()  # what was answered is on disk: it goes
        self.bgc.start()
        self.expect(self.bgc.call("officer", "message", "wait", one, "--for", "delivered", "--timeout", "30s"), 0)
        self.assertEqual(len([message for message in self.ho.box("inbox") if message["id"] == one]), 1)
        self.assert_logs_hold(self.bgc, self.ho)

    def test_two_who_release_at_once_are_each_counted_once(self):
        for persons, codes in ((2, {0, 7}), (3, {0, 9})):
            self.need(persons)
            for _ in range(3):
                one = self.hold()
                view = self.view(one)
                self.view(one, "operator")
                both = [subprocess.Popen(self.bgc.command(role, "message", "release", one, "--view", view),
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                        for role in ("releaser", "operator")]
                self.assertEqual({release.wait(timeout=60) for release in both}, codes, f"{persons} persons")
                self.assertEqual(self.events(one, "desk").count("RELEASED"), persons - 1)
                self.assertEqual(self.events(one, "exchange").count("SENT"), 1)
        self.await_delivery(self.bgc)
        self.assert_logs_hold(self.bgc, self.ho)

    def test_a_dry_run_says_that_it_would_be_held(self):
        ran = self.expect(self.bgc.send(by_a_machine(), "--dry-run"), 9)
        preview = ran.data["previews"][0]
        self.assertEqual(preview["decision"]["outcome"], "HOLD")
        self.assertIn("release", " ".join(preview["decision"]["obligations"]))
        self.assertTrue(preview["view"])


if __name__ == "__main__":
    agencies.main()
