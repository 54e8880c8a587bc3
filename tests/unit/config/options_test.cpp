#include "config/option.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "base/text.h"
#include "config/apply.h"
#include "config/read.h"
#include "config/read_toml.h"

using namespace rapporteur;
using config::Section;

namespace {

const std::string conf = RAPPORTEUR_SOURCE_DIR "/conf/";
constexpr std::string_view options_begin = ".\\\" options: begin\n";
constexpr std::string_view options_end = ".\\\" options: end\n";

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool is_blessing() { return std::getenv("RAPPORTEUR_BLESS") != nullptr; }

// The structs of one fresh reading, and the target of a section among them.
struct Fresh {
  config::Settings settings;
  feed::SourceSettings source;
  feed::PageSettings page;
  feed::JsonSettings json;
  config::TopicSettings topic;
  config::ViewSettings view;

  config::Target target(Section section) {
    switch (section) {
      case Section::source:
        return &source;
      case Section::page:
        return &page;
      case Section::json:
        return &json;
      case Section::topic:
        return &topic;
      case Section::view:
        return &view;
      default:
        return &settings;
    }
  }
};

bool equal(const config::Field& a, const config::Field& b) {
  return std::visit(
      [](const auto* x, const auto* y) {
        if constexpr (std::is_same_v<decltype(x), decltype(y)>)
          return *x == *y;
        else
          return false;
      },
      a, b);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(options_test)

BOOST_AUTO_TEST_CASE(every_default_in_the_table_is_the_default_of_its_field) {
  for (const config::Option& option : config::options()) {
    if (option.fallback.empty()) continue;
    BOOST_TEST_CONTEXT(config::full_name(option)) {
      Fresh untouched, read;
      config::FaultList faults;
      const auto value = config::read_toml_value(option.fallback, faults.add_file("default", "."));
      BOOST_TEST_REQUIRE(value.has_value());
      config::apply(option, read.target(option.section), *value, faults);
      BOOST_TEST(faults.empty());
      BOOST_TEST(equal(option.field(read.target(option.section)), option.field(untouched.target(option.section))));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_table_is_in_order) {
  std::set<std::string> names;
  Section last = Section::server;
  for (const config::Option& option : config::options()) {
    BOOST_TEST_CONTEXT(config::full_name(option)) {
      BOOST_TEST(names.insert(config::full_name(option)).second);
      BOOST_TEST((option.section >= last));
      BOOST_TEST((config::find_option(option.section, option.key) == &option));
      if (!config::is_repeated(option.section)) BOOST_TEST(!option.why.empty());
      last = option.section;
    }
  }
  BOOST_TEST(names.size() > 100u);
}

BOOST_AUTO_TEST_CASE(the_shipped_file_is_the_generated_one) {
  if (is_blessing()) std::ofstream(conf + "rapporteur.toml", std::ios::binary) << config::example_file();
  const std::string shipped = text_of(conf + "rapporteur.toml");
  BOOST_TEST((shipped == config::example_file()),
             "conf/rapporteur.toml differs from options.def; run this test with RAPPORTEUR_BLESS=1");
  BOOST_TEST(base::split(shipped, '\n').size() < 300u);
}

BOOST_AUTO_TEST_CASE(the_manual_holds_the_generated_section) {
  const std::string path = conf + "rapporteur.toml.5";
  std::string manual = text_of(path);
  const std::size_t begin = manual.find(options_begin), end = manual.find(options_end);
  BOOST_TEST_REQUIRE(begin != std::string::npos);
  BOOST_TEST_REQUIRE(end != std::string::npos);
  const std::size_t first = begin + options_begin.size();
  if (is_blessing()) {
    manual.replace(first, end - first, config::manual_section());
    std::ofstream(path, std::ios::binary) << manual;
  }
  const std::string shipped = text_of(path);
  BOOST_TEST((shipped.substr(first, shipped.find(options_end) - first) == config::manual_section()),
             "conf/rapporteur.toml.5 differs from options.def; run this test with RAPPORTEUR_BLESS=1");
}

BOOST_AUTO_TEST_CASE(the_shipped_configuration_has_no_fault) {
  const auto settings = config::read(conf + "rapporteur.toml");
  if (!settings)
    for (const config::Fault& fault : settings.error().list) BOOST_TEST_ERROR(config::to_string(fault));
  BOOST_TEST_REQUIRE(settings.has_value());
  BOOST_TEST(settings->warnings.size() == 0u);
  std::size_t enabled = 0;
  for (const auto& source : settings->sources) {
    enabled += source->enabled;
    BOOST_TEST(!source->labels->agency.empty(), source->id);
    BOOST_TEST(!source->labels->title.empty(), source->id);
  }
  BOOST_TEST(enabled > 30u);  // useful as shipped
}

// Whoever takes a hash away must get a valid file.
BOOST_AUTO_TEST_CASE(every_line_of_the_example_may_be_uncommented) {
  std::string toml;
  const std::string example = config::example_file();  // kept while its lines are looked at
  for (std::string_view line : base::split(example, '\n')) {
    const bool is_option = line.size() > 1 && line[0] == '#' && line[1] != ' ';
    if (line.starts_with("include")) continue;
    // Keys that exclude each other stand in the example together.
    bool is_alternative = false;
    for (const std::string_view key : {"#password_file", "#offset_param", "#link_template", "#interval = \"2h\""})
      is_alternative |= line.starts_with(key);
    if (is_alternative) continue;
    if (is_option) line.remove_prefix(1);
    if (line == "[source.json]")
      toml += "[[source]]\nid = \"second\"\nurl = \"https://example.org/2\"\nkind = \"json\"\n";
    if (line == "kind = \"feed\"" || line.starts_with("kind = \"feed\" ")) line = "kind = \"page\"";
    if (line.starts_with("username = ")) line = "username = \"u\"";
    toml.append(line).append("\n");
  }
  const auto settings = config::read_text(toml, "uncommented", ".");
  if (!settings)
    for (const config::Fault& fault : settings.error().list) BOOST_TEST_ERROR(config::to_string(fault));
  BOOST_TEST(settings.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
