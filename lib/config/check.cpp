#include "config/check.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unordered_map>

#include "base/text.h"
#include "base/time.h"
#include "base/url.h"
#include "config/forms.h"

namespace rapporteur::config {

namespace {

using base::describe;

const Member* find_set(const Table& root, std::string_view section, std::string_view key) {
  const Member* member = find(root, section);
  const auto* table = member ? std::get_if<Table>(&member->value.data) : nullptr;
  return table ? find(*table, key) : nullptr;
}

// An option that was not stated follows a stated one that contradicts its default; two stated ones are a fault.
void check_intervals(schedule::Settings& s, const Table& root, FaultList& faults) {
  const Member* interval = find_set(root, "fetch", "interval");
  const Member* longest = find_set(root, "fetch", "max_interval");
  if (s.interval < s.min_interval) {
    if (interval)
      faults.add(interval->value.place, "fetch.interval: " + describe(s.interval) +
                                            " is below the hard floor fetch.min_interval (" + describe(s.min_interval) +
                                            "); raise one or lower the other");
    else
      s.interval = s.min_interval;
  }
  if (s.max_interval < s.interval) {
    if (longest && interval)
      faults.add(longest->value.place, "fetch.max_interval: " + describe(s.max_interval) +
                                           " is below fetch.interval (" + describe(s.interval) +
                                           "); the most cannot be less than the usual");
    else if (longest && s.max_interval < s.min_interval)
      faults.add(longest->value.place, "fetch.max_interval: " + describe(s.max_interval) +
                                           " is below the hard floor fetch.min_interval (" + describe(s.min_interval) +
                                           ")");
    (longest && !interval ? s.interval : s.max_interval) = longest && !interval ? s.max_interval : s.interval;
  }
}

// The guard judges the address that is connected to; behind a proxy that is the proxy's, so the promise could not be
// kept.
void check_proxy(const fetch::Settings& fetch, const Table& root, FaultList& faults) {
  const Member* proxy = find_set(root, "fetch", "proxy");
  if (!proxy || fetch.proxy.empty()) return;
  const std::string shown = base::without_userinfo(fetch.proxy);
  if (const Objection objection = object_to_proxy(fetch.proxy))
    return faults.add(proxy->value.place, "fetch.proxy: \"" + shown + "\" " + *objection);
  if (fetch.allow_private) return;
  faults.add(proxy->value.place,
             "fetch.proxy: with a proxy we see only its own address, so \"allow_private = false\" cannot be kept; let "
             "the proxy "
             "refuse private addresses and write \"allow_private = true\" here, or do without the proxy");
}

void check_ca_file(const fetch::Settings& fetch, const Table& root, FaultList& faults) {
  const Member* file = find_set(root, "fetch", "ca_file");
  if (!file || fetch.ca_file.empty() || ::access(fetch.ca_file.c_str(), R_OK) == 0) return;
  faults.add(file->value.place, "fetch.ca_file: \"" + fetch.ca_file + "\" cannot be read: " + std::strerror(errno) +
                                    "; name a file of certificates (PEM), or leave it out for those of the system");
}

// A hub on another machine cannot be told to call "localhost".
void check_websub(const Settings& settings, const Table& root, FaultList& faults) {
  const Member* stated = find_set(root, "server", "websub");
  const Member* base_url = find_set(root, "server", "base_url");
  if (!settings.websub || !stated) return;
  if (!base_url)
    return faults.add(stated->value.place,
                      "server.websub: hubs must be told where to bring what is new; name that address, as they reach "
                      "it, in server.base_url, or leave websub out");
  const std::string& url = settings.publish.base_url;
  const Objection objection =
      settings.fetch.allow_private ? std::nullopt : object_to_reach(url, settings.fetch.allow_networks);
  if (objection)
    faults.add(base_url->value.place,
               "server.base_url: \"" + url + "\" " + *objection +
                   ", so that no hub could bring anything (websub = true); name the address of the proxy in front, or "
                   "leave websub out. For a hub in your own network allow that one in fetch.allow_networks");
}

// Who reads the log of a server must be able to tell a poller from a person (POLITENESS P38).
void check_user_agent(const fetch::Settings& fetch, const Table& root, FaultList& faults) {
  const Member* stated = find_set(root, "fetch", "user_agent");
  if (!stated) return;
  if (const Objection objection = object_to_user_agent(fetch.user_agent))
    faults.add(stated->value.place, "fetch.user_agent: " + *objection);
}

std::string default_base_url(const std::vector<std::string>& listen) {
  for (const std::string& address : listen) {
    if (address.starts_with("unix:")) continue;
    const std::size_t colon = address.rfind(':');
    const std::string host = address.substr(0, colon), port = address.substr(colon);
    const bool is_any = host == "0.0.0.0" || host == "[::]";  // nobody can go there
    return "http://" + (is_any ? std::string("localhost") : host) + (port == ":80" ? std::string() : port);
  }
  return "http://localhost";
}

bool is_pointer(std::string_view text) { return text.empty() || text.front() == '/'; }

void check_json(const feed::SourceSettings& source, const Value& table, const std::string& who, FaultList& faults) {
  const feed::JsonSettings& json = *source.extras->json;
  const Member* member = find(std::get<Table>(table.data), "json");
  const auto fault = [&](std::string_view key, const std::string& what) {
    faults.add(place_of(member->value, key), who + ", json." + std::string(key) + ": " + what);
  };
  const std::pair<std::string_view, const std::string*> pointers[] = {
      {"item", &json.item},         {"id", &json.id},           {"title", &json.title}, {"link", &json.link},
      {"summary", &json.summary},   {"content", &json.content}, {"date", &json.date},   {"author", &json.author},
      {"category", &json.category}, {"next", &json.next}};
  for (const auto& [key, pointer] : pointers)
    if (!is_pointer(*pointer)) fault(key, "\"" + *pointer + "\" is no JSON pointer; write \"/" + *pointer + "\"");
  if (!json.link_template.empty() && json.link_template.find("{/") == std::string::npos)
    fault("link_template", "names nothing of the element; write \"https://host/story/{/id}\"");
  if (!json.link_template.empty() && !json.link.empty())
    fault("link_template", "stands beside link; keep one of the two");
  if (json.title.empty() && json.link.empty() && json.link_template.empty())
    fault("title", "neither title nor link is named, so every item would be skipped");
  if (!json.page_param.empty() && !json.offset_param.empty())
    fault("offset_param", "stands beside page_param; keep one of the two");
  if (!json.offset_param.empty() && json.page_size == 0)
    fault("offset_param", "needs page_size, the step from page to page");
}

void check_kind(const feed::SourceSettings& source, const Value& table, const std::string& who, FaultList& faults) {
  using feed::SourceKind;
  if (source.kind == SourceKind::page && (!source.extras->page || source.extras->page->item.empty()))
    faults.add(place_of(table, "kind"),
               who + ": kind \"page\" needs [source.page] with item, an XPath that finds a node per story");
  if (source.kind == SourceKind::json && !source.extras->json)
    faults.add(place_of(table, "kind"), who + ": kind \"json\" needs [source.json] with pointers to the stories");
  if (source.extras->page && source.kind != SourceKind::page)
    faults.add(place_of(table, "page"), who + ": [source.page] needs kind = \"page\"");
  if (source.extras->json && source.kind != SourceKind::json)
    faults.add(place_of(table, "json"), who + ": [source.json] needs kind = \"json\"");
  if (source.extras->json && source.kind == SourceKind::json) check_json(source, table, who, faults);
}

// Two spellings of one agency would share a path (CONTRACT section 3).
void check_agencies(const Draft& draft, FaultList& faults) {
  std::unordered_map<std::string, std::size_t> paths;
  for (std::size_t i = 0; i < draft.sources.size(); ++i) {
    const std::string& agency = draft.sources[i]->labels->agency;
    if (agency.empty()) continue;
    const Place place = place_of(*draft.source_tables[i], "agency");
    const std::string path = path_of_agency(agency);
    const auto [before, is_new] = paths.emplace(path, i);
    if (path.empty())
      faults.add(place, "source.agency: \"" + agency + "\" has no letter or digit to make a path of");
    else if (!is_new && draft.sources[before->second]->labels->agency != agency)
      faults.add(place, "source.agency: \"" + agency + "\" and \"" + draft.sources[before->second]->labels->agency +
                            "\" (" + faults.name_of(place_of(*draft.source_tables[before->second], "agency")) +
                            ") have the same path /agency/" + path + "/; write both alike");
  }
}

}  // namespace

Place place_of(const Value& table, std::string_view key) {
  const auto* members = std::get_if<Table>(&table.data);
  const Member* member = members ? find(*members, key) : nullptr;
  return member ? member->value.place : table.place;
}

void check_relations(Draft& draft, const Table& root, FaultList& faults) {
  Settings& s = draft.settings;
  check_intervals(s.schedule, root, faults);
  check_proxy(s.fetch, root, faults);
  check_ca_file(s.fetch, root, faults);
  check_websub(s, root, faults);
  check_user_agent(s.fetch, root, faults);
  if (s.fetch.body_budget < s.fetch.max_body) {
    const Member* budget = find_set(root, "fetch", "body_budget");
    const Member* body = find_set(root, "fetch", "max_body");
    if (budget && body)
      faults.add(budget->value.place,
                 "fetch.body_budget: is below fetch.max_body, so the largest document could never be read; raise it");
    else if (budget)
      s.fetch.max_body = s.fetch.body_budget;
    else
      s.fetch.body_budget = s.fetch.max_body;
  }
  if (s.schedule.connections < s.schedule.host_connections)
    if (const Member* stated = find_set(root, "fetch", "host_connections");
        stated && find_set(root, "fetch", "connections"))
      faults.add(stated->value.place,
                 "fetch.host_connections: is more than fetch.connections, which counts over all hosts");
  if (!find_set(root, "server", "base_url")) s.publish.base_url = default_base_url(s.serve.listen);
  // What two modules need is one option.
  s.fetch.connections = s.schedule.connections;
  s.fetch.host_connections = s.schedule.host_connections;
  s.fetch.max_retry_after = s.schedule.max_retry_after;
  s.serve.max_push = s.fetch.max_body;
}

void check_names(const std::vector<const Value*>& tables, const std::function<std::string_view(std::size_t)>& name_at,
                 std::string_view what, std::string_view key, FaultList& faults) {
  std::unordered_map<std::string_view, Place> known;
  known.reserve(tables.size());
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const Place place = place_of(*tables[i], key);
    const std::string_view name = name_at(i);
    if (!find(std::get<Table>(tables[i]->data), key)) {
      faults.add(place, std::string("[[").append(what).append("]] needs ").append(key));
    } else if (!name.empty()) {
      const auto [before, is_new] = known.emplace(name, place);
      if (!is_new)
        faults.add(place, std::string(what).append(".").append(key).append(": \"").append(name).append(
                              "\" is already used at ") +
                              faults.name_of(before->second));
    }
  }
}

