#!/bin/bash
# Makes an example CA, three invented agencies and their people, for the demo and for tests:
#
#   certs-example/make.sh DIR
#
# Needs openssl 3 alone. Overwrites nothing. README.md beside this file says what stands where.
# The CA key lies next to the rest, without a passphrase: never use any of this for real traffic.
set -euo pipefail
umask 077

die() { echo "make.sh: $*" >&2; exit 1; }

[ $# -eq 1 ] || die "usage: make.sh DIR"
mkdir -p "$1"
DIR=$(cd "$1" && pwd)
for made in ca bgc-example ho-example io-example; do
  [ ! -e "$DIR/$made" ] || die "$DIR/$made exists; this script overwrites nothing"
done
# openssl reads no configuration but ours.
export OPENSSL_CONF=/dev/null

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

# quietly COMMAND...: openssl tells its progress on standard error; it is shown only when it fails.
quietly() { "$@" 2>"$WORK/log" || { cat "$WORK/log" >&2; die "failed: $*"; }; }

# new_key FILE ALGORITHM: p256 or ed25519, PKCS#8 PEM, mode 0600 by the umask.
new_key() {
  case $2 in
    p256) openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" ;;
    ed25519) openssl genpkey -algorithm ED25519 -out "$1" ;;
  esac
}

# spki CERTIFICATE: writes the key's name, hex SHA-256 of its SubjectPublicKeyInfo, beside it.
spki() {
  local hash
  read -r hash _ < <(openssl x509 -in "$1" -noout -pubkey | openssl pkey -pubin -outform DER |
    openssl dgst -sha256 -r)
  echo "$hash" >"${1%.crt}.spki"
}

# root NAME: a CA of its own under ca/.
root() {
  new_key "$DIR/ca/$1.key" p256
  printf '%s\n' "[req]" "distinguished_name = dn" "[dn]" "[ext]" \
    "basicConstraints = critical, CA:TRUE, pathlen:0" "keyUsage = critical, keyCertSign, cRLSign" \
    "subjectKeyIdentifier = hash" >"$WORK/root.cnf"
  openssl req -new -x509 -config "$WORK/root.cnf" -extensions ext -key "$DIR/ca/$1.key" \
    -subj "/O=Invented example, not a real authority/CN=$1" -days 3650 -sha256 -out "$DIR/ca/$1.crt"
  spki "$DIR/ca/$1.crt"
}

# extensions URI USAGE: tls (server and client), person (client) or message (no TLS at all).
extensions() {
  echo "basicConstraints = critical, CA:FALSE"
  echo "subjectAltName = URI:$1"
  case $2 in
    tls)
      echo "keyUsage = critical, digitalSignature"
      echo "extendedKeyUsage = serverAuth, clientAuth"
      ;;
    person)
      echo "keyUsage = critical, digitalSignature"
      echo "extendedKeyUsage = clientAuth"
      ;;
    message) echo "keyUsage = critical, digitalSignature, nonRepudiation" ;;
  esac
  echo "authorityKeyIdentifier = keyid"
}

# issue FILE CA CN URI USAGE: FILE.crt and FILE.spki; FILE.key too, unless there is one.
issue() {
  local file=$1 ca=$2 name=$3 uri=$4 usage=$5 key=()
  { printf '[req]\ndistinguished_name = dn\n[dn]\n[ext]\n'; extensions "$uri" "$usage"; } >"$WORK/issue.cnf"
  if [ -e "$file.key" ]; then
    key=(-key "$file.key")
  else
    key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout "$file.key")
  fi
  quietly openssl req -x509 -config "$WORK/issue.cnf" -extensions ext "${key[@]}" \
    -subj "/O=Invented example/CN=$name" -CA "$DIR/ca/$ca.crt" -CAkey "$DIR/ca/$ca.key" \
    -days 825 -sha256 -out "$file.crt"
  spki "$file.crt"
}

