#!/usr/bin/env bash
# Makes a CA and a serving certificate for inferno-adapter, in files, and replaces them in time. README.md beside it says when to use what.
#   certs/make-certs.sh FOLDER                    both, in a folder that has none
#   certs/make-certs.sh --check FOLDER            days left; code 1 where too few, or where the files don't belong together
#   certs/make-certs.sh --rotate FOLDER           a new serving certificate from the same CA, with the same names
#   certs/make-certs.sh --rotate-ca FOLDER        a new CA; ca.crt holds both, and the serving certificate stays until the next --rotate
#   certs/make-certs.sh --drop-old-ca FOLDER      only the new CA remains in ca.crt; refused while the serving certificate needs the old one
# FOLDER gets ca.crt (what callers trust, the newest CA first), ca.key, tls.crt and tls.key. Keys are readable by their owner alone.
# Needs the openssl command, 1.1.1 or newer, and GNU date.
set -euo pipefail

usage() {
  cat >&2 <<END
usage: $0 [--check|--rotate|--rotate-ca|--drop-old-ca] [OPTION...] FOLDER
  --service NAME      Service that the certificate is for (default inferno-adapter)
  --namespace NAME    its namespace (default workload-variant-autoscaler-system)
  --name NAME         another DNS name or IP address to serve under; may be given several times
  --days N            lifetime of the serving certificate (default 365)
  --ca-days N         lifetime of the CA (default 3650)
  --at-least N        --check: fewer days left than this are too few (default 30)
With --rotate the names stay those of the present certificate, unless one of the first three options is given.
END
  exit 2
}

fail() {
  echo "$0: $*" >&2
  exit 1
}

command=make service=inferno-adapter namespace=workload-variant-autoscaler-system
days=365 ca_days=3650 at_least=30 folder='' names_given='' more_names=()

read_arguments() {
  while (($# > 0)); do
    case $1 in
      --check | --rotate | --rotate-ca | --drop-old-ca)
        [[ $command == make ]] || { echo "$0: --$command and $1 can't go together" >&2; usage; }
        command=${1#--} ;;
      --service | --namespace | --name | --days | --ca-days | --at-least)
        (($# >= 2)) || { echo "$0: $1 needs a value" >&2; usage; }
        take_option "$1" "$2"
        shift ;;
      -*) echo "$0: unknown option $1" >&2; usage ;;
      *)
        [[ -z $folder ]] || { echo "$0: one folder only, not $folder and $1" >&2; usage; }
        folder=$1 ;;
    esac
    shift
  done
  [[ -n $folder ]] || { echo "$0: which folder?" >&2; usage; }
}

take_option() { # OPTION VALUE
  case $1 in
    --service | --namespace)
      [[ $2 =~ ^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$ ]] || { echo "$0: $1: \"$2\" is no name of a Kubernetes object" >&2; usage; } ;;
    --name)
      [[ $2 =~ ^[A-Za-z0-9.:*-]+$ ]] || { echo "$0: --name: \"$2\" is neither a DNS name nor an IP address" >&2; usage; } ;;
    *)
      [[ $2 =~ ^[1-9][0-9]{0,4}$ ]] || { echo "$0: $1: \"$2\" is no number of days" >&2; usage; } ;;
  esac
  case $1 in
    --service) service=$2 names_given=yes ;;
    --namespace) namespace=$2 names_given=yes ;;
    --name) more_names+=("$2") names_given=yes ;;
    --days) days=$2 ;;
    --ca-days) ca_days=$2 ;;
    --at-least) at_least=$2 ;;
  esac
}

# What openssl says is shown only where it fails.
run_openssl() {
  openssl "$@" 2>"$draft/openssl.log" || { cat "$draft/openssl.log" >&2; fail "openssl $1 failed"; }
}

new_key() { # FILE
  run_openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"
}

serial() {
  echo "0x$(openssl rand -hex 16)"
}

# subjectAltName of the serving certificate.
names() {
  local name list
  if [[ $command == rotate && -z $names_given ]]; then
    openssl x509 -in "$folder/tls.crt" -noout -ext subjectAltName | sed -n 's/^ *//; s/IP Address:/IP:/g; /DNS:\|IP:/p'
    return
  fi
  # localhost: for use without a cluster, and through `kubectl port-forward`.
  list="DNS:$service.$namespace.svc, DNS:$service.$namespace.svc.cluster.local, DNS:localhost, IP:127.0.0.1, IP:::1"
  for name in ${more_names[@]+"${more_names[@]}"}; do
    if [[ $name =~ ^[0-9.]+$ || $name == *:* ]]; then list+=", IP:$name"; else list+=", DNS:$name"; fi
  done
  echo "$list"
}

# A CA in the draft folder: new-ca.crt, ca.key. Each has a name of its own, so that two of them are told apart.
make_ca() {
  cat >"$draft/ca.cnf" <<END
distinguished_name = name
prompt = no
[name]
CN = inferno-adapter CA $(openssl rand -hex 4)
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
END
  new_key "$draft/ca.key"
  run_openssl req -x509 -new -sha256 -config "$draft/ca.cnf" -extensions authority -key "$draft/ca.key" -days "$ca_days" \
    -set_serial "$(serial)" -out "$draft/new-ca.crt"
}

