"""A message is taken back: both sides see it, the holder says what it did, and what is late is told."""

import agencies
from agencies import draft, until

NOTICE = "intelligence_notice"


class Recall(agencies.AgenciesTest):
    def setUp(self):
        self.notice = self.send(self.bgc, draft(NOTICE), "--wait", "delivered")

    def recall(self, *words):
        ran = self.bgc.call("officer", "message", "recall", self.notice, *words, "--wait", "delivered")
        return self.expect(ran, 0).data["results"][0]["id"]

    def listed(self, agency, box, exchange):
        return [one for one in agency.box(box) if one["id"] == exchange][0]

    def shown(self, agency):
        return self.expect(agency.call("officer", "message", "show", self.notice), 0).data.get("recalled")

    def test_a_recall_is_seen_confirmed_and_settled(self):
        self.assertFalse(self.shown(self.ho))
        recall = self.recall("--reason", "wrong_person", "--field", "notice.title")
        for agency, box in ((self.bgc, "outbox"), (self.ho, "inbox")):
            self.assertTrue(self.listed(agency, box, self.notice)["recalled"])
            recalled = self.shown(agency)
            self.assertEqual((recalled["id"], recalled["reason"], recalled["fields"], recalled["confirmation"]),
                             (f"bgc-example/{recall}", "WRONG_PERSON", ["notice.title"], ""))
            self.assertTrue(recalled["confirmBy"])
        answer = self.ho.call("officer", "message", "confirm", recall, "--action", "updated", "--wait", "delivered")
        confirmation = self.expect(answer, 0).data["results"][0]["id"]
        until("the recall is answered",
              lambda: self.listed(self.bgc, "outbox", recall)["state"] == "ANSWERED")
        for agency in (self.bgc, self.ho):
            recalled = self.shown(agency)
            self.assertEqual((recalled["confirmation"], recalled["action"]),
                             (f"ho-example/{confirmation}", "UPDATED"))
        self.assert_logs_hold(self.bgc, self.ho)

    def test_people_read_it_in_words(self):
        self.recall("--reason", "safety")
        ran = agencies.run(agencies.COMMAND_LINE, "--config", self.ho.context("officer"), "message", "list")
        self.assertIn("RECALLED", ran.out)
        ran = agencies.run(agencies.COMMAND_LINE, "--config", self.ho.context("officer"), "message", "show", self.notice)
        self.assertIn("taken back by its sender: SAFETY", ran.out)

    def test_it_survives_a_restart_of_both(self):
        self.recall("--reason", "unlawful")
        for agency in (self.bgc, self.ho):
            agency.kill()
            agency.start()
            self.assertEqual(self.shown(agency)["reason"], "UNLAWFUL")
        self.assert_logs_hold(self.bgc, self.ho)

    def test_mistakes_are_told(self):
        recall = ("message", "recall", self.notice)
        self.expect(self.bgc.call("officer", *recall, "--reason", "whim"), 2, "USAGE")
        error = self.expect(self.bgc.call("officer", *recall, "--reason", "unlawful", "--field", "nowhere"), 2,
                            "VALIDATION_FAILED").error
        self.assertEqual([one["field"] for one in error["fields"]], ["--field nowhere"])
        error = self.expect(self.bgc.call("officer", *recall, "--reason", "superseded", "--replacement", self.notice[:12]), 2,
                            "VALIDATION_FAILED").error
        self.assertEqual([one["field"] for one in error["fields"]], ["--replacement"])
        missing = self.expect(self.ho.call("officer", *recall, "--reason", "unlawful"), 3, "NOT_FOUND").error
        self.assertTrue(missing["message"].startswith("ID names no such message"), missing)
        self.expect(self.ho.call("officer", "message", "confirm", self.notice, "--action", "deleted"), 7, "WRONG_STATE")
        self.expect(self.ho.call("officer", "message", "confirm", self.notice, "--action", "cannot"), 2, "USAGE")


if __name__ == "__main__":
    agencies.main()
