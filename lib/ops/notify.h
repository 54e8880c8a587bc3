// What the service manager is told (sd_notify(3)): ready, reloading, stopping, a status line, the watchdog. Without a
// NOTIFY_SOCKET every call does nothing. Any thread.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"

namespace rapporteur::ops {

void notify_ready();
void notify_reloading();
void notify_stopping();
void notify_status(const std::string& sentence);
void notify_watchdog();  // only after a round trip through the writer, so that a hung writer shows
// Nothing may take longer than this between two notify_watchdog(): how often the watchdog wants to hear from us at the
// least; nullopt: there is none.
std::optional<base::Duration> watchdog_interval();

}  // namespace rapporteur::ops
