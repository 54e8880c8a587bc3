#!/usr/bin/env bash
# The life of the installed service under systemd, inside a booted machine that is made for it (bare.sh, part `service`, puts
# this folder into /root/machine and starts this there). Never on a machine that somebody uses: it kills and reconfigures.
# All addresses are loopback of that machine. The closing line: N passed, N failed.
set -uo pipefail
[ "$(systemd-detect-virt)" = systemd-nspawn ] || { echo "service.sh: this is no machine made for it; run bare.sh" >&2; exit 64; }
here=$(dirname "$(readlink -f "$0")")
made=/root/made
passed=0 failed=0
say() { printf 'service: %s\n' "$*"; }
check() {  # check SENTENCE COMMAND…
  local sentence=$1; shift
  if "$@"; then passed=$((passed + 1)); say "ok: $sentence"; else failed=$((failed + 1)); say "NOT: $sentence"; fi
}
eventually() {  # eventually SECONDS COMMAND…
  local end=$((SECONDS + $1)); shift
  until "$@"; do [ $SECONDS -lt $end ] || return 1; sleep 0.3; done
}
show() { systemctl show -P "$1" rapporteur; }
is() { [ "$(show "$1")" = "$2" ]; }
status_of() { curl -s -m 5 -o /dev/null -w '%{http_code}' "http://127.0.0.1:8480$1"; }
answers() { [ "$(status_of "$1")" = 200 ]; }
says() { curl -s -m 5 "http://127.0.0.1:8480$1" | grep -q "$2"; }
drop_in() {  # drop_in NAME LINE…: more of [Service]
  mkdir -p /run/systemd/system/rapporteur.service.d
  local name=$1; shift
  printf '%s\n' '[Service]' "$@" >"/run/systemd/system/rapporteur.service.d/$name.conf"
  systemctl daemon-reload
}
configure() { { cat "$here/service.toml"; printf '%s\n' "$@"; } >/etc/rapporteur/rapporteur.toml; }
process() { grep -E "^$1:" "/proc/$(show MainPID)/status" | tr -s '\t ' ' ' | cut -d' ' -f2; }
refused_calls() { journalctl -q -b -k -g 'type=1326.*rapporteur' --no-pager 2>/dev/null; }

# Outside of it: names, feeds, certificate.
rm -rf /var/lib/rapporteur /run/systemd/system/rapporteur.service.d $made
mkdir -p $made
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=origin.test \
  -addext subjectAltName=DNS:origin.test -keyout $made/key.pem -out $made/cert.pem 2>/dev/null
cp $made/cert.pem /etc/rapporteur-test-ca.pem
chmod 644 /etc/rapporteur-test-ca.pem
echo 'nameserver 127.0.0.1' >/etc/resolv.conf
python3 "$here/origin.py" $made & origin=$!
trap 'kill $origin 2>/dev/null' EXIT
check "the origin answers (if not: ports 53, 80, 443 are taken here?)" eventually 10 curl -sf -m 2 -o /dev/null http://127.0.0.1/mountains.rss

say "as installed"
systemd-sysusers
cp /etc/rapporteur/rapporteur.toml $made/as-installed.toml
check "it starts with the shipped configuration" systemctl start rapporteur
check "its page answers" eventually 10 answers /
systemctl stop rapporteur
check "it stops cleanly" is Result success

say "with a source over HTTP (gzip, a redirect) and one over HTTPS, both by name; a refused call ends it"
configure
drop_in strict SystemCallErrorNumber=kill
check "systemd holds the socket" systemctl start rapporteur.socket
check "it starts" systemctl start rapporteur
check "it has entries over HTTP" eventually 20 says /feed.atom 'Bridges of mountains'
check "it has entries over HTTPS" eventually 20 says /feed.atom 'Wells of rivers'
check "the source sent gzip" grep -q '^80 /mountains.rss 200 gzip' $made/asked
check "it asks with validators" eventually 20 grep -q '^80 /mountains.rss 304' $made/asked
for path in / /feed.json /status.json /healthz; do check "$path answers" answers $path; done
check "readers get gzip" test "$(curl -s -m 5 -H 'Accept-Encoding: gzip' http://127.0.0.1:8480/feed.atom | head -c2 | od -An -tx1 | tr -d ' ')" = 1f8b
check "readers get br" bash -c "curl -sf -m 5 -H 'Accept-Encoding: br' -D - -o /dev/null http://127.0.0.1:8480/feed.atom | grep -qi '^content-encoding: br'"
say "user $(ps -o user= -p "$(show MainPID)"), Seccomp $(process Seccomp) with $(process Seccomp_filters) filters, NoNewPrivs $(process NoNewPrivs), CapEff $(process CapEff), CapBnd $(process CapBnd)"
check "the filter of system calls is on" test "$(process Seccomp)" = 2
check "no right can be gained" test "$(process NoNewPrivs)" = 1
check "no capability is left" test "$(process CapEff)$(process CapBnd)" = 00000000000000000000000000000000
check "it is not root" test "$(stat -c %U /var/lib/rapporteur/rapporteur.db)" = rapporteur
check "others cannot read the store" test "$(stat -c %a /var/lib/rapporteur)" = 750
check "status reaches it through the control socket" grep -q mountains <(timeout 20 rapporteur status)
check "a poll reaches it through the control socket" timeout 60 rapporteur poll --now mountains
connect='import socket; socket.socket(socket.AF_UNIX).connect("/run/rapporteur/control.sock")'
check "the group may command it" runuser -u nobody -g rapporteur -- python3 -c "$connect"
check "nobody else may" bash -c '! runuser -u nobody -- python3 -c "$0" 2>/dev/null' "$connect"

