#!/usr/bin/env bash
# prepare.sh makes three agencies that know each other, with secrets that nobody else can read, and overwrites nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/demo/expect.sh

deploy/prepare.sh "$work/demo"
json=$work/demo/demo.json

is_valid() { protoc -I proto --encode="$1" "$2" <"$3" >/dev/null; }

for id in bgc-example ho-example io-example; do
  folder=$work/demo/$id
  expect "$id: configuration has the schema" \
    is_valid liaison.config.v1.Agency proto/liaison/config/v1/agency.proto "$folder/agency.textproto"
  expect "$id: policy has the schema" \
    is_valid liaison.policy.v1.PolicyFile proto/liaison/policy/v1/policy.proto "$folder/policy.textproto"
  for role in officer releaser supervisor system auditor operator; do
    context=$(jq -r --arg id "$id" --arg role "$role" '.agencies[] | select(.id == $id).contexts[$role]' "$json")
    expect "$id: $role has the schema" \
      is_valid liaison.config.v1.Client proto/liaison/config/v1/client.proto "$context"
  done
  expect "$id: the MAC key has 32 bytes" [ "$(stat -c %s "$folder/keys/mac.key")" = 32 ]
  expect "$id: no word of the template is left" bash -c "! grep -q '@[A-Z_]*@' '$folder/agency.textproto'"
done

expect "secrets are readable by their owner alone" \
  [ -z "$(find "$work/demo" -name '*.key' -perm /077)" ]
expect "nine addresses, all different" \
  [ "$(jq -r '.agencies[] | .exchange, .desk, .ops' "$json" | sort -u | wc -l)" = 9 ]

# A partner's endpoint and keys are what the partner itself listens on and holds.
for id in ho-example io-example; do
  address=$(jq -r --arg id "$id" '.agencies[] | select(.id == $id).exchange' "$json")
  expect "bgc-example knows where $id listens" grep -qF "endpoint: \"$address\"" "$work/demo/bgc-example/agency.textproto"
  expect "bgc-example knows the key of $id" \
    grep -qF "$(<"$work/demo/$id/pki/message.spki")" "$work/demo/bgc-example/agency.textproto"
  expect "bgc-example has the message certificate of $id" \
    cmp -s "$work/demo/$id/pki/message.crt" "$work/demo/bgc-example/pki/partners/$id.crt"
  expect "bgc-example and $id share a match key" \
    cmp -s "$work/demo/$id/keys/match-bgc-example.key" "$work/demo/bgc-example/keys/match-$id.key"
done
expect "each match key has 32 bytes" [ "$(cat "$work"/demo/*/keys/match-*.key | wc -c)" = 192 ]
expect "no two pairs of agencies share a match key" \
  [ "$(sha256sum "$work"/demo/*/keys/match-*.key | cut -d' ' -f1 | sort -u | wc -l)" = 3 ]

expect_exit 1 deploy/prepare.sh "$work/demo"  # there is one already
expect_exit 2 deploy/prepare.sh

# Nine in a row from a base port; refused when one of them is taken.
base=$((20000 + RANDOM % 12000))
if deploy/prepare.sh "$work/based" "$base" 2>/dev/null; then
  expect "the last listener has the last port" \
    [ "$(jq -r '.agencies[2].ops' "$work/based/demo.json")" = "127.0.0.1:$((base + 8))" ]
fi
python3 - "$work/taken" <<'END'
import socket, subprocess, sys
with socket.create_server(("127.0.0.1", 0)) as taken:
    port = str(taken.getsockname()[1])
    result = subprocess.run(["deploy/prepare.sh", sys.argv[1], port], capture_output=True, text=True)
    assert result.returncode == 1 and f"port {port} is taken" in result.stderr, result
END
