"""A received message is passed on to a third agency as its originator permits, and the third agency verifies the originator."""

import json

import agencies
from agencies import draft, until

TO_IO = {"agreementId": "bgc-io-example-2026", "purposes": ["VICTIM_IDENTIFICATION"],
         "legalBases": [{"code": "VN_LAW_53_2024", "country": "VN"}, {"code": "INTERNATIONAL_AGREEMENT", "country": "XX"}]}
BASES = ("--legal-basis", "XX:INTERNATIONAL_AGREEMENT", "--legal-basis", "GB:LAW_ENFORCEMENT_TASK")
NAME = "VÍ DỤ Thị Mai"


def original():
    """bgc's question to io, which may be passed on with permission."""
    body = draft("victim_verification_request") | TO_IO
    body["handling"] = {"tlp": "AMBER_STRICT", "code": "P", "onward": "WITH_PERMISSION"}
    for name in ("instructions", "instructionsLang", "namedRecipients"):
        del body["payload"]["notes"][name]
    return body


class Onward(agencies.AgenciesTest):
    STARTED = ("bgc", "ho", "io")

    def setUp(self):
        self.original = self.send(self.bgc, original(), "--to", "io-example", "--wait", "delivered")

    def reply(self, agency, to, body):
        ran = agency.call("officer", "message", "reply", to, "-f", "-", "--wait", "delivered", stdin=json.dumps(body))
        return self.expect(ran, 0).data["results"][0]["id"]

    def ask(self):
        body = draft("onward_sharing_request") | TO_IO
        body["payload"]["onwardSharingRequest"] |= {"agencies": ["ho-example"], "purposes": ["VICTIM_IDENTIFICATION"]}
        return self.reply(self.io, self.original, body)

    @staticmethod
    def decision(**says):
        body = draft("onward_sharing_decision") | TO_IO
        body["payload"]["onwardSharingDecision"] = says
        return body

    def granted(self, **conditions):
        return self.decision(**{"outcome": "GRANTED", "agencies": ["ho-example"], "purposes": ["VICTIM_IDENTIFICATION"],
                                "tlp": "AMBER_STRICT", "fields": ["*"], "until": "2099-12-31"} | conditions)

    def grant(self, request=None, **conditions):
        return self.reply(self.bgc, request or self.ask(), self.granted(**conditions))

    def forward(self, *words):
        return self.io.call("officer", "message", "forward", self.original, "--to", "ho-example", *BASES, *words)

    def pass_on(self, grant):
        """The forwarded item, which a second person has read (D-19: it tells of a special category) and which has arrived."""
        held = self.expect(self.forward("--grant", grant), 9).data["results"][0]["id"]
        self.expect(self.io.call("releaser", "message", "release", held, "--reason", "case EXAMPLE-1"), 0)
        self.expect(self.io.call("officer", "message", "wait", held, "--for", "delivered"), 0)
        return held

    def denied(self, *words):
        """What is missing."""
        refused = self.expect(self.forward(*words), 4, "POLICY_DENIED")
        decision = refused.data["results"][0]["decision"]
        self.assertEqual((decision["step"], decision["rules"]), ("labels", ["builtin:D-15"]))
        self.assertIn("ONWARD_SHARING_REQUEST", refused.error["fix"])
        return decision["missing"]

    def test_what_is_granted_is_passed_on_and_the_third_agency_verifies_the_originator(self):
        self.assertIn("WITH_PERMISSION", self.denied())
        grant = self.grant()
        looked = self.expect(self.forward("--grant", grant, "--dry-run"), 9)
        preview = looked.data["previews"][0]
        self.assertEqual(preview["decision"]["outcome"], "HOLD")
        self.assertIn("d-19-second-look-at-special-categories", preview["decision"]["rules"])
        inside = "forwarded_item.original."
        goes = {one["path"].removeprefix(inside) for one in preview["decision"]["fields"] if one["action"] == "KEEP"}
        self.assertIn("victim_verification_request.subject.names[0].full_original", goes)
        self.assertIn(inside + "victim_verification_request.indicators[0].code", preview["withheld"])
        goes_changed = {one["path"].removeprefix(inside) for one in preview["changed"]}
        self.assertNotIn(NAME, looked.out)
        sent = self.pass_on(grant)
        arrived = [one for one in self.ho.box("inbox", "--type", "forwarded_item") if one["id"] == sent]
        self.assertEqual([(one["from"], one["state"], one["tlp"]) for one in arrived],
                         [("io-example", "NEW", "AMBER_STRICT")])
        shown = self.expect(
            self.ho.call("officer", "message", "show", sent, "--reveal", "--reason", "case EXAMPLE-1"), 0).data
        item = shown["forwarded"]
        self.assertEqual((item["originator"], item["id"], item["verdict"]),
                         ("bgc-example", f"bgc-example/{self.original}", "verified"))
        subject = item["payload"]["victimVerificationRequest"]["subject"]
        self.assertEqual(subject["names"][0]["fullOriginal"], NAME)
        self.assertEqual(item["grant"]["agencies"], ["ho-example"])
        # What the dry run said of changed values is what came.
        came_changed = {one["path"].removeprefix(inside) for one in shown["changed"]}
        self.assertEqual(goes_changed, came_changed)
        self.assertNotIn("forwardedItem", shown["payload"])
        withheld = [one["path"] for one in item["withheld"]]
        self.assertIn("victim_verification_request.indicators[0].code", withheld)
        self.assertFalse(goes & set(withheld) - came_changed, "no field is said to go that did not")
        covered = self.expect(self.ho.call("officer", "message", "show", sent), 0)
        self.assertIn("forwarded_item.original.victim_verification_request.present_situation", covered.data["masked"])
        self.assert_logs_hold(self.bgc, self.ho, self.io)

    def test_the_originator_is_told_who_holds_its_message(self):
        sent = self.pass_on(self.grant())

        def told():
            return self.expect(self.bgc.call("officer", "message", "show", self.original), 0).data["passedOn"]

        until("bgc-example is told", told)
        self.assertEqual((told()[0]["agency"], told()[0]["item"]), ("ho-example", f"io-example/{sent}"))
        notices = [one for one in self.bgc.box("inbox", "--type", "onward_sharing_notice")
                   if one["inReplyTo"].endswith(self.original)]
        self.assertEqual([(one["from"], one["urgency"]) for one in notices], [("io-example", "U4")])
        shown = self.expect(self.io.call("officer", "message", "show", self.original), 0).data["passedOn"]
        self.assertEqual([(one["agency"], one["state"]) for one in shown], [("ho-example", "DELIVERED")])
        self.assert_logs_hold(self.bgc, self.ho, self.io)

    def test_one_field_alone_is_passed_on(self):
        path = "victim_verification_request.scopes"
        ran = self.expect(self.forward("--grant", self.grant(fields=[path]), "--field", path, "--wait", "delivered"), 0)
        shown = self.expect(self.ho.call("officer", "message", "show", ran.data["results"][0]["id"]), 0)
        item = shown.data["forwarded"]
        self.assertEqual(item["verdict"], "verified")
        self.assertEqual(item["payload"]["victimVerificationRequest"]["scopes"], ["IDENTITY", "AGE", "FAMILY_CONTACT_SAFETY"])
        self.assertNotIn(NAME, shown.out)

    def test_a_grant_holds_what_it_lists_and_no_more(self):
        self.assertIn("does not name ho-example", self.denied("--grant", self.grant(agencies=["fia-example"])))
        scopes = self.grant(fields=["victim_verification_request.scopes"])
        self.assertIn("does not name the field",
                      self.denied("--grant", scopes, "--field", "victim_verification_request.subject"))

    def test_a_refusal_is_no_grant(self):
        refusal = self.reply(self.bgc, self.ask(), self.decision(outcome="REFUSED"))
        self.assertIn("no grant", self.denied("--grant", refusal))

    def test_a_later_refusal_of_the_same_request_ends_the_grant(self):
        request = self.ask()
        grant = self.grant(request)
        self.reply(self.bgc, request, self.decision(outcome="REFUSED"))
        self.expect(self.forward("--grant", grant), 7, "WRONG_STATE")

    def test_what_no_grant_can_be_is_told_to_whoever_gives_it(self):
        request = self.ask()
        for conditions, field in (({"until": "2026-01-01"}, "until"), ({"agencies": ["bgc-example"]}, "agencies[0]")):
            body = self.granted(**conditions)
            ran = self.bgc.call("officer", "message", "reply", request, "-f", "-", stdin=json.dumps(body))
            error = self.expect(ran, 2, "VALIDATION_FAILED").error
            self.assertEqual([one["field"] for one in error["fields"]], [f"payload.onward_sharing_decision.{field}"])

    def test_errors_speak_of_flags_and_of_purposes(self):
        error = self.expect(self.forward("--field", "notice.title"), 2, "VALIDATION_FAILED").error
        self.assertEqual([one["field"] for one in error["fields"]], ["--field notice.title"])
        error = self.expect(self.forward("--grant", self.original), 2, "VALIDATION_FAILED").error
        self.assertEqual(([one["field"] for one in error["fields"]], error["message"]), (["--grant"], "--grant is at fault"))
        ran = self.io.call("officer", "message", "forward", self.original, "--to", "ho-example", *BASES, "--grant",
                           self.grant(), "-f", "-", stdin=json.dumps({"purposes": ["VICTIM_RESCUE"]}))
        self.assertIn("purposes", self.expect(ran, 4, "POLICY_DENIED").error["fix"])

    def test_labels_are_never_loosened(self):
        grant = self.grant(tlp="GREEN")
        looser = {"handling": {"tlp": "GREEN", "code": "P", "onward": "WITH_PERMISSION"}}
        ran = self.io.call("officer", "message", "forward", self.original, "--to", "ho-example", *BASES, "--grant", grant,
                           "-f", "-", stdin=json.dumps(looser))
        decision = self.expect(ran, 4, "POLICY_DENIED").data["results"][0]["decision"]
        self.assertEqual((decision["step"], decision["rules"]), ("labels", ["builtin:D-16"]))

    def test_asking_does_not_count_as_an_answer(self):
        self.ask()
        states = [one["state"] for one in self.bgc.box("outbox") if one["id"] == self.original]
        self.assertEqual(states, ["DELIVERED"])

    def test_what_cannot_be_passed_on_is_said(self):
        self.expect(self.forward("--grant", "0" * 32), 3, "NOT_FOUND")
        self.expect(self.forward("--field", "notice.title"), 2, "VALIDATION_FAILED")
        self.expect(self.forward("--legal-basis", "GB"), 2, "USAGE")
        back = self.io.call("officer", "message", "forward", self.original, "--to", "bgc-example", *BASES)
        self.expect(back, 2, "VALIDATION_FAILED")


if __name__ == "__main__":
    agencies.main()