say "reload"
configure '[[source]]' 'id = "deserts"' 'url = "http://origin.test/deserts.rss"' 'agency = "Deserts"'
before=$(show MainPID)
check "reload succeeds" systemctl reload rapporteur
check "the new source is there" eventually 20 says /feed.atom 'Bridges of deserts'
configure '[merge]' 'no_such_option = 1'
check "reload with a fault fails" bash -c '! systemctl reload rapporteur 2>/dev/null'
check "the fault stands in the journal with its place" bash -c 'journalctl -q -b -u rapporteur --no-pager | grep -q "rapporteur.toml:[0-9]*:[0-9]*: "'
check "and it serves as before" says /feed.atom 'Bridges of deserts'
check "in the same process" is MainPID "$before"

say "a restart with a fault"
systemctl restart rapporteur 2>/dev/null
sleep 12
check "it fails with 78 and is not tried again and again ($(show NRestarts) times)" test "$(show ExecMainStatus) $(show NRestarts) $(show ActiveState)" = "78 0 failed"
configure
systemctl reset-failed rapporteur

say "a restart while readers ask"
systemctl start rapporteur
check "it serves again" eventually 20 says /feed.atom 'Bridges of mountains'
( for _ in $(seq 200); do curl -s -m 5 -w '\nstatus %{http_code}\n' http://127.0.0.1:8480/feed.atom; sleep 0.02; done ) >$made/answers & readers=$!
for _ in 1 2 3 4 5; do sleep 0.3; systemctl reset-failed rapporteur; systemctl restart rapporteur; done
wait $readers
grep -A1 '^status' $made/answers | grep -v -- '^--' | grep -B1 -A0 'status [^2]' | sort | uniq -c | head -5
check "in five restarts all of 200 requests got the feed ($(grep '^status' $made/answers | sort | uniq -c | tr -s ' \n' ' '))" test "$(grep -c '^status 200' $made/answers)" = 200
systemctl reset-failed rapporteur

say "the watchdog"
drop_in watchdog WatchdogSec=3 RestartSec=1 TimeoutAbortSec=3
systemctl restart rapporteur
sleep 8
check "it is fed (0 restarts)" is NRestarts 0
kill -STOP "$(show MainPID)"
check "a process that hangs is started anew" eventually 30 is NRestarts 1
check "and has its entries" eventually 20 says /feed.atom 'Bridges of mountains'

say "a crash"
kill -KILL "$(show MainPID)"
check "it is started anew" eventually 30 is NRestarts 2
check "and has its entries" eventually 20 says /feed.atom 'Bridges of mountains'
rm /run/systemd/system/rapporteur.service.d/watchdog.conf; systemctl daemon-reload

say "the end"
systemctl restart rapporteur
eventually 20 answers /
start=$(date +%s%N)
systemctl stop rapporteur.socket rapporteur
took=$((($(date +%s%N) - start) / 1000000))
check "it stops within 2 s ($took ms)" test $took -lt 2000
check "cleanly: $(show Result), status $(show ExecMainStatus)" test "$(show Result) $(show ExecMainStatus)" = "success 0"
check "no control socket is left" test ! -e /run/rapporteur/control.sock
check "no call was refused in all of this" test -z "$(refused_calls)$(journalctl -q -b -u rapporteur --no-pager | grep -E 'SIGSYS|status=31')"

say "does the sandbox bite? (the same lines with a program that does what they forbid)"
mapfile -t settings < <(systemctl cat rapporteur | grep -E '^(NoNewPrivileges|CapabilityBoundingSet|AmbientCapabilities|Protect[A-Za-z]+|Private[A-Za-z]+|DevicePolicy|ProcSubset|RestrictAddressFamilies|RestrictNamespaces|RestrictRealtime|RestrictSUIDSGID|LockPersonality|SystemCall[A-Za-z]+|MemoryDenyWriteExecute|User|Group)=' | grep -v 'ErrorNumber=kill' | sed 's/^/--property=/')
inside() { timeout 60 systemd-run -q --wait --pipe "${settings[@]}" -- "$@" 2>/dev/null; }
check "a harmless program runs in it" inside /bin/true
refuses() { "$@" || { say "it does not work outside either: $*"; return 1; }; ! inside "$@"; }
check "refuses writing to /etc" refuses python3 -c 'open("/etc/written", "w")'
check "refuses memory that is written and executed" refuses python3 -c 'import mmap; mmap.mmap(-1, 4096, prot=7)'
check "refuses a raw socket" refuses python3 -c 'import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)'
check "refuses a namespace" refuses unshare --user true
check "refuses a higher priority" refuses python3 -c 'import os; os.nice(1)'
check "refuses to see other processes" refuses test -e /proc/1/status
check "refuses homes" refuses test -d /root/made

cp $made/as-installed.toml /etc/rapporteur/rapporteur.toml
journalctl -q -b -u rapporteur -p warning --no-pager -o cat | sort | uniq -c | sort -rn | head -15 | sed 's/^/  journal: /'
printf '%s passed, %s failed\n' $passed $failed
[ $failed -eq 0 ]
