"""Who calls is decided by the certificate alone: nobody acts for another agency, another person or another role."""

import re
import subprocess

import agencies
import grpc_call
from agencies import draft, until

UNAUTHENTICATED = 16
DELIVER = "/liaison.exchange.v1.ExchangeService/Deliver"
LIST = "/liaison.desk.v1.MailboxService/List"


class Identity(agencies.AgenciesTest):
    def call(self, agency, listener, method, certificate, key):
        return grpc_call.call(agency.listeners[listener], method, agency.pki / "people-ca.crt", certificate, key)

    def refused(self, listener):
        return [one for one in self.ho.records("--log", "desk", "--event", "CALLER_REFUSED")
                if listener in one["actor"]["detail"]]

    def assert_refused(self, agency, listener, method, certificate, key):
        """With a status, or the connection does not come about. Never an answer."""
        try:
            status = self.call(agency, listener, method, certificate, key)
        except OSError:
            return
        self.assertEqual(status, UNAUTHENTICATED)

    def test_a_registered_partner_may_call(self):
        # Shows that what is refused below is refused for who calls, not for how.
        tls = self.bgc.pki / "tls"
        self.assertNotEqual(
            self.call(self.ho, "exchange", DELIVER, f"{tls}.crt", f"{tls}.key"), UNAUTHENTICATED)

    def test_no_bad_certificate_reaches_the_partners_listener(self):
        for name in ("expired", "not-yet-valid", "wrong-san", "other-ca", "unregistered", "person-expired"):
            with self.subTest(name):
                bad = self.bgc.pki / "bad" / name
                self.assert_refused(self.ho, "exchange", DELIVER, f"{bad}.crt", f"{bad}.key")

    def test_no_person_reaches_the_partners_listener(self):
        for agency in (self.bgc, self.ho):
            for role in ("officer", "operator", "system"):
                with self.subTest(f"{agency.id} {role}"):
                    person = agency.pki / role
                    self.assert_refused(self.ho, "exchange", DELIVER, f"{person}.crt", f"{person}.key")

    def test_no_partner_and_nobody_of_a_partner_reaches_the_desk(self):
        for name in ("tls", "message", "officer", "auditor", "operator", "system", "bad/unregistered",
                     "bad/person-expired"):
            with self.subTest(name):
                other = self.bgc.pki / name
                self.assert_refused(self.ho, "desk", LIST, f"{other}.crt", f"{other}.key")
        with self.subTest("its own daemon"):
            self.assert_refused(self.ho, "desk", LIST, self.ho.pki / "tls.crt", self.ho.pki / "tls.key")

    def test_a_call_without_a_certificate_is_refused(self):
        for listener, method in (("exchange", DELIVER), ("desk", LIST)):
            with self.assertRaises(OSError):
                grpc_call.call(self.ho.listeners[listener], method, self.ho.pki / "people-ca.crt")

    def test_another_agencys_officer_cannot_read_the_mailbox(self):
        sent = self.send(self.bgc, draft("alert"), "--wait", "delivered")
        context = self.ho.forge("spy", self.bgc.pki / "officer.crt", self.bgc.pki / "officer.key")
        for words in (("message", "list"), ("message", "show", sent), ("partner", "list"), ("policy", "show")):
            ran = agencies.run(agencies.COMMAND_LINE, "--config", context, "-o", "json", *words)
            self.expect(ran, 4, "CALLER_UNKNOWN")
            self.assertEqual(ran.out, "")

    def test_an_expired_certificate_of_a_registered_person_is_refused(self):
        context = self.ho.forge("late", self.ho.pki / "bad" / "person-expired.crt",
                                self.ho.pki / "bad" / "person-expired.key")
        ran = agencies.run(agencies.COMMAND_LINE, "--config", context, "-o", "json", "message", "list")
        self.assertIn(ran.code, (4, 5), str(ran))  # the handshake may end it
        self.assertEqual(ran.out, "")

    def test_who_was_refused_is_on_record(self):
        before = len(self.refused("desk"))
        tls = self.bgc.pki / "tls"
        self.assertEqual(self.call(self.ho, "desk", LIST, f"{tls}.crt", f"{tls}.key"), UNAUTHENTICATED)
        record = until("the refusal is on record", lambda: self.refused("desk")[before:])[0]
        self.assertIn((self.bgc.pki / "tls.spki").read_text().strip(), record["actor"]["detail"])

    def test_each_role_may_do_its_own_work_alone(self):
        sent = self.send(self.bgc, draft("alert"), "--wait", "delivered")
        for role, words in (
                ("system", ("message", "list")), ("system", ("audit", "head")), ("system", ("status",)),
                ("auditor", ("message", "list")), ("auditor", ("message", "show", sent)), ("auditor", ("status",)),
                ("auditor", ("message", "timeline", sent)), ("auditor", ("admin", "reload")),
                ("officer", ("audit", "list")), ("officer", ("audit", "verify")), ("officer", ("status",)),
                ("officer", ("audit", "prove", sent)), ("officer", ("admin", "reload")),
                ("operator", ("message", "list")), ("operator", ("message", "show", sent)),
                ("operator", ("audit", "head"))):
            with self.subTest(f"{role} {words}"):
                ran = self.expect(self.bgc.call(role, *words), 4, "ROLE_MISSING")
                self.assertEqual(ran.out, "")
        for role in ("auditor", "operator"):
            self.expect(self.bgc.send(draft("alert"), role=role), 4, "ROLE_MISSING")

    def test_a_system_sees_nothing_but_its_own_messages(self):
        sent = self.send(self.bgc, draft("alert"), "--wait", "delivered")
        self.expect(self.bgc.call("system", "message", "show", sent), 3, "NOT_FOUND")
        self.expect(self.bgc.call("system", "message", "wait", sent, "--for", "delivered"), 3, "NOT_FOUND")
        self.expect(self.bgc.call("system", "message", "timeline", sent), 3, "NOT_FOUND")
        own = self.send(self.bgc, draft("alert"), role="system")
        entries = self.expect(self.bgc.call("system", "message", "timeline", own), 0).data["entries"]
        self.assertEqual({one["id"] for one in entries}, {own})
        self.expect(self.bgc.call("system", "message", "wait", own, "--for", "delivered"), 0)

    def test_older_tls_is_refused(self):
        for listener in ("exchange", "desk"):
            with self.subTest(listener):
                self.assertNotEqual(self.handshake(listener, "-tls1_2"), 0)
                self.assertEqual(self.handshake(listener, "-tls1_3"), 0)

    def handshake(self, listener, version):
        identity = self.bgc.pki / "tls" if listener == "exchange" else self.ho.pki / "officer"
        return subprocess.run(
            ["openssl", "s_client", version, "-alpn", "h2", "-connect", self.ho.listeners[listener], "-CAfile",
             self.ho.pki / "partner-ca.crt", "-verify_return_error", "-cert", f"{identity}.crt", "-key",
             f"{identity}.key"], stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False).returncode


