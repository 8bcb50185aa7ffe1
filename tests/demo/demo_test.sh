#!/usr/bin/env bash
# The demo shows what it says, leaves running what --keep promises and nothing else, and cleans up when it is interrupted.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/demo/expect.sh
. deploy/daemons.sh
export TMPDIR=$work/tmp
mkdir "$TMPDIR"
trap 'stop_daemons "$work" >/dev/null; rm -rf "$work"' EXIT

# Kept: three daemons run, every context of demo.json answers, and a daemon that was killed starts again on its file.
expect_exit 0 deploy/demo.sh -y --keep "$work/kept"
cp "$work/said" "$work/shown"
json=$work/kept/demo.json
for text in DELIVERED ANSWERED no-alerts-to-io "the logs hold" "record exchange/" "every receipt holds"; do
  expect "the demo shows \"$text\"" grep -qF "$text" "$work/shown"
done
expect "no colours outside a terminal" bash -c "! grep -q $'\e' '$work/shown'"
expect "three daemons run" [ "$(daemons_under "$work/kept" | sort)" = "$(jq -r '.agencies[].pid' "$json" | sort)" ]
expect "the tampered copy is gone" [ ! -e "$work/kept/copy" ]
expect "how to stop them holds in every folder" grep -qF "$PWD/deploy/demo.sh stop $work/kept" "$work/shown"

bin=$(jq -r .bin "$json")
context() { jq -r --arg role "$1" '.agencies[0].contexts[$role]' "$json"; }
expect_exit 0 "$bin/liaison" --config "$(context officer)" message list --box outbox
expect_exit 0 "$bin/liaison" --config "$(context auditor)" audit head
expect_exit 0 "$bin/liaison" --config "$(context operator)" status
expect_exit 4 "$bin/liaison" --config "$(context system)" message list --box inbox
expect_exit 4 "$bin/liaison" --config "$(context releaser)" status

kill -KILL "$(jq -r '.agencies[0].pid' "$json")"
expect "a killed daemon starts again" start_daemon "$bin" "$work/kept" bgc-example
expect_exit 0 "$bin/liaison" --config "$(context auditor)" audit verify --full

expect_exit 1 deploy/demo.sh -y --keep "$work/kept"  # not empty: nothing in it is touched
expect "a refused --keep builds nothing" bash -c "! grep -q Building '$work/said'"
expect "a refused --keep stops nothing" [ "$(daemons_under "$work/kept" | wc -l)" = 3 ]
expect_exit 0 deploy/demo.sh stop "$work/kept"
expect "stop leaves nothing running" [ -z "$(daemons_under "$work/kept")" ]
expect_exit 2 deploy/demo.sh --port
expect_exit 2 deploy/demo.sh --unknown

# Interrupted while the agencies run: nothing runs on, and no folder stays.
for signal in INT TERM; do
  set -m
  deploy/demo.sh -y >"$work/interrupted" 2>&1 &
  demo=$!
  set +m
  for _ in {1..300}; do
    [[ -z $(daemons_under "$TMPDIR") ]] || break
    sleep 0.1  # bounded: 300 times
  done
  expect "the demo has started a daemon" [ -n "$(daemons_under "$TMPDIR")" ]
  kill "-$signal" "$demo"
  result=0
  wait "$demo" || result=$?
  expect "exit code after $signal" [ "$result" = "$([[ $signal == INT ]] && echo 130 || echo 143)" ]
  expect "what was asked for is no failure to explain" bash -c "! grep -q 'last lines' '$work/interrupted'"
  expect "nothing runs after $signal" [ -z "$(daemons_under "$work")" ]
  expect "no folder stays after $signal" [ -z "$(ls -A "$TMPDIR")" ]
done
