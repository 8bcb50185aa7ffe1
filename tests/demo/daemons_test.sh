#!/usr/bin/env bash
# stop_daemons ends what runs under a folder, whoever started it, and nothing else.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/demo/expect.sh
. deploy/daemons.sh

# Stands for the daemon: the same name and command line, ends on SIGTERM.
cat >"$work/liaisond" <<'END'
#!/bin/bash
trap 'kill $!; exit 0' TERM
tail -f /dev/null &
echo ready
wait
END
chmod +x "$work/liaisond"
mkdir -p "$work/one/a" "$work/one/b" "$work/one-more/a"

started=
trap 'stop_daemons "$work" >/dev/null; rm -rf "$work"' EXIT
# run_daemon CONFIG: starts one and waits until it can be stopped.
run_daemon() {
  "$work/liaisond" --config "$1" >"$1.out" &
  started=$!
  for _ in {1..100}; do
    [[ ! -s $1.out ]] || return 0
    sleep 0.1  # bounded: 100 times
  done
  fail "the stand-in did not start"
}
runs() { kill -0 "$1" 2>/dev/null; }

run_daemon "$work/one/a/agency.textproto"; a=$started
run_daemon "$work/one/b/agency.textproto"; b=$started
run_daemon "$work/one-more/a/agency.textproto"; other=$started

expect "both under one are found" [ "$(daemons_under "$work/one" | sort)" = "$(printf '%s\n' "$a" "$b" | sort)" ]
expect "one agency's alone is found" [ "$(daemons_under "$work/one/b")" = "$b" ]

stop_daemons "$work/one" >/dev/null
expect "both have ended" bash -c "! kill -0 $a 2>/dev/null && ! kill -0 $b 2>/dev/null"
expect "the other folder's still runs" runs "$other"
expect "stopping twice is no error" stop_daemons "$work/one" >/dev/null
stop_daemons "$work/one-more" >/dev/null
expect_exit 1 stop_daemons "$work/nowhere"
