#!/usr/bin/env bash
# bare.sh WORK [REPOSITORY] [PART…]: what a new person meets. Makes the smallest Debian 12 in WORK/debian, clones the
# repository into it and says there what the README says. Parts, in this order when none is named:
#   demo     ./bootstrap demo installs, builds and serves; the page and the feed are fetched from outside
#   again    the second time is ready within seconds
#   test     ./bootstrap test passes
#   service  cmake --install, then the machine is booted in systemd-nspawn without a network, and service.sh runs in it
# Needs Debian 12, root, debootstrap, curl, systemd-container, and a mirror as apt is configured here. WORK/debian stays for
# a look and is made anew for `demo`; WORK/base.tar spares the next run debootstrap. All mounts and processes are in
# namespaces that end with the command. The closing line: N passed, N failed.
set -euo pipefail
say() { printf 'bare: %s\n' "$*" >&2; }
give_up() { say "$1"; exit "${2:-69}"; }

[ $# -ge 1 ] || { sed -n '2,12s/^# \{0,1\}//p' "$0"; exit 64; }
[ "$(id -u)" -eq 0 ] || give_up "a machine in a folder needs root; say it with sudo" 77
for tool in debootstrap curl unshare git; do command -v $tool >/dev/null || give_up "$tool is missing; apt-get install $tool"; done
mkdir -p "$1" || exit 73
work=$(readlink -f "$1"); tree=$work/debian
repository=$(readlink -f "${2:-$(dirname "$0")/../..}")
shift; [ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- demo again test service
passed=0 failed=0
check() {  # check SENTENCE COMMAND…
  local sentence=$1; shift
  if "$@"; then passed=$((passed + 1)); say "ok: $sentence"; else failed=$((failed + 1)); say "NOT: $sentence"; fi
}

make_tree() {
  rm -rf --one-file-system "$tree"
  mkdir -p "$tree"
  if [ -e "$work/base.tar" ]; then
    tar -xpf "$work/base.tar" -C "$tree"
  else
    say "debootstrap (half a minute)"
    debootstrap --variant=minbase bookworm "$tree" >"$work/debootstrap.log" 2>&1 || give_up "debootstrap failed; see $work/debootstrap.log"
    tar -cpf "$work/base.part" -C "$tree" . && mv "$work/base.part" "$work/base.tar"
  fi
  configure_network
}

# As it is configured here: name servers, mirror, certificates, how apt is to behave.
configure_network() {
  cp -L /etc/resolv.conf /etc/hosts "$tree/etc/"
  rm -f "$tree/etc/apt/sources.list"
  cp -L /etc/apt/sources.list "$tree/etc/apt/" 2>/dev/null || true
  cp -rL /etc/apt/sources.list.d /etc/apt/apt.conf.d "$tree/etc/apt/"
  [ ! -d /usr/local/share/ca-certificates ] || cp -rL /usr/local/share/ca-certificates "$tree/usr/local/share/"
}

# inside COMMAND…: in the tree, with a clean environment, mounts and process numbers of its own; all of it ends with it.
inside() {
  local proxies=() name
  for name in http_proxy https_proxy no_proxy; do [ -z "${!name:-}" ] || proxies+=("$name=${!name}"); done
  exec unshare --mount --pid --fork --kill-child --propagation private -- bash -c '
    tree=$1 repository=$2; shift 2
    mount -t proc proc "$tree/proc" && mount --rbind /sys "$tree/sys" && mount -t tmpfs -o mode=755 dev "$tree/dev" || exit 73
    for node in null zero full random urandom tty; do : >"$tree/dev/$node"; mount --bind "/dev/$node" "$tree/dev/$node" || exit 73; done
    mkdir "$tree/dev/shm" "$tree/dev/pts"; mount -t tmpfs -o mode=1777 shm "$tree/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=666,mode=620 devpts "$tree/dev/pts"; ln -s pts/ptmx "$tree/dev/ptmx"; ln -s /proc/self/fd "$tree/dev/fd"
    mkdir -p "$tree/mnt/repository"; mount --bind -o ro "$repository" "$tree/mnt/repository" || exit 73
    exec chroot "$tree" env -i HOME=/root TERM=dumb PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
  ' inside "$tree" "$repository" "${proxies[@]}" "$@"
}

# demo SECONDS: starts it and waits for its page; sets `took`.
demo() {
  local log=$work/demo.log start=$SECONDS pid url=
  rm -f "$work/page.html" "$work/feed.atom"; : >"$log"
  ( inside /root/rapporteur/bootstrap demo --port 0 ) </dev/null >>"$log" 2>&1 &
  pid=$!
  while [ $((SECONDS - start)) -lt "$1" ] && kill -0 $pid 2>/dev/null; do
    url=$(sed -n 's/^ *the page: *//p' "$log"); [ -z "$url" ] || break
    sleep 0.2
  done
  took=$((SECONDS - start))
  grep '^bootstrap' "$log" >&2 || true
  check "demo names its URL: ${url:-none}" test -n "$url"
  if [ -n "$url" ]; then
    sleep 3  # the samples are polled once a moment
    curl -s -m 10 "$url" -o "$work/page.html" -w '%{http_code} %{content_type} %{size_download} bytes\n' >&2 || true
    curl -s -m 10 "${url}feed.atom" -o "$work/feed.atom" -w '%{http_code} %{content_type} %{size_download} bytes\n' >&2 || true
    check "the page is a page" grep -qi '<!doctype html' "$work/page.html"
    check "the feed has entries: $(grep -o '<entry' "$work/feed.atom" | wc -l)" grep -q '<entry' "$work/feed.atom"
  else
    tail -20 "$log" >&2
  fi
  # Ctrl-C, as a person ends it; everything became one process, the child of unshare.
  local inner; inner=$(ps -o pid= --ppid $pid | tr -d ' ' | head -1)
  [ -z "$inner" ] || kill -INT "$inner" 2>/dev/null || true
  timeout 10 tail --pid=$pid -f /dev/null || { check "Ctrl-C ends it within ten seconds" false; kill -KILL $pid; }
  local status=0; wait $pid 2>/dev/null || status=$?
  check "Ctrl-C ends it with status 0 (it was $status)" test $status -eq 0
}

run_tests() {
  ( inside timeout 1800 nice /root/rapporteur/bootstrap test ) </dev/null >"$work/test.log" 2>&1 || { tail -30 "$work/test.log" >&2; return 1; }
  tail -4 "$work/test.log" >&2
}

# The installed service in the booted machine; its lines are counted with ours.
run_service() {
  command -v systemd-nspawn >/dev/null || give_up "systemd-nspawn is missing; apt-get install systemd-container"
  ( inside sh -c 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends systemd systemd-sysv dbus curl python3 openssl procps &&
      cmake --install /root/rapporteur/build/release' ) </dev/null >"$work/install.log" 2>&1 || { tail -20 "$work/install.log" >&2; return 1; }
  rm -rf "$tree/root/machine" "$tree/root/made" "$tree/root/service.log"
  cp -r "$(dirname "$(readlink -f "$0")")" "$tree/root/machine"
  printf '%s\n' '[Unit]' 'After=basic.target' '[Service]' 'Type=oneshot' 'ExecStart=/root/machine/service.sh' 'TimeoutStartSec=600' \
    'StandardOutput=append:/root/service.log' 'StandardError=inherit' 'ExecStopPost=/bin/systemctl poweroff --no-block' >"$tree/etc/systemd/system/life.service"
  mkdir -p "$tree/etc/systemd/system/multi-user.target.wants"
  ln -sf ../life.service "$tree/etc/systemd/system/multi-user.target.wants/life.service"
  # A /run of its own: nspawn wants one on a tmpfs, and leaves nothing in ours.
  timeout -k 20 900 unshare --mount --propagation private -- sh -c 'mount -t tmpfs -o mode=755 run /run && exec systemd-nspawn "$@"' run \
    --boot -D "$tree" --machine=rapporteur-test --register=no --keep-unit --private-network </dev/null >"$work/boot.log" 2>&1 || true
  cat "$tree/root/service.log" >&2 || { tail -20 "$work/boot.log" >&2; return 1; }
  [[ $(tail -1 "$tree/root/service.log") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]] || return 1
  passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
}

for part; do
  [ ! -d "$tree/etc" ] || configure_network  # service.sh leaves the names of its own
  case $part in
    demo)
      make_tree
      ( inside sh -c 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends git' ) </dev/null >"$work/git.log" 2>&1 ||
        give_up "git could not be installed in the tree; see $work/git.log"
      rm -rf "$tree"/var/lib/apt/lists/*  # as on an image that forgot them: bootstrap must fetch them itself
      ( inside git -c safe.directory='*' clone -q /mnt/repository /root/rapporteur ) </dev/null || give_up "the repository could not be cloned into the tree"
      before=$(du -smx "$tree" | cut -f1)
      demo 1500
      say "demo on a bare machine: $took s; the machine grew from $before to $(du -smx "$tree" | cut -f1) MB, of which the build $(du -sm "$tree/root/rapporteur/build" | cut -f1) MB" ;;
    again)
      demo 120
      check "demo for the second time: $took s" test $took -le 10 ;;
    test)
      start=$SECONDS
      check "bootstrap test passes" run_tests
      say "bootstrap test: $((SECONDS - start)) s" ;;
    service) check "the service lived in a booted machine" run_service ;;
    *) give_up "there is no part $part" 64 ;;
  esac
done
printf '%s passed, %s failed\n' $passed $failed
[ $failed -eq 0 ]
