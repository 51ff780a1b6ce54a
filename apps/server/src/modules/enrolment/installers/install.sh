#!/bin/sh
# Installs the Muster agent on this machine and enrols it with @URL@.
#
#   MUSTER_TOKEN   the enrolment token; required, and never a flag: other users of the machine can see those
#   MUSTER_TAGS    tags of this machine, such as "role=server,rack=b2"; or: --tag role=server
#   MUSTER_POLICY  what the server may do here: observe, manage or control; or: --policy manage
#
# Flags go behind "sh -s --". Running it again on an enrolled machine repairs it.
set -eu
umask 077

fail() {
  echo "muster: $*" >&2
  exit 1
}

platform_of_this_machine() {
  case "$(uname -s)" in
    Linux) system=linux ;;
    Darwin) system=darwin ;;
    *) fail "there is no agent for $(uname -s)." ;;
  esac
  case "$(uname -m)" in
    x86_64 | amd64) machine=amd64 ;;
    aarch64 | arm64) machine=arm64 ;;
    *) fail "there is no agent for a processor of the kind $(uname -m)." ;;
  esac
  echo "$system-$machine"
}

sha256_of_build() {
  case "$1" in
@HASHES@
    *) ;;
  esac
}

# Fetches $1 into the file $2, or says what the server said.
fetch() {
  status=$(curl -sS @CURL_FLAGS@ -o "$2" -w '%{http_code}' "@URL@$1") || fail "@URL@ cannot be reached, or its key is not the one in the line that you ran."
  [ "$status" = 200 ] && return
  detail=$(sed -n 's/.*"detail":"\([^"]*\)".*/\1/p' "$2")
  fail "${detail:-@URL@$1 answered with HTTP $status.}"
}

sha256_of_file() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

write_certificate() {
  cat >"$1" <<'CERTIFICATE'
@CERTIFICATE@
CERTIFICATE
}

main() {
  [ "$(id -u)" = 0 ] || fail "the agent is installed by root: put sudo before sh."
  [ -n "${MUSTER_TOKEN:-}" ] || fail "MUSTER_TOKEN is not set. Copy the whole line from the console (\"Add device\")."
  command -v curl >/dev/null 2>&1 || fail "curl is needed."
  export MUSTER_TOKEN

  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  trap 'exit 1' HUP INT TERM
  platform=$(platform_of_this_machine)
  expected=$(sha256_of_build "$platform")
  if [ -z "$expected" ]; then
    fetch "/install/agent/$platform.sha256" "$folder/sha256"
    expected=$(cut -d ' ' -f 1 "$folder/sha256")
  fi
  echo "muster: fetching the agent for $platform from @URL@"
  fetch "/install/agent/$platform" "$folder/muster-agent"
  actual=$(sha256_of_file "$folder/muster-agent")
  [ "$actual" = "$expected" ] || fail "the agent that arrived is not the one that was announced ($actual instead of $expected). Nothing was installed."
  chmod 700 "$folder/muster-agent"
  complaint=$("$folder/muster-agent" --version 2>&1 >/dev/null) ||
    fail "the agent does not start here (${complaint:-no reason given}). Where no program may run from $(dirname "$folder"), put TMPDIR=/root behind sudo."

  write_certificate "$folder/server.pem"
  if grep -q BEGIN "$folder/server.pem"; then
    set -- --server-cert "$folder/server.pem" "$@"
  fi
  "$folder/muster-agent" install --server "@URL@" "$@"
}

# The last line starts everything: a script that was cut off on the way does nothing.
main "$@"
