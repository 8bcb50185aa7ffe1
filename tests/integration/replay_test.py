"""A decision is decided again under the policy bytes of its day, whatever has changed since."""

import sqlite3

import agencies
from agencies import draft


class Replay(agencies.AgenciesTest):
    def replay(self, agency, sent):
        return agency.call("auditor", "policy", "replay", sent)

    def reload(self, text):
        (self.bgc.folder / "policy.textproto").write_text(text)
        self.expect(self.bgc.call("operator", "admin", "reload"), 0)

    def decisions(self, agency, sent):
        ran = self.expect(self.replay(agency, sent), 0)
        for one in ran.data["decisions"]:
            self.assertEqual(one["differences"], [], str(ran))
            recorded, replayed = one["recorded"], one["replayed"]
            self.assertEqual(recorded["fields"], replayed["fields"])
        return [(one["event"], one["recorded"]["outcome"], one["replayed"]["outcome"]) for one in ran.data["decisions"]]

    def test_a_policy_that_changed_since_changes_no_replay(self):
        sent = self.send(self.bgc, draft("victim_verification_request"), "--wait", "delivered")
        self.assertEqual(self.decisions(self.bgc, sent), [("SENT", "ALLOW", "ALLOW")])
        self.assertEqual(self.decisions(self.ho, sent), [("RECEIVED", "ALLOW", "ALLOW")])
        alert = draft("alert") | {"agreementId": "bgc-io-example-2026"}
        alert["legalBases"].append({"code": "INTERNATIONAL_AGREEMENT", "country": "XX"})
        denied = self.bgc.send(alert, "--to", "io-example").data["results"][0]["id"]
        self.assertEqual(self.decisions(self.bgc, denied), [("DENIED_OUT", "DENY", "DENY")])

        text = (self.bgc.folder / "policy.textproto").read_text()
        self.addCleanup(self.reload, text.replace("version: 1", "version: 3"))
        self.reload(text.replace("version: 1", "version: 2").replace("roles: [OFFICER]", "roles: [SYSTEM]")
                    .replace('id: "no-alerts-to-io"', 'id: "still-no-alerts"'))
        self.expect(self.bgc.send(draft("victim_verification_request")), 4, "POLICY_DENIED")
        self.assertEqual(self.decisions(self.bgc, sent), [("SENT", "ALLOW", "ALLOW")])
        self.assertEqual(self.decisions(self.bgc, denied), [("DENIED_OUT", "DENY", "DENY")])
        ran = self.replay(self.bgc, denied).data["decisions"][0]
        self.assertEqual(ran["replayed"]["rules"], ["no-alerts-to-io"])
        self.assertEqual(ran["replayed"]["policyVersion"], "1")

    def test_an_opening_is_decided_again_on_both_sides(self):
        sent = self.send(self.bgc, draft("victim_verification_request"), "--wait", "delivered")
        number = "victim_verification_request.documents_seen[0].number"
        health = "victim_verification_request.indicators[0].code"
        opened = self.bgc.call("officer", "message", "open", sent, number, "--wait", "delivered")
        opening = self.expect(opened, 0).data["results"][0]["id"]
        self.assertEqual(self.decisions(self.bgc, opening), [("SENT", "ALLOW", "ALLOW")])
        self.assertEqual(self.decisions(self.ho, opening), [("RECEIVED", "ALLOW", "ALLOW")])
        denied = self.bgc.call("officer", "message", "open", sent, health, health.replace("code", "phase"),
                               health.replace("code", "present")).data["results"][0]["id"]
        self.assertEqual(self.decisions(self.bgc, denied), [("DENIED_OUT", "DENY", "DENY")])

    def test_it_is_for_auditors_and_on_record(self):
        sent = self.send(self.bgc, draft("alert"), "--wait", "delivered")
        before = len(self.bgc.records("--event", "SEARCHED"))
        self.decisions(self.bgc, sent)
        searched = self.bgc.records("--event", "SEARCHED")
        self.assertIn("replay", searched[-2]["actor"]["detail"])
        self.assertGreater(len(searched), before)
        self.expect(self.bgc.call("officer", "policy", "replay", sent), 4, "ROLE_MISSING")
        self.expect(self.replay(self.bgc, 32 * "0"), 3, "NOT_FOUND")

    def test_what_was_held_is_decided_again_before_and_after_its_release(self):
        body = draft("victim_verification_request")
        body["payload"]["notes"]["origin"] = "AI_GENERATED"
        held = self.expect(self.bgc.send(body), 9).data["results"][0]["id"]
        self.assertEqual(self.decisions(self.bgc, held), [("HELD", "HOLD", "HOLD")])
        self.expect(self.bgc.call("releaser", "message", "release", held), 0)
        self.assertEqual(self.decisions(self.bgc, held), [("HELD", "HOLD", "HOLD"), ("SENT", "ALLOW", "ALLOW")])

    def test_what_is_not_kept_as_it_was_is_found(self):
        sent = self.send(self.ho, draft("alert") | {"to": ["bgc-example"]}, "--wait", "delivered")
        self.assertEqual(self.decisions(self.ho, sent), [("SENT", "ALLOW", "ALLOW")])
        self.assertEqual(self.ho.stop(), 0)
        base = sqlite3.connect(self.ho.data / "liaison.db")
        with base:
            # It decides as before: nothing but its digest can tell.
            changed = base.execute("UPDATE content SET content = CAST(CAST(content AS TEXT) || '# more' AS BLOB)"
                                   " WHERE kind = 'policy'")
            self.assertEqual(changed.rowcount, 1)
        base.close()
        self.ho.start()
        found = self.expect(self.replay(self.ho, sent), 6, "VERIFICATION_FAILED")
        self.assertIn("the policy that is kept", found.error["message"])
        self.assertEqual(found.out, "")


if __name__ == "__main__":
    agencies.main()
