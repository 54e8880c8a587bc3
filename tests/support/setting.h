// Configurations for tests: loopback allowed, times short, a store in the test's own folder.
#pragma once

#include <string>

#include "support/program.h"

namespace rapporteur::test {

// [server] (a port chosen by the system), [store] and [fetch] such that a test need not wait; sources are added behind
// it.
std::string test_settings(const TemporaryFolder& folder, const std::string& fetch_keys = {});
// A [[source]] table.
std::string source_table(const std::string& id, const std::string& url, const std::string& more = {});
std::string store_path(const TemporaryFolder& folder);
// The base address that `rapporteur run` said it serves at, once it does; "" when it did not come up.
std::string wait_for_url(Program& program);
// An RSS document with `count` items, numbered from `first`.
std::string rss_document(const std::string& name, int first, int count);

}  // namespace rapporteur::test
