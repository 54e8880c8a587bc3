#include "ops/notify.h"

#include <systemd/sd-daemon.h>

#include <ctime>

namespace rapporteur::ops {

namespace {
void tell(const std::string& state) { ::sd_notify(0, state.c_str()); }
}  // namespace

void notify_ready() { tell("READY=1"); }

// MONOTONIC_USEC is what Type=notify-reload (systemd 253) wants; older ones ignore it.
void notify_reloading() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const auto microseconds = static_cast<long long>(now.tv_sec) * 1000000 + now.tv_nsec / 1000;
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

void notify_stopping() { tell("STOPPING=1"); }

void notify_status(const std::string& sentence) {
  std::string line = sentence;
  for (char& c : line)
    if (c == '\n') c = ' ';
  tell("STATUS=" + line);
}

void notify_watchdog() { tell("WATCHDOG=1"); }

std::optional<base::Duration> watchdog_interval() {
  std::uint64_t microseconds = 0;
  if (::sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
  return base::Duration(static_cast<base::Duration::rep>(microseconds / 1000));
}

}  // namespace rapporteur::ops