void check_sources(const Draft& draft, FaultList& faults) {
  check_names(
      draft.source_tables, [&](std::size_t i) { return std::string_view(draft.sources[i]->id); }, "source", "id",
      faults);
  std::unordered_map<std::string, std::size_t> urls;
  std::vector<std::string> topics = builtin_topics();
  for (const TopicSettings& topic : draft.settings.topics) topics.push_back(topic.id);
  for (std::size_t i = 0; i < draft.sources.size(); ++i) {
    const feed::SourceSettings& source = *draft.sources[i];
    const Value& table = *draft.source_tables[i];
    const std::string who = "source" + (source.id.empty() ? std::string() : " \"" + source.id + "\"");
    if (!find(std::get<Table>(table.data), "url"))
      faults.add(table.place, who + ": needs url, the address of the feed");
    if (!source.url.empty()) {
      const auto [before, is_new] = urls.emplace(source.url, i);
      if (!is_new && source.enabled && draft.sources[before->second]->enabled)
        faults.warn(place_of(table, "url"), who + ": the same address is asked for at " +
                                                faults.name_of(place_of(*draft.source_tables[before->second], "url")));
    }
    if (source.interval && *source.interval < draft.settings.schedule.min_interval)
      faults.add(place_of(table, "interval"), who + ": interval " + describe(*source.interval) +
                                                  " is below the hard floor fetch.min_interval (" +
                                                  describe(draft.settings.schedule.min_interval) + ")");
    if (find(std::get<Table>(table.data), "password") && find(std::get<Table>(table.data), "password_file"))
      faults.add(place_of(table, "password"), who + ": password stands beside password_file; keep one of the two");
    if (!source.extras->password.empty() && source.extras->username.empty())
      faults.add(table.place, who + ": a password needs a username");
    for (const std::string& topic : source.labels->topics)
      if (std::find(topics.begin(), topics.end(), topic) == topics.end())
        faults.add(place_of(table, "topics"), who + ": topic \"" + topic + "\" is unknown" + suggestion(topic, topics));
    check_kind(source, table, who, faults);
  }
  check_agencies(draft, faults);
}

}  // namespace rapporteur::config
