#include "engine/status.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/url.h"
#include "engine/roster.h"

namespace rapporteur::engine {

namespace {

// Appends `"name": value` members; the caller opens and closes the object.
class Members {
 public:
  explicit Members(std::string& out) : out_(out) {}
  void text(std::string_view name, std::string_view value) {
    begin(name);
    base::append_json_string(out_, value);
  }
  void number(std::string_view name, std::uint64_t value) {
    begin(name);
    out_ += std::to_string(value);
  }
  void instant(std::string_view name, const std::optional<base::Instant>& value) {
    if (!value) return raw(name, "null");
    text(name, base::to_rfc3339(*value));
  }
  void raw(std::string_view name, std::string_view json) {
    begin(name);
    out_ += json;
  }

 private:
  void begin(std::string_view name) {
    if (!is_first_) out_ += ", ";
    is_first_ = false;
    base::append_json_string(out_, name);
    out_ += ": ";
  }
  std::string& out_;
  bool is_first_ = true;
};

void append_source(std::string& out, const feed::Source& source) {
  const feed::SourceState& state = source.state;
  out += "{";
  Members members(out);
  members.text("id", source.settings->id);
  members.text("url", base::without_userinfo(source.settings->url));
  members.text("effective_url", base::without_userinfo(address_of(source)));
  members.text("agency", feed::agency_of(*source.settings, state));
  members.text("state", feed::to_string(state.state));
  members.text("reason", state.reason);
  members.number("http_status", static_cast<std::uint64_t>(std::max(0, state.http_status)));
  members.instant("last_attempt", state.last_attempt);
  members.instant("last_ok", state.last_ok);
  const bool has_plan = state.next_poll != base::Instant{};
  members.instant("next_poll", has_plan ? std::optional(state.next_poll) : std::nullopt);
  members.text("next_poll_reason", source.settings->enabled ? state.next_poll_reason : "disabled in the configuration");
  members.number("entries", state.entries);
  members.instant("newest", state.newest);
  members.number("polls", state.polls);
  members.number("not_modified", state.not_modified);
  members.number("bytes", state.bytes);
  members.text("notes", state.notes);
  out += "}";
}

std::string short_instant(const std::optional<base::Instant>& instant) {
  if (!instant) return "-";
  std::string text = base::to_rfc3339(*instant);  // 2017-12-01T09:00:00Z
  text[10] = ' ';
  return text.substr(0, 16);
}

using Row = std::array<std::string, 7>;

Row row_of(const feed::Source& source) {
  const feed::SourceState& state = source.state;
  const bool has_plan = source.settings->enabled && state.next_poll != base::Instant{};
  std::string why = state.reason;
  if (!why.empty() && !state.next_poll_reason.empty()) why += "; ";
  why += state.next_poll_reason;
  if (!source.settings->enabled) why = "disabled in the configuration";
  return {source.settings->id,          feed::to_string(state.state),
          short_instant(state.last_ok), has_plan ? short_instant(state.next_poll) : "-",
          short_instant(state.newest),  std::to_string(state.entries),
          base::collapse_space(why)};
}

}  // namespace

feed::Source SourceStatus::unpacked() const {
  feed::Source full{source.settings, source.state.unpack(source.settings->url)};
  if (outlook.next_poll) full.state.next_poll = *outlook.next_poll;
  if (outlook.reason) full.state.next_poll_reason = outlook.reason;
  if (hub) full.state.next_poll_reason += std::string("; ") + hub;
  return full;
}

std::string to_json(const Status& status) {
  std::string out = "{";
  Members members(out);
  members.text("version", RAPPORTEUR_VERSION);
  members.instant("started", status.started);
  members.instant("now", status.now);
  std::string store = "{";
  Members facts(store);
  facts.raw("ok", status.store_reason.empty() ? "true" : "false");
  facts.text("reason", status.store_reason);
  facts.number("entries", status.counts.entries);
  facts.number("stories", status.counts.stories);
  facts.number("bytes", status.counts.bytes);
  members.raw("store", store + "}");
  std::string sources = "[";
  for (const SourceStatus& source : status.sources) {
    sources += sources.size() > 1 ? ",\n  " : "\n  ";
    append_source(sources, source.unpacked());
  }
  members.raw("sources", sources + "]");
  std::string views = "[";
  for (const ViewStatus& view : status.views) {
    if (views.size() > 1) views += ", ";
    views += "{";
    Members one(views);
    one.text("name", view.name);
    one.number("stories", view.stories);
    one.instant("updated", view.updated);
    views += "}";
  }
  members.raw("views", views + "]");
  return out + "}\n";
}

std::string to_table(const Status& status) {
  std::vector<Row> rows = {{"source", "state", "last success", "next poll", "newest", "entries", "why"}};
  for (const SourceStatus& source : status.sources) rows.push_back(row_of(source.unpacked()));
  std::array<std::size_t, std::tuple_size_v<Row>> widths{};
  for (const Row& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], base::count_characters(row[i]));
  std::string out;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i)
      out += row[i] + std::string(widths[i] - base::count_characters(row[i]) + 2, ' ');
    out += row.back() + "\n";
  }
  out += std::to_string(status.sources.size()) + " sources, " + std::to_string(status.counts.entries) + " entries, " +
         std::to_string(status.counts.stories) + " stories; times are UTC\n";
  if (!status.store_reason.empty()) out += "the store: " + status.store_reason + "\n";
  return out;
}

}  // namespace rapporteur::engine
