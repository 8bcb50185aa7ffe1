"""A partner that hangs, a second daemon, a taken port, an orderly stop: each hurts nobody else and says what it is."""

import http.client
import shutil
import signal
import socket
import subprocess
import time

import agencies
from agencies import draft, until


class Resilience(agencies.AgenciesTest):
    STARTED = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for agency in cls.agencies.all():
            agency.retry_quickly()
            agency.start()

    def test_a_partner_that_hangs_hurts_nobody_else(self):
        self.ho.signal(signal.SIGSTOP)
        try:
            began = time.monotonic()
            stuck = [self.send(self.bgc, draft("alert")) for _ in range(3)]
            request = draft("victim_verification_request")
            request["agreementId"] = "bgc-io-example-2026"
            request["legalBases"].append({"code": "INTERNATIONAL_AGREEMENT", "country": "XX"})
            other = self.bgc.send(request, "--to", "io-example", "--wait", "delivered", "--timeout", "20s")
            self.assertLess(time.monotonic() - began, 20)
            self.expect(other, 0)
            self.assertEqual({one["id"] for one in self.bgc.box("outbox", "--state", "queued")}, set(stuck))
            self.assertEqual(self.bgc.http("/readyz")[0], 200)
        finally:
            self.ho.signal(signal.SIGCONT)
        for one in stuck:
            self.expect(
                self.bgc.call("officer", "message", "wait", one, "--for", "delivered", "--timeout", "60s"), 0)
        arrived = [one["id"] for one in self.ho.box("inbox")]
        for one in stuck:
            self.assertEqual(arrived.count(one), 1)

    def test_a_partner_that_is_gone_is_named_and_found_again(self):
        self.assertEqual(self.io.stop(), 0)
        self.expect(self.bgc.call("officer", "partner", "ping", "io-example"), 5, "UNREACHABLE")
        self.io.start()
        until("the partner answers again",
              lambda: self.bgc.call("officer", "partner", "ping", "io-example").code == 0)

    def test_a_second_daemon_on_the_same_folder_is_refused(self):
        # Listeners of its own, so that the folder alone stands in its way.
        config = self.bgc.config.read_text()
        for address in self.bgc.listeners.values():
            config = config.replace(f'"{address}"', '"127.0.0.1:0"')
        second = self.bgc.folder / "second.textproto"
        second.write_text(config)
        ran = agencies.run(agencies.DAEMON, "--config", second)
        self.assertNotEqual(ran.code, 0, str(ran))
        self.assertIn("liaisond:", ran.err)
        self.send(self.bgc, draft("alert"), "--wait", "delivered")

    def test_a_taken_port_is_named(self):
        self.assertEqual(self.io.stop(), 0)
        try:
            for listener, address in self.io.listeners.items():
                with self.subTest(listener), socket.socket() as taken:
                    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    host, port = address.split(":")
                    taken.bind((host, int(port)))
                    taken.listen()
                    ran = agencies.run(agencies.DAEMON, "--config", self.io.config)
                    self.assertEqual(ran.code, 5, str(ran))
                    self.assertIn(port, ran.err)
        finally:
            self.io.start()

    def test_stopping_loses_nothing_and_ends_well(self):
        path = self.agencies.folder / "while-stopping.jsonl"
        path.write_text((agencies.json.dumps(draft("alert")) + "\n") * 200)
        command = self.bgc.command("system", "alert", "push", "-f", path, "--idempotency-key", "stopping")
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as push:
            push.stdout.readline()
            self.assertEqual(self.bgc.stop(), 0)
            push.terminate()
        self.assertIn('"event":"stopped"', self.bgc.log())
        offline = self.bgc.verify_offline()
        self.assertEqual(offline.code, 0, str(offline))
        self.bgc.start()
        again = self.expect(
            self.bgc.call("system", "alert", "push", "-f", path, "--idempotency-key", "stopping"), 0)
        self.await_delivery(self.bgc)
        sent = {one["id"] for one in again.lines}
        self.assertEqual(len(sent), 200)
        arrived = [one["id"] for one in self.ho.box("inbox") if one["id"] in sent]
        self.assertEqual(sorted(arrived), sorted(sent))

    def test_operations_are_served_in_plain_http(self):
        self.assertEqual(self.bgc.http("/livez"), (200, "ok\n"))
        self.assertEqual(self.bgc.http("/readyz"), (200, "ok\n"))
        self.assertEqual(self.bgc.http("/nothing")[0], 404)
        status, text = self.bgc.http("/metrics")
        self.assertEqual(status, 200)
        self.assertIn("# TYPE liaison_", text)
        connection = http.client.HTTPConnection(self.bgc.listeners["ops"], timeout=5)
        connection.request("POST", "/metrics")
        self.assertEqual(connection.getresponse().status, 405)
        connection.close()

    def test_garbage_at_any_listener_stops_nothing(self):
        for address in self.bgc.listeners.values():
            host, port = address.split(":")
            for garbage in (b"", b"\x00" * 10_000, b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 5000, b"\x16\x03\x01\xff\xff"):
                with socket.create_connection((host, int(port)), timeout=10) as knock:
                    try:
                        knock.sendall(garbage)
                    except OSError:
                        pass  # cut off before it was done
        self.send(self.bgc, draft("alert"), "--wait", "delivered")
        self.assertEqual(self.bgc.http("/readyz")[0], 200)

    def test_a_wrong_mode_of_a_key_is_refused(self):
        copy = self.agencies.folder / "open-key"
        shutil.copytree(self.io.folder, copy)
        (copy / "pki" / "message.key").chmod(0o644)
        ran = agencies.run(agencies.DAEMON, "--config", copy / "agency.textproto", "--check-config")
        self.assertNotEqual(ran.code, 0, str(ran))
        self.assertIn("message", ran.err)


class Suspended(agencies.AgenciesTest):
    def test_a_ping_says_that_the_partner_does_not_accept_us(self):
        config = self.ho.config.read_text()
        self.assertIn('  id: "bgc-example"\n  name', config)
        self.ho.config.write_text(config.replace('  id: "bgc-example"\n  name', '  id: "bgc-example"\n  suspended: true\n  name', 1))
        self.expect(self.ho.call("operator", "admin", "reload"), 0)
        refused = self.expect(self.bgc.call("officer", "partner", "ping", "ho-example"), 8, "REFUSED_BY_PARTNER")
        self.assertIn("suspended us", refused.err)


if __name__ == "__main__":
    agencies.main()
