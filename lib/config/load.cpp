#include "config/load.h"

#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>

#include "base/text.h"
#include "config/apply.h"
#include "config/forms.h"
#include "config/read_toml.h"

namespace rapporteur::config {

namespace {

constexpr std::string_view include_key = "include";

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

// The name by which a file is known to be the same one.
std::string real_name(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr), &std::free);
  return real ? real.get() : path;
}

// errno says why when nothing comes back.
std::optional<std::string> read_whole(const std::string& path) {
  struct stat facts {};
  if (stat(path.c_str(), &facts) != 0) return std::nullopt;
  if (S_ISDIR(facts.st_mode)) {
    errno = EISDIR;
    return std::nullopt;
  }
  const std::unique_ptr<std::FILE, decltype(&std::fclose)> file(std::fopen(path.c_str(), "re"), &std::fclose);
  if (!file) return std::nullopt;
  std::string text;
  char buffer[65536];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, file.get())) text.append(buffer, got);
  if (std::ferror(file.get())) return std::nullopt;
  return text;
}

class Loader {
 public:
  Loader(Table& root, FaultList& faults) : root_(root), faults_(faults) {}

  bool load_path(const std::string& path, const Place* from);
  void load(std::string_view toml, std::uint32_t file);

 private:
  void include(const Value& value);
  void include_one(const std::string& pattern, const Value& element);
  void join(Member& member);
  void join_section(Member& section, Member& further);

  Table& root_;
  FaultList& faults_;
  std::vector<std::string> open_;    // from the first file to the one being read: a name met again is a cycle
  std::vector<std::string> loaded_;  // a file that two patterns name is read once
};

bool Loader::load_path(const std::string& path, const Place* from) {
  const std::string name = real_name(path);
  if (std::find(open_.begin(), open_.end(), name) != open_.end()) {
    faults_.add(*from, "include: \"" + path + "\" includes itself by way of this file; remove one of the two includes");
    return true;
  }
  if (std::find(loaded_.begin(), loaded_.end(), name) != loaded_.end()) return true;
  loaded_.push_back(name);
  const std::optional<std::string> text = read_whole(path);
  const int reason = errno;
  if (!text) {
    faults_.mark_incomplete();
    const std::string what = "\"" + path + "\" cannot be read: " + std::strerror(reason);
    if (from)
      faults_.add(*from, "include: " + what);
    else
      faults_.add({faults_.add_file(path, directory_of(path)), 0, 0},
                  "cannot be read: " + std::string(std::strerror(reason)));
    return from != nullptr || (reason != ENOENT && reason != ENOTDIR);
  }
  open_.push_back(name);
  load(*text, faults_.add_file(path, directory_of(path)));
  open_.pop_back();
  return true;
}

void Loader::load(std::string_view toml, std::uint32_t file) {
  Result<Table, SyntaxError> table = read_toml(toml, file);
  if (!table) {
    const SyntaxError& error = table.error();
    faults_.mark_incomplete();
    return faults_.add({file, error.line, error.column},
                       "not TOML: " + error.text + " (the rest of this file was not read)");
  }
  for (Member& member : *table)
    if (member.key != include_key) join(member);
  if (const Member* includes = find(*table, include_key)) include(includes->value);
}

void Loader::include(const Value& value) {
  const auto* list = std::get_if<List>(&value.data);
  if (!list)
    return faults_.add(
        value.place, std::string("include: wants a list such as [\"sources.d/*.toml\"], not ") + describe_type(value));
  for (const Value& element : *list) {
    const auto* pattern = std::get_if<std::string>(&element.data);
    if (pattern && !pattern->empty())
      include_one(*pattern, element);
    else
      faults_.add(element.place, std::string("include: wants names of files, not ") +
                                     (pattern ? "an empty one" : describe_type(element)));
  }
}

