#!/usr/bin/env bash
# unit.sh: judges systemd/ without starting anything: every line has its sentence, systemd understands every line, and the
# sandbox is as tight as it was. That it fits the daemon is shown by `bare.sh WORK REPOSITORY demo service`.
# Needs systemd 252 and coreutils. The closing line: N passed, N failed; status 1 if any failed.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
worst=1.5  # exposure of the service after systemd-analyze security; what is left is the network and AF_UNIX
passed=0 failed=0
check() {  # check SENTENCE COMMAND…
  local sentence=$1; shift
  if "$@"; then passed=$((passed + 1)); printf 'ok: %s\n' "$sentence"; else failed=$((failed + 1)); printf 'NOT: %s\n' "$sentence"; fi
}
for tool in systemd-analyze systemd-sysusers; do
  command -v $tool >/dev/null || { echo "unit.sh: $tool is missing; apt-get install systemd" >&2; exit 69; }
done
work=$(mktemp -d) || exit 73
trap 'rm -rf "$work"' EXIT

# Settings without a comment right above, as FILE:LINE.
without_sentence() {
  awk '/^[A-Za-z]+=/ { if (before !~ /^#/) print FILENAME ":" FNR ": " $0 } { before = $0 }' "$@"
}
bare=$(without_sentence systemd/rapporteur.service systemd/rapporteur.socket)
[ -z "$bare" ] || printf '%s\n' "$bare"
check "every line of the units has a sentence over it" test -z "$bare"

# On a copy: the program need not be installed here, only some program in its place.
cp systemd/rapporteur.service systemd/rapporteur.socket "$work/"
sed -i 's#/usr/bin/rapporteur#/bin/true#' "$work/rapporteur.service"
said=$(SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no "$work/rapporteur.service" "$work/rapporteur.socket" 2>&1) && status=0 || status=$?
said=$(grep 'rapporteur' <<<"$said" || true)  # what it says of this machine's other units is not ours
[ -z "$said" ] || printf '%s\n' "$said"
check "systemd-analyze verify is silent (status $status)" test "$status" -eq 0 -a -z "$said"

systemd-analyze security --offline=true --no-pager "$work/rapporteur.service" >"$work/security" 2>&1 || true
sed -n 's/^✗ *//p' "$work/security" | sed 's/  */ /g; s/^/  left: /'
exposure=$(grep -oE 'exposure level for [^:]*: [0-9.]+' "$work/security" | grep -oE '[0-9.]+$' || echo 10)
check "exposure is $exposure, at most $worst" awk "BEGIN { exit !($exposure <= $worst) }"

said=$(systemd-sysusers --dry-run "$PWD/systemd/rapporteur.sysusers" 2>&1) && status=0 || { status=$?; printf '%s\n' "$said"; }
check "the account is understood" test $status -eq 0
printf '%s passed, %s failed\n' $passed $failed
[ $failed -eq 0 ]
