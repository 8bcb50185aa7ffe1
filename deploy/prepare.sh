#!/usr/bin/env bash
# Makes the folders of the three example agencies: certificates, keys, configuration, policy, and a configuration of the
# command line for each role. Starts nothing. The demo and the integration tests begin with it.
#
#   deploy/prepare.sh DIR [BASE_PORT]
#
# Everything is invented. Overwrites nothing. Ports are free ones, or nine in a row from BASE_PORT.
set -euo pipefail
umask 077

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[[ $# == [12] ]] || { echo "usage: deploy/prepare.sh DIR [BASE_PORT]" >&2; exit 2; }
mkdir -p "$1"
dir=$(cd "$1" && pwd)

agencies=(bgc-example ho-example io-example)
roles=(officer releaser supervisor system auditor operator)
declare -A name=(
  [bgc-example]="Border Guard Command (invented)"
  [ho-example]="Home Office (invented)"
  [io-example]="International organisation (invented)")
declare -A country=([bgc-example]=VN [ho-example]=GB [io-example]=XX)
declare -A class=([bgc-example]=LAW_ENFORCEMENT [ho-example]=LAW_ENFORCEMENT [io-example]=INTERNATIONAL_ORGANISATION)
declare -A port

is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Below the range that the system gives to outgoing connections, so that a port stays free until its daemon starts.
choose_ports() {
  local next=${1:-} id listener candidate
  local -A taken=()
  for id in "${agencies[@]}"; do
    for listener in exchange desk ops; do
      if [[ -n $next ]]; then
        candidate=$((next++))
        is_free "$candidate" || { echo "deploy/prepare.sh: port $candidate is taken" >&2; exit 1; }
      else
        candidate=$((20000 + RANDOM % 12000))
        while [[ -n ${taken[$candidate]:-} ]] || ! is_free "$candidate"; do
          candidate=$((20000 + RANDOM % 12000))
        done
      fi
      taken[$candidate]=yes
      port[$id.$listener]=$candidate
    done
  done
}

people() {
  local id=$1 role kind
  for role in "${roles[@]}"; do
    kind=person
    [[ $role != system ]] || kind=system
    cat <<END
person {
  name: "$role-1"
  uri: "liaison://agency/$id/$kind/$role-1"
  spki_sha256: "$(<"$dir/$id/pki/$role.spki")"
  roles: [${role^^}]
}
END
  done
}

partners() {
  local id=$1 other
  for other in "${agencies[@]}"; do
    [[ $other != "$id" ]] || continue
    cat <<END
partner {
  id: "$other"
  name: "${name[$other]}"
  country: "${country[$other]}"
  class: ${class[$other]}
  endpoint: "127.0.0.1:${port[$other.exchange]}"
  tls_key { spki_sha256: "$(<"$dir/$other/pki/tls.spki")" state: ACTIVE }
  message_key {
    spki_sha256: "$(<"$dir/$other/pki/message.spki")"
    certificate_file: "pki/partners/$other.crt"
    state: ACTIVE
  }
  log { verifier_key: "$(<"$dir/$other/pki/log.vkey")" }
  match_key_file: "keys/match-$other.key"
}
END
  done
}

configuration() {
  local id=$1 text
  text=$(<"$here/agency.textproto.in")
  text=${text//@ID@/"$id"}
  text=${text//@NAME@/"${name[$id]}"}
  text=${text//@COUNTRY@/"${country[$id]}"}
  text=${text//@DOMAIN@/"${id%-example}.example"}
  text=${text//@EXCHANGE_PORT@/"${port[$id.exchange]}"}
  text=${text//@DESK_PORT@/"${port[$id.desk]}"}
  text=${text//@OPS_PORT@/"${port[$id.ops]}"}
  text=${text//@PEOPLE@/"$(people "$id")"}
  text=${text//@PARTNERS@/"$(partners "$id")"}
  printf '%s\n' "$text"
}

client_configuration() {
  local id=$1 role=$2
  cat <<END
# liaison --config $dir/$id/$role.textproto …
context {
  name: "$role"
  agency: "$id"
  desk: "127.0.0.1:${port[$id.desk]}"
  certificate: "pki/$role.crt"
  key: "pki/$role.key"
  ca: "pki/people-ca.crt"
}
END
}

agency() {
  local id=$1 role other
  mkdir -p "$dir/$id/data" "$dir/$id/keys/at-rest" "$dir/$id/pki/partners"
  head -c 32 /dev/urandom >"$dir/$id/keys/mac.key"
  for other in "${agencies[@]}"; do
    [[ $other == "$id" ]] || cp "$dir/$other/pki/message.crt" "$dir/$id/pki/partners/$other.crt"
  done
  configuration "$id" >"$dir/$id/agency.textproto"
  cp "$here/policies/$id.textproto" "$dir/$id/policy.textproto"
  for role in "${roles[@]}"; do client_configuration "$id" "$role" >"$dir/$id/$role.textproto"; done
}

# One for each two agencies. Real ones agree on it by a way of their own.
match_keys() {
  local id other
  for id in "${agencies[@]}"; do
    for other in "${agencies[@]}"; do
      [[ $id < $other ]] || continue
      head -c 32 /dev/urandom >"$dir/$id/keys/match-$other.key"
      cp "$dir/$id/keys/match-$other.key" "$dir/$other/keys/match-$id.key"
    done
  done
}

"$here/../certs-example/make.sh" "$dir"
choose_ports "${2:-}"
for id in "${agencies[@]}"; do agency "$id"; done
match_keys

# What scripts and tests read. demo.sh adds the process ids.
for id in "${agencies[@]}"; do
  jq -n --arg id "$id" --arg dir "$dir/$id" \
    --arg exchange "127.0.0.1:${port[$id.exchange]}" --arg desk "127.0.0.1:${port[$id.desk]}" \
    --arg ops "127.0.0.1:${port[$id.ops]}" \
    '{id: $id, config: "\($dir)/agency.textproto", data: "\($dir)/data", pid: null,
      exchange: $exchange, desk: $desk, ops: $ops,
      contexts: ($ARGS.positional | map({key: ., value: "\($dir)/\(.).textproto"}) | from_entries)}' \
    --args "${roles[@]}"
done | jq -s --arg bin "$(cd "$here/.." && pwd)/build/bin" '{bin: $bin, agencies: .}' >"$dir/demo.json"
