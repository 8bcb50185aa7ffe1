"""What somebody changes in the files is found and named; no personal value lies anywhere in the clear."""

import json
import shutil
import sqlite3

import agencies
from agencies import draft

TYPES = ("intelligence_notice", "alert", "alert_hit", "victim_verification_request", "victim_verification_response")
SHORTEST = 9


def texts(value):
    """Every text in a draft's payload that is long enough to be found by chance nowhere else, and is no code."""
    if isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, str) and len(value) >= SHORTEST and not value.replace("_", "").isupper():
        yield value


class Tamper(agencies.AgenciesTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in TYPES:
            sent = cls.bgc.send(draft(name), "--wait", "delivered").data["results"][0]["id"]
            cls.ho.call("officer", "message", "show", sent)
        cls.sent = sent
        cls.bgc.stop()
        cls.ho.stop()

    def copy(self):
        folder = self.agencies.folder / f"copy-{self.id().rsplit('.', 1)[-1]}"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.ho.folder, folder)
        return folder

    def verify(self, folder):
        return self.ho.verify_offline(folder / "agency.textproto")

    def change(self, folder, statement):
        """Runs a statement; FLIP(x) in it is x with one bit of its 21st byte changed."""
        def flip(value):
            return value[:20] + bytes([value[20] ^ 1]) + value[21:]

        base = sqlite3.connect(folder / "data" / "liaison.db")
        try:
            base.create_function("FLIP", 1, flip, deterministic=True)
            with base:
                self.assertEqual(base.execute(statement).rowcount, 1, statement)
        finally:
            base.close()

    def assert_found(self, folder, where):
        ran = self.verify(folder)
        self.assertEqual(ran.code, 6, str(ran))
        faults = ran.data["faults"]
        self.assertTrue(any(one["where"].startswith(where) for one in faults), json.dumps(faults, indent=1))

    def test_an_untouched_copy_holds(self):
        ran = self.verify(self.copy())
        self.assertEqual(ran.code, 0, str(ran))
        self.assertEqual(int(ran.data["bodiesChecked"]), len(TYPES))

    def test_each_change_is_found_and_named(self):
        for where, statement in {
            "record exchange/3": "UPDATE exchange_record SET bytes = FLIP(bytes) WHERE idx = 3",
            "record desk/2": "UPDATE desk_record SET bytes = FLIP(bytes) WHERE idx = 2",
            "record exchange/2": "DELETE FROM exchange_record WHERE idx = 2",
            f"body exchange {self.sent}": "UPDATE body SET first = FLIP(first) WHERE row = 5",
            "body exchange": "UPDATE body SET first = (SELECT first FROM body WHERE row = 1) WHERE row = 2",
            f"row exchange {self.sent}": "UPDATE exchange SET state = 8 WHERE row = 5",
            "row exchange": "UPDATE exchange SET partner = 'io-example' WHERE row = 1",
            "opening desk": "UPDATE desk_opening SET second = FLIP(second) WHERE idx = 2",
            # A row so damaged that it is no head at all.
            "database": "UPDATE log SET frontier = zeroblob(length(frontier)) WHERE log = 1",
        }.items():
            with self.subTest(where):
                folder = self.copy()
                self.change(folder, statement)
                self.assert_found(folder, where)

    def test_an_old_copy_put_back_is_found(self):
        old = self.copy() / "data"
        self.ho.start()
        self.expect(self.ho.call("officer", "message", "show", self.sent), 0)
        self.assertEqual(self.ho.stop(), 0)
        folder = self.agencies.folder / "copy-rolled-back"
        shutil.copytree(self.ho.folder, folder)
        shutil.rmtree(folder / "data")
        shutil.copytree(old, folder / "data")
        self.assert_found(folder, "guard file")

    def test_a_flipped_byte_of_the_file_is_found_wherever_it_lies(self):
        folder = self.copy()
        database = folder / "data" / "liaison.db"
        whole = database.read_bytes()
        base = sqlite3.connect(database)
        bodies = [bytes(one) for (one,) in base.execute("SELECT substr(first, 1, 32) FROM body WHERE first IS NOT NULL")]
        leaves = [bytes(one) for (one,) in base.execute("SELECT leaf FROM exchange_record")]
        base.close()
        for needle in (bodies[0], leaves[1]):
            # Everywhere: pages may hold older copies that nobody reads.
            flipped = bytes([needle[0] ^ 1]) + needle[1:]
            self.assertIn(needle, whole)
            database.write_bytes(whole.replace(needle, flipped))
            ran = self.verify(folder)
            self.assertEqual(ran.code, 6, str(ran))
            self.assertTrue(ran.data["faults"][0]["where"])

    def test_no_personal_value_lies_in_the_clear(self):
        values = {text.encode() for name in TYPES for text in texts(draft(name)["payload"])}
        values -= {agency.id.encode() for agency in self.agencies.all()}
        self.assertGreater(len(values), 30)
        for agency in (self.bgc, self.ho):
            files = [one for one in agency.folder.rglob("*") if one.is_file() and "copy-" not in str(one)]
            self.assertTrue(any(one.name == "liaison.db" for one in files))
            for file in files:
                content = file.read_bytes()
                for value in values:
                    self.assertNotIn(value, content, f"{value.decode()} in {file}")


class Canary(agencies.AgenciesTest):
    CANARY = "Canary-0b5d1f-Nguyen"

    def test_a_personal_value_shows_in_no_log_metric_or_error(self):
        notice = draft("intelligence_notice")
        notice["payload"]["notice"]["title"] = self.CANARY
        self.send(self.bgc, notice, "--wait", "delivered")
        bad = json.loads(json.dumps(notice)) | {"urgency": "URGENCY_UNSPECIFIED"}
        bad["payload"]["notice"]["createdAt"] = "1800-01-01T00:00:00Z"
        bad["payload"]["notes"]["namedRecipients"] = [self.CANARY + "\x07"]
        errors = self.bgc.send(bad)
        self.assertEqual(errors.code, 2, str(errors))
        denied = self.bgc.send(notice, "--to", "io-example")
        self.assertEqual(denied.code, 4, str(denied))
        shown = [errors.err, errors.out, denied.err, denied.out]
        for agency in (self.bgc, self.ho):
            shown += [agency.log(), agency.http("/metrics")[1]]
        for text in shown:
            self.assertNotIn(self.CANARY, text)


if __name__ == "__main__":
    agencies.main()
