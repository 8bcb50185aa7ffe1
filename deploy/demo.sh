#!/usr/bin/env bash
# Shows Liaison at work: three invented agencies on this machine exchange messages over mutual TLS, under policy, with
# proofs; then a byte is flipped and found. Installs what is missing, builds what is out of date, cleans up.
#
#   deploy/demo.sh [-y] [--port BASE] [--keep DIR]
#   deploy/demo.sh stop DIR
#
# -y           ask nothing
# --port BASE  listen on BASE to BASE+8 instead of on free ports
# --keep DIR   leave the agencies running, with their files under DIR
# stop DIR     stop agencies that --keep left running
set -euo pipefail
umask 077

tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bin=$tree/build/bin
agencies=(bgc-example ho-example io-example)
# shellcheck source=deploy/daemons.sh
. "$tree/deploy/daemons.sh"

usage() { sed -n '5,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2; }

ask=() base_port=() keep='' dir=''
while (($#)); do
  case $1 in
    -y) ask=(-y); shift ;;
    --port) [[ ${2:-} =~ ^[0-9]{4,5}$ ]] || usage; base_port=("$2"); shift 2 ;;
    --keep) [[ -n ${2:-} ]] || usage; keep=$2; shift 2 ;;
    stop) [[ $# == 2 ]] || usage; stop_daemons "$2"; exit ;;
    *) usage ;;
  esac
done

bold='' faint='' plain=''
if [[ -t 1 && -z ${NO_COLOR:-} ]]; then bold=$'\e[1m' faint=$'\e[2m' plain=$'\e[0m'; fi

# ---- orderly end: nothing is left running unless everything went well and --keep was given ----

succeeded=no
child=
# shellcheck disable=SC2317  # reached by the traps
clean_up() {
  local result=$1
  trap - EXIT INT TERM HUP
  if [[ -n $child ]]; then
    kill -TERM -- "-$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
  [[ $succeeded == yes && -n $keep ]] && exit "$result"
  if [[ -n $dir ]]; then
    stop_daemons "$dir" >/dev/null
    ((result == 0 || result > 128)) || show_logs
    [[ -n $keep ]] || rm -rf "$dir"
  fi
  exit "$result"
}
trap 'clean_up $?' EXIT
trap 'clean_up 130' INT
trap 'clean_up 143' TERM HUP

show_logs() {
  local id
  for id in "${agencies[@]}"; do
    [[ -s $dir/$id/liaisond.log ]] || continue
    echo "--- last lines of $id/liaisond.log" >&2
    tail -n 5 "$dir/$id/liaisond.log" >&2
  done
}

fail() { printf '\nThe demo failed: %s\n' "$*" >&2; exit 1; }

# In the background, because a trap runs only while the shell waits; in a job of its own, so that all of it can be stopped.
supervise() {
  local result=0
  set -m
  "$@" </dev/null &
  child=$!
  set +m
  wait "$child" || result=$?
  child=
  return $result
}

# ---- narration ----

scene() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
say() { printf '%s\n' "$*"; }

# run EXIT-CODE COMMAND: shows a command as one would type it in DIR, runs it, and ends the demo when it ends otherwise.
# What it said is then in $output.
output=
run() {
  local expected=$1 command=$2 result=0
  printf '%s$ %s%s\n' "$faint" "$command" "$plain"
  supervise timeout --kill-after=5 60 bash -o pipefail -c "$command" >"$dir/.output" 2>&1 || result=$?
  output=$(<"$dir/.output")
  [[ -z $output ]] || printf '%s\n' "$output"
  ((result == expected)) || fail "exit code $result instead of $expected from: $command"
  ((result == 0)) || printf '%s(exit code %d)%s\n' "$faint" "$result" "$plain"
}

# shows TEXT: what was just written must say this, or the demo does not show what it claims.
shows() { grep -qF -- "$1" <<<"$output" || fail "the output does not show \"$1\""; }

# The exchange id in what was just written.
exchange_id() { grep -oE '\b[0-9a-f]{32}\b' <<<"$output" | head -n 1; }

# ---- the demo ----

may_keep() {
  [[ -z $keep || ! -e $keep || -z $(ls -A "$keep") ]] || fail "the folder after --keep is not empty"
}

build() {
  "$tree/deploy/packages.sh" "${ask[@]}"
  say "Building (the first time this takes some minutes)"
  supervise "$tree/deploy/build.sh" release liaisond liaison || fail "the build"
}

prepare() {
  if [[ -n $keep ]]; then
    mkdir -p "$keep"
    dir=$(cd "$keep" && pwd)
  else
    dir=$(mktemp -d "${TMPDIR:-/tmp}/liaison-demo.XXXXXX")
  fi
  supervise "$tree/deploy/prepare.sh" "$dir" "${base_port[@]}" || fail "preparing the agencies"
  cp "$tree"/clients/examples/drafts/*.json "$dir/"
  cd "$dir"
  PATH=$bin:$PATH
}

start_agencies() {
  scene "Three agencies start, each with its own keys, certificate, policy and audit log"
  say "Their files are under $dir. Commands are shown as typed there, with $bin in PATH."
  local id
  for id in "${agencies[@]}"; do
    printf '%s$ liaisond --config %s/agency.textproto &%s\n' "$faint" "$id" "$plain"
    start_daemon "$bin" "$dir" "$id" || fail "$id did not become ready within 30 seconds"
  done
}

# Who speaks in a command: "liaison --config AGENCY/ROLE.textproto".
bgc_officer="liaison --config bgc-example/officer.textproto"
bgc_releaser="liaison --config bgc-example/releaser.textproto"
bgc_auditor="liaison --config bgc-example/auditor.textproto"
ho_officer="liaison --config ho-example/officer.textproto"

notice=''
a_notice_is_delivered() {
  scene "1. A notice goes from bgc-example to ho-example"
  run 0 "$bgc_officer message send --to ho-example -f intelligence_notice.json --wait delivered"
  shows DELIVERED
  notice=$(exchange_id)
  say "DELIVERED is written only after ho-example signed that the notice stands in its log, and that proof was checked."
  say "The auditor of bgc-example proves both records, with the public key of the log alone:"
  run 0 "$bgc_auditor audit prove ${notice:0:12} --key \"\$(cat bgc-example/pki/log.vkey)\""
  shows "every receipt holds"
  say "Here is where ho-example has it, and the same proven by ho-example's own log, with the key that bgc-example registered:"
  run 0 "$bgc_auditor -o json audit list --exchange $notice --event DELIVERED | jq -c '.entries[0].peerReceipt'"
  shows ho.example/liaison-log/1/1
  run 0 "liaison --config ho-example/auditor.textproto audit prove ${notice:0:12} --key '$(registered_log_key)'"
  shows RECEIVED
  say "The officer at ho-example reads it. The reading is on record before anything is shown; sensitive values stay covered"
  say "until a reason is given."
  run 0 "$ho_officer message list --box inbox"
  shows INTELLIGENCE_NOTICE
  run 0 "$ho_officer message show ${notice:0:12} | grep -E '^(id|from|type|state|tlp|agreement|notice.title|notice.items.0.*text|notice.persons.0.names.0.full) '"
  shows "[L8]"
}

# ho-example's log key as it stands in bgc-example's configuration.
registered_log_key() { grep -oE 'ho\.example/liaison-log/1/1\+[^"]+' bgc-example/agency.textproto; }

request=''
a_request_is_redacted() {
  scene "2. bgc-example asks ho-example about a possible victim; policy decides which fields go"
  say "First without sending: what does not go as it is, and by which rule? (Without the filter: every field, and all that"
  say "would arrive.)"
  run 0 "$bgc_officer message send --to ho-example -f victim_verification_request.json --dry-run | grep -E '^(outcome|policy) |subject.*(L3|explained)|documents_seen.*L3'"
  shows ho-verification-request-out
  say "Then for real."
  run 0 "$bgc_officer message send --to ho-example -f victim_verification_request.json --wait delivered"
  shows DELIVERED
  request=$(exchange_id)
  say "ho-example sees that these fields exist and are withheld. bgc-example is committed to their values: it can disclose"
  say "them later and cannot change them."
  run 0 "$ho_officer message show ${request:0:12} | grep -E '(subject|documents_seen).*withheld'"
  shows identity_number
}

it_is_answered() {
  scene "3. ho-example answers"
  run 0 "$ho_officer message reply ${request:0:12} -f victim_verification_response.json --wait delivered"
  shows DELIVERED
  run 0 "$bgc_officer message wait ${request:0:12} --for answered --timeout 30s"
  shows ANSWERED
  run 0 "$bgc_officer message timeline ${request:0:12}"
}

policy_refuses() {
  scene "4. Policy refuses: an alert to io-example, under an agreement that would have room for it"
  run 0 "jq '.agreementId = \"bgc-io-example-2026\" | .legalBases[1].country = \"XX\"' alert.json >alert_to_io.json"
  run 4 "$bgc_officer message send --to io-example -f alert_to_io.json"
  shows no-alerts-to-io
  say "Nothing left the house, and the refusal is on record:"
  run 0 "$bgc_auditor audit list --event DENIED_OUT"
  shows POLICY_DENIED
}

held=''
a_second_person_looks() {
  scene "5. What a machine says of a victim is looked at by a second person before it goes"
  run 0 "jq '.payload.notes.origin = \"AI_GENERATED\"' victim_verification_request.json >by_a_machine.json"
  run 9 "$bgc_officer message send --to ho-example -f by_a_machine.json"
  shows HELD
  held=$(exchange_id)
  say "Nothing is signed yet. Who wrote it cannot let it go:"
  run 4 "$bgc_officer message release ${held:0:12} 2>&1 | tail -n 2"
  shows ROLE_MISSING
  say "A releaser is shown exactly what would go, no value hidden, which is on record, and lets that go."
  run 0 "$bgc_releaser message release ${held:0:12} --reason 'case 4711' 2>&1 | grep -E '(QUEUED|^(held|lapses|view) )'"
  shows QUEUED
  run 0 "$bgc_officer message wait ${held:0:12} --for delivered --timeout 30s"
  shows DELIVERED
}

logs_are_verified() {
  local id
  scene "6. Each agency checks itself: every record hashed again, every row rebuilt, every body opened"
  for id in "${agencies[@]}"; do
    run 0 "liaison --config $id/auditor.textproto audit verify --full"
  done
}

# flip_bit_before FILE HEX: changes one bit of the byte before the place where these bytes stand, and says where it is.
flip_bit_before() {
  python3 - "$@" <<'END'
import sys
with open(sys.argv[1], "r+b") as file:
    content = file.read()
    place = content.index(bytes.fromhex(sys.argv[2])) - 1
    file.seek(place)
    file.write(bytes([content[place] ^ 1]))
print(place)
END
}

# In the database the bytes of a record stand before its leaf hash, which the auditor can list.
a_flipped_bit_is_found() {
  local entry index leaf place
  scene "7. Somebody changes one bit in a copy of ho-example's files"
  entry=$(liaison --config ho-example/auditor.textproto -o json audit list --log exchange --exchange "$notice" --event RECEIVED)
  index=$(jq -r '.entries[0].index' <<<"$entry")
  leaf=$(jq -r '.entries[0].leaf' <<<"$entry")
  stop_daemons ho-example >/dev/null
  cp -r ho-example copy
  start_daemon "$bin" "$dir" ho-example || fail "ho-example did not start again"
  say "The copy is in order; it is checked where it lies, without a daemon, and nothing is written."
  run 0 "liaisond --config copy/agency.textproto --verify | jq -c '{ok, recordsChecked: [.logs[].recordsChecked], bodiesChecked}'"
  place=$(flip_bit_before copy/data/liaison.db "$leaf")
  say "Now one bit of byte $place of copy/data/liaison.db is another. It belongs to the record of the notice's arrival."
  run 6 "liaisond --config copy/agency.textproto --verify | jq '{ok, faults}'"
  shows "record exchange/$index"
  rm -rf copy
}

farewell() {
  scene "What to try next"
  if [[ -z $keep ]]; then
    say "  $tree/deploy/demo.sh --keep /tmp/liaison    leaves the agencies running, to try the commands above"
  else
    say "  cd $dir; PATH=$bin:\$PATH    then any command above; demo.json lists ports and files"
    say "  liaison --config ho-example/officer.textproto message show ${notice:0:12} --reveal --reason 'case 4711'"
    say "  liaison --config bgc-example/operator.textproto status"
    say "  $tree/deploy/demo.sh stop $dir    stops them"
  fi
  say "  $bin/liaison --help    every command"
  say "  $tree/tests/run.sh    every test"
}

may_keep
build
prepare
start_agencies
a_notice_is_delivered
a_request_is_redacted
it_is_answered
policy_refuses
a_second_person_looks
logs_are_verified
a_flipped_bit_is_found
rm -f "$dir/.output"
write_pids "$dir"
farewell
succeeded=yes