// A pattern may match nothing; a plain name must be there.
void Loader::include_one(const std::string& pattern, const Value& element) {
  const std::string& directory = faults_.file(element.place.file).directory;
  const std::string path = pattern.front() == '/' || directory.empty() ? pattern : directory + "/" + pattern;
  if (path.find_first_of("*?[") == std::string::npos) {
    load_path(path, &element.place);
    return;
  }
  glob_t found{};
  const auto goes_on = [](const char*, int reason) { return reason == ENOENT || reason == ENOTDIR ? 0 : 1; };
  const int status = glob(path.c_str(), 0, goes_on, &found);  // sorted by name
  if (status == 0)
    for (std::size_t i = 0; i < found.gl_pathc; ++i) load_path(found.gl_pathv[i], &element.place);
  else if (status != GLOB_NOMATCH)
    faults_.add(element.place, "include: the folder of \"" + path + "\" cannot be read: " + std::strerror(errno));
  globfree(&found);
}

void Loader::join(Member& member) {
  const auto known =
      std::find_if(root_.begin(), root_.end(), [&](const Member& other) { return other.key == member.key; });
  if (known == root_.end())
    root_.push_back(std::move(member));
  else
    join_section(*known, member);
}

void Loader::join_section(Member& section, Member& further) {
  auto* list = std::get_if<List>(&section.value.data);
  auto* more = std::get_if<List>(&further.value.data);
  if (list && more) {
    std::move(more->begin(), more->end(), std::back_inserter(*list));
    return;
  }
  auto* table = std::get_if<Table>(&section.value.data);
  auto* keys = std::get_if<Table>(&further.value.data);
  if (!table || !keys)
    return faults_.add(further.place, "\"" + further.key + "\" was already set at " + faults_.name_of(section.place));
  for (Member& key : *keys) {
    if (const Member* before = find(*table, key.key))
      faults_.add(key.place, further.key + "." + key.key + " was already set at " + faults_.name_of(before->place));
    else
      table->push_back(std::move(key));
  }
}

// The quotes of a string may be left out, and a list of one needs no brackets.
Value override_value(const Option& option, const std::string& text, std::uint32_t file) {
  const bool has_quotes = text.starts_with('"') || text.starts_with('\'');
  std::optional<Value> value;
  if (has_quotes || !is_written_as_string(option.kind)) value = read_toml_value(text, file);
  if (!value) value = Value{{file, 0, 0}, text};
  if (auto* elements = std::get_if<List>(&value->data))
    for (Value& element : *elements) element.place = {file, 0, 0};
  if (is_list(option.kind) && !std::holds_alternative<List>(value->data)) {
    List list{std::move(*value)};
    value = Value{{file, 0, 0}, std::move(list)};
  }
  return std::move(*value);
}

const Option* option_named(std::string_view key, std::vector<std::string>& names) {
  for (const Option& option : options()) {
    if (is_repeated(option.section)) continue;
    names.push_back(full_name(option));
    if (names.back() == key) return &option;
  }
  return nullptr;
}

}  // namespace

bool load_file(const std::string& path, Table& root, FaultList& faults) {
  return Loader(root, faults).load_path(path, nullptr);
}

void load_text(std::string_view toml, const std::string& name, const std::string& directory, Table& root,
               FaultList& faults) {
  Loader(root, faults).load(toml, faults.add_file(name, directory));
}

void apply_overrides(const Overrides& overrides, Table& root, FaultList& faults) {
  for (const auto& [key, text] : overrides) {
    const std::uint32_t file = faults.add_file("--set " + key, ".");
    std::vector<std::string> names;
    const Option* option = option_named(key, names);
    if (!option) {
      faults.add({file, 0, 0}, "unknown key; write SECTION.KEY, such as \"fetch.interval\"" + suggestion(key, names));
      continue;
    }
    const std::string section = to_string(option->section);
    auto known = std::find_if(root.begin(), root.end(), [&](const Member& member) { return member.key == section; });
    if (known == root.end())
      known = root.insert(root.end(), Member{section, {file, 0, 0}, Value{{file, 0, 0}, Table{}}});
    auto* table = std::get_if<Table>(&known->value.data);
    if (!table) continue;  // a fault already: the section is no table
    std::erase_if(*table, [&](const Member& member) { return member.key == option->key; });
    table->push_back({std::string(option->key), {file, 0, 0}, override_value(*option, text, file)});
  }
}

}  // namespace rapporteur::config
