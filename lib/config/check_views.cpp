// Topics and views of config/check.h: names that must exist.
#include <algorithm>
#include <string>

#include "config/check.h"
#include "config/forms.h"

namespace rapporteur::config {

namespace {

using Names = std::vector<std::string>;

class ViewCheck {
 public:
  ViewCheck(const Draft& draft, FaultList& faults) : draft_(draft), faults_(faults), topics_(builtin_topics()) {
    for (const TopicSettings& topic : draft.settings.topics) topics_.push_back(topic.id);
    for (const auto& source : draft.sources) {
      sources_.push_back(source->id);
      agencies_.push_back(source->labels->agency);
      // A feed without a configured agency, a list of sources and a wire bring names that only time can tell.
      has_open_sources_ |= source->kind == feed::SourceKind::opml;
      has_open_agencies_ |= source->labels->agency.empty() || source->wire || source->kind == feed::SourceKind::opml;
    }
  }

  void check(std::size_t index) {
    const ViewSettings& view = draft_.settings.views[index];
    table_ = draft_.view_tables[index];
    name_ = "view" + (view.name.empty() ? std::string() : " \"" + view.name + "\"");
    need(view.topics, "topics", "topic", topics_);
    if (!has_open_sources_) need(view.sources, "sources", "source", sources_);
    if (!has_open_agencies_) need_agencies(view.agencies);
  }

 private:
  // At the element itself, not at its list.
  Place place_of_element(std::string_view key, std::string_view text) const {
    const Member* member = find(std::get<Table>(table_->data), key);
    const auto* list = member ? std::get_if<List>(&member->value.data) : nullptr;
    if (!list) return table_->place;
    for (const Value& element : *list)
      if (const auto* said = std::get_if<std::string>(&element.data); said && *said == text) return element.place;
    return member->value.place;
  }

  void need(const Names& wanted, std::string_view key, std::string_view what, const Names& known) {
    for (const std::string& name : wanted)
      if (std::find(known.begin(), known.end(), name) == known.end())
        faults_.add(place_of_element(key, name),
                    name_ + ": " + std::string(what) + " \"" + name + "\" is unknown" + suggestion(name, known));
  }

  void need_agencies(const Names& wanted) {
    for (const std::string& name : wanted) {
      const std::string path = path_of_agency(name);
      const auto is_same = [&](const std::string& agency) { return path_of_agency(agency) == path; };
      if (std::none_of(agencies_.begin(), agencies_.end(), is_same))
        faults_.add(place_of_element("agencies", name),
                    name_ + ": no source is of agency \"" + name + "\"" + suggestion(name, agencies_));
    }
  }

  const Draft& draft_;
  FaultList& faults_;
  Names topics_, sources_, agencies_;
  bool has_open_sources_ = false, has_open_agencies_ = false;
  const Value* table_ = nullptr;
  std::string name_;
};

}  // namespace

void check_views(const Draft& draft, FaultList& faults) {
  const Settings& s = draft.settings;
  check_names(
      draft.topic_tables, [&](std::size_t i) { return std::string_view(s.topics[i].id); }, "topic", "id", faults);
  check_names(
      draft.view_tables, [&](std::size_t i) { return std::string_view(s.views[i].name); }, "view", "name", faults);
  ViewCheck check(draft, faults);
  for (std::size_t i = 0; i < s.views.size(); ++i) check.check(i);
}

}  // namespace rapporteur::config
