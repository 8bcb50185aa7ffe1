# shellcheck shell=bash
# Starting and stopping the daemons of the demo's agencies; sourced by demo.sh and by tests over processes.

# Process ids of the daemons whose configuration lies under a folder, by their command lines: a daemon that was killed and
# started again by hand is found too, and a process id that the system has given to another is not. Not by /proc/PID/exe
# or cwd: a daemon hides those even from its own user.
# daemons_under DIR
daemons_under() {
  local under process words config i
  under=$(realpath "$1")
  for process in /proc/[0-9]*; do
    [[ $(cat "$process/comm" 2>/dev/null) == liaisond ]] || continue
    mapfile -d '' -t words <"$process/cmdline" 2>/dev/null || continue
    for ((i = 1; i < ${#words[@]}; i++)); do
      case ${words[i]} in
        --config) config=${words[i + 1]:-} ;;
        --config=*) config=${words[i]#--config=} ;;
        *) continue ;;
      esac
      [[ $(realpath -m "$config") != "$under"/* ]] || echo "${process#/proc/}"
    done
  done
}

# Ends processes in good order, or within 15 seconds anyhow. end_daemons PID…
end_daemons() {
  local pid
  for pid in "$@"; do kill -TERM "$pid" 2>/dev/null || true; done
  for _ in {1..150}; do
    kill -0 "$@" 2>/dev/null || return 0
    sleep 0.1
  done
  for pid in "$@"; do kill -KILL "$pid" 2>/dev/null || true; done
}

# Starts an agency's daemon in a session of its own and waits until it is ready, 30 seconds at most.
# start_daemon BIN DIR AGENCY
start_daemon() {
  local folder=$2/$3 ops pid
  ops=$(jq -r --arg id "$3" '.agencies[] | select(.id == $id).ops' "$2/demo.json")
  setsid "$1/liaisond" --config "$folder/agency.textproto" </dev/null >>"$folder/liaisond.log" 2>&1 &
  pid=$!
  for _ in {1..300}; do
    curl --silent --fail --max-time 5 --output /dev/null "http://$ops/readyz" && return 0
    kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

# stop_daemons DIR: those of all its agencies, or of one when DIR is an agency's folder.
stop_daemons() {
  local pids
  [[ -d $1 ]] || { echo "no folder $1" >&2; return 1; }
  mapfile -t pids < <(daemons_under "$1")
  ((${#pids[@]})) || { echo "nothing is running under $1"; return 0; }
  end_daemons "${pids[@]}"
  echo "stopped ${#pids[@]}"
}

# write_pids DIR: puts the process ids of what is running into demo.json.
write_pids() {
  local id pid
  for id in $(jq -r '.agencies[].id' "$1/demo.json"); do
    pid=$(daemons_under "$1/$id")
    jq --arg id "$id" --argjson pid "${pid:-null}" \
      '(.agencies[] | select(.id == $id)).pid = $pid' "$1/demo.json" >"$1/demo.json.new"
    mv "$1/demo.json.new" "$1/demo.json"
  done
}
