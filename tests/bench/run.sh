#!/usr/bin/env bash
# Measures Liaison on this machine: two daemons, real TLS, real disk; and, in the same minutes, the limits it is compared
# with. Prints a table and writes JSON. Nothing is asserted on time: README.md says how to read the ratios.
#
#   tests/bench/run.sh [--tiny | --long] [--rounds N] [JSON]
#
# --tiny      shows only that the bench runs
# --long      three rounds of the long form, some minutes; without it one round of about half a minute
# --rounds N  so many rounds
# JSON        where the figures go; default build/bench.json
set -euo pipefail
umask 077
tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=deploy/daemons.sh
. "$tree/deploy/daemons.sh"

usage() { sed -n '5,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2; }

form=short rounds='' json=$tree/build/bench.json
while (($#)); do
  case $1 in
    --tiny | --long) form=${1#--}; shift ;;
    --rounds) [[ ${2:-} =~ ^[1-9][0-9]?$ ]] || usage; rounds=$2; shift 2 ;;
    -*) usage ;;
    *) json=$(realpath -m -- "$1"); shift ;;
  esac
done
[[ -n $rounds ]] || { [[ $form == long ]] && rounds=3 || rounds=1; }
for program in liaisond liaison_bench; do
  [[ -x $tree/build/bin/$program ]] || "$tree/deploy/build.sh" release "$program" >&2
done

# On a disk, not in memory: what a commit costs is half of what is measured.
dir=$(mktemp -d "$tree/build/bench.XXXXXX")
bench=
# shellcheck disable=SC2317  # reached by the traps
clean_up() {
  local result=$1
  trap - EXIT INT TERM HUP
  [[ -z $bench ]] || kill -TERM "$bench" 2>/dev/null || true
  stop_daemons "$dir" >/dev/null
  if ((result != 0)); then tail -n 5 "$dir"/*/liaisond.log >&2 || true; fi
  rm -rf "$dir"
  exit "$result"
}
trap 'clean_up $?' EXIT
trap 'clean_up 130' INT
trap 'clean_up 143' TERM HUP

cd "$tree"
deploy/prepare.sh "$dir" >/dev/null
"$tree/build/bin/liaison_bench" "$dir" "$tree/build/bin/liaisond" "$form" "$rounds" "$json" </dev/null &
bench=$!
result=0
wait "$bench" || result=$?
bench=
exit "$result"