class Revocation(agencies.AgenciesTest):
    def edit(self, agency, pattern, replacement):
        text = agency.config.read_text()
        changed, count = re.subn(pattern, replacement, text, count=1, flags=re.DOTALL)
        self.assertEqual(count, 1)
        agency.config.write_text(changed)

    def is_refused(self, identity):
        try:
            return grpc_call.call(self.ho.listeners["desk"], LIST, self.ho.pki / "people-ca.crt", f"{identity}.crt",
                                  f"{identity}.key") == UNAUTHENTICATED
        except OSError:
            return True  # the connection of a revoked key is cut, whatever it was about to say

    def reload(self, agency):
        self.expect(agency.call("operator", "admin", "reload"), 0)

    def test_a_revoked_person_is_refused_within_a_second(self):
        self.edit(self.ho, r'(name: "releaser-1".*?roles: \[RELEASER\])', r"\1\n  revoked: true")
        releaser = self.ho.pki / "releaser"
        self.assertFalse(self.is_refused(releaser))
        self.ho.signal(agencies.signal.SIGHUP)
        until("the revoked person is refused", lambda: self.is_refused(releaser), patience=1.0)
        self.expect(self.ho.call("releaser", "message", "list"), 4, "CALLER_UNKNOWN")
        self.expect(self.ho.call("officer", "message", "list"), 0)

    def test_a_revoked_partner_delivers_nothing_more_until_it_is_trusted_again(self):
        self.send(self.bgc, draft("alert"), "--wait", "delivered")
        before = self.ho.config.read_text()
        self.edit(self.ho, r'(id: "bgc-example"\n.*?tls_key \{[^}]*state: )ACTIVE', r"\1REVOKED")
        self.reload(self.ho)
        tls = self.bgc.pki / "tls"
        with self.subTest("a new connection"):
            try:
                status = grpc_call.call(self.ho.listeners["exchange"], DELIVER, self.ho.pki / "partner-ca.crt",
                                        f"{tls}.crt", f"{tls}.key")
                self.assertEqual(status, UNAUTHENTICATED)
            except OSError:
                pass
        arrived = len(self.ho.box("inbox"))
        sent = self.send(self.bgc, draft("alert"))
        waited = self.bgc.call("officer", "message", "wait", sent, "--for", "delivered", "--timeout", "1s")
        self.expect(waited, 5, "TIMED_OUT")
        self.assertEqual(len(self.ho.box("inbox")), arrived)
        self.ho.config.write_text(before)
        self.reload(self.ho)
        self.expect(self.bgc.call("officer", "message", "wait", sent, "--for", "delivered", "--timeout", "60s"), 0)

    def test_a_broken_policy_changes_nothing(self):
        policy = self.bgc.folder / "policy.textproto"
        text = policy.read_text()
        before = self.bgc.call("operator", "status").data
        for broken in ("policy {", text + "\nnonsense: 1\n", text.replace("effect: PERMIT", "effect: 99", 1), ""):
            policy.write_text(broken)
            refusals = self.bgc.log().count("reload refused")
            self.bgc.signal(agencies.signal.SIGHUP)
            until("the reload is refused", lambda: self.bgc.log().count("reload refused") > refusals)
            now = self.bgc.call("operator", "status").data
            self.assertEqual((now["policyDigest"], now["registryDigest"]),
                             (before["policyDigest"], before["registryDigest"]))
            self.send(self.bgc, draft("alert"))
        policy.write_text(text)


if __name__ == "__main__":
    agencies.main()