# A serving certificate in the draft folder, signed by this CA: tls.crt, tls.key.
make_serving() { # CA_CERTIFICATE CA_KEY
  openssl x509 -in "$1" -noout -checkend $((days * 86400)) >/dev/null ||
    fail "the CA ends before a certificate of $days days would: run --rotate-ca first, or give fewer --days"
  cat >"$draft/serving.cnf" <<END
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = $(names)
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
END
  new_key "$draft/tls.key"
  run_openssl req -new -sha256 -key "$draft/tls.key" -subj "/CN=$service" -out "$draft/tls.csr"
  run_openssl x509 -req -sha256 -in "$draft/tls.csr" -extfile "$draft/serving.cnf" -CA "$1" -CAkey "$2" -days "$days" \
    -set_serial "$(serial)" -out "$draft/tls.crt"
}

# Into place, each by a rename: nobody sees half a file, and the adapter waits for the second of a pair.
install_files() { # NAME...
  local name
  for name in "$@"; do
    [[ $name == *.key ]] || chmod 644 "$draft/$name"
    mv -f "$draft/$name" "$folder/$name"
    echo "wrote $folder/$name"
  done
}

# The newest CA alone, in the draft folder.
newest_ca() {
  openssl x509 -in "$folder/ca.crt" -out "$draft/newest-ca.crt"
}

require_files() { # NAME...
  local name
  for name in "$@"; do
    [[ -s $folder/$name ]] || fail "$folder/$name is missing: make everything anew in an empty folder with $0 FOLDER"
  done
}

require_pair() { # CERTIFICATE KEY
  [[ $(openssl x509 -in "$folder/$1" -noout -pubkey) == "$(openssl pkey -in "$folder/$2" -pubout)" ]] ||
    fail "$folder/$2 does not belong to $folder/$1"
}

days_left() { # CERTIFICATE
  echo $((($(date -d "$(openssl x509 -in "$1" -noout -enddate | cut -d= -f2)" +%s) - $(date +%s)) / 86400))
}

make() {
  local name
  for name in ca.crt ca.key tls.crt tls.key; do
    [[ ! -e $folder/$name ]] || fail "$folder/$name is there already and is not overwritten: use --rotate or --rotate-ca, or another folder"
  done
  make_ca
  cp "$draft/new-ca.crt" "$draft/ca.crt"
  make_serving "$draft/ca.crt" "$draft/ca.key"
  install_files ca.crt ca.key tls.key tls.crt
}

rotate() {
  require_files ca.crt ca.key tls.crt
  require_pair ca.crt ca.key
  newest_ca
  make_serving "$draft/newest-ca.crt" "$folder/ca.key"
  install_files tls.key tls.crt
}

rotate_ca() {
  require_files ca.crt ca.key tls.crt
  require_pair ca.crt ca.key
  (($(grep -c 'BEGIN CERTIFICATE' "$folder/ca.crt") == 1)) ||
    fail "$folder/ca.crt holds an old CA beside the new one already: finish with --rotate and --drop-old-ca first"
  make_ca
  cat "$draft/new-ca.crt" "$folder/ca.crt" >"$draft/ca.crt"
  install_files ca.crt ca.key
  echo "next: let every caller have ca.crt, then --rotate, then --drop-old-ca"
}

drop_old_ca() {
  require_files ca.crt tls.crt
  newest_ca
  openssl verify -CAfile "$draft/newest-ca.crt" "$folder/tls.crt" >/dev/null 2>&1 ||
    fail "$folder/tls.crt was signed by the old CA: run --rotate first"
  mv "$draft/newest-ca.crt" "$draft/ca.crt"
  install_files ca.crt
}

check() {
  local left=0 enough=yes
  require_files ca.crt tls.crt tls.key
  require_pair tls.crt tls.key
  openssl verify -CAfile "$folder/ca.crt" -purpose sslserver "$folder/tls.crt" >/dev/null 2>"$draft/openssl.log" ||
    fail "$folder/ca.crt does not verify $folder/tls.crt: $(tail -n 1 "$draft/openssl.log")"
  for name in ca.crt tls.crt; do
    left=$(days_left "$folder/$name")
    echo "$folder/$name: $left days left ($(openssl x509 -in "$folder/$name" -noout -subject))"
    ((left >= at_least)) || enough=no
  done
  [[ $enough == yes ]] || fail "fewer than $at_least days left: run --rotate for tls.crt, --rotate-ca for ca.crt"
}

read_arguments "$@"
command -v openssl >/dev/null || fail "the openssl command is missing"
[[ $command != make ]] || mkdir -p "$folder"
[[ -d $folder ]] || fail "$folder is no folder"
umask 077
draft=$(mktemp -d "$folder/.draft.XXXXXX")
trap 'rm -rf "$draft"' EXIT
"${command//-/_}"