# issue_dated FILE CN URI USAGE NOT_BEFORE NOT_AFTER: the same for the key in FILE.key, with dates as YYYYMMDDHHMMSSZ, which
# only `openssl ca` takes.
issue_dated() {
  local file=$1 name=$2 uri=$3 usage=$4 from=$5 to=$6
  extensions "$uri" "$usage" >"$WORK/ext.cnf"
  quietly openssl req -new -config "$WORK/root.cnf" -key "$file.key" \
    -subj "/O=Invented example/CN=$name" -out "$WORK/request.pem"
  rm -rf "$WORK/ca" && mkdir "$WORK/ca" && : >"$WORK/ca/index"
  printf '%s\n' "[ca]" "default_ca = one" "[one]" "database = $WORK/ca/index" \
    "new_certs_dir = $WORK/ca" "rand_serial = yes" "policy = any" "default_md = sha256" \
    "[any]" "organizationName = optional" "commonName = supplied" >"$WORK/ca.cnf"
  quietly openssl ca -batch -notext -config "$WORK/ca.cnf" -extfile "$WORK/ext.cnf" \
    -cert "$DIR/ca/ca.crt" -keyfile "$DIR/ca/ca.key" -startdate "$from" -enddate "$to" \
    -in "$WORK/request.pem" -out "$file.crt"
  spki "$file.crt"
}

# verifier_key KEY ORIGIN: C2SP signed-note verifier key, "<origin>+<hash>+<base64>".
verifier_key() {
  # The last 32 bytes of the DER of an Ed25519 public key are the key.
  { printf '\001'; openssl pkey -in "$1" -pubout -outform DER | tail -c 32; } >"$WORK/typed"
  local hash
  hash=$({ printf '%s\n' "$2"; cat "$WORK/typed"; } | openssl dgst -sha256 -r | cut -c1-8)
  printf '%s+%s+%s\n' "$2" "$hash" "$(openssl base64 -A -in "$WORK/typed")"
}

# agency ID DOMAIN OTHER: everything of one agency; OTHER is whose name its bad certificate steals.
agency() {
  local id=$1 domain=$2 other=$3
  local pki=$DIR/$id/pki uri=liaison://agency/$id
  mkdir -p "$pki/bad"
  issue "$pki/tls" ca "$id" "$uri" tls
  issue "$pki/message" ca "$id message" "$uri" message
  for key in log desk-log cosigner; do new_key "$pki/$key.key" ed25519; done
  verifier_key "$pki/log.key" "$domain/liaison-log/1/1" >"$pki/log.vkey"
  verifier_key "$pki/desk-log.key" "$domain/liaison-desk/1/1" >"$pki/desk-log.vkey"
  for role in officer releaser supervisor auditor operator; do
    issue "$pki/$role" ca "$role-1" "$uri/person/$role-1" person
  done
  issue "$pki/system" ca "system-1" "$uri/system/system-1" person
  cp "$DIR/ca/ca.crt" "$pki/partner-ca.crt"
  cp "$DIR/ca/ca.crt" "$pki/people-ca.crt"
  bad "$pki" "$id" "$uri" "liaison://agency/$other"
}

# bad PKI ID URI OTHER_URI: what must be refused. The expired and the early one carry registered keys, so that their dates
# alone are wrong.
bad() {
  local bad=$1/bad id=$2 uri=$3 other_uri=$4
  cp "$1/tls.key" "$bad/expired.key"
  issue_dated "$bad/expired" "$id" "$uri" tls 20200101000000Z 20210101000000Z
  cp "$1/tls.key" "$bad/not-yet-valid.key"
  issue_dated "$bad/not-yet-valid" "$id" "$uri" tls 20900101000000Z 20910101000000Z
  cp "$1/officer.key" "$bad/person-expired.key"
  issue_dated "$bad/person-expired" officer-1 "$uri/person/officer-1" person \
    20200101000000Z 20210101000000Z
  issue "$bad/wrong-san" ca "$id" "$other_uri" tls
  cp "$1/tls.key" "$bad/other-ca.key"
  issue "$bad/other-ca" other-ca "$id" "$uri" tls
  issue "$bad/unregistered" ca "$id" "$uri" tls
}

mkdir "$DIR/ca"
root ca
root other-ca
agency bgc-example bgc.example ho-example
agency ho-example ho.example io-example
agency io-example io.example bgc-example
# Certificates and names are no secrets; keys stay 0600.
find "$DIR/ca" "$DIR"/*-example \( -name '*.crt' -o -name '*.spki' -o -name '*.vkey' \) \
  -exec chmod 644 {} +
