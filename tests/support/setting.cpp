#include "support/setting.h"

namespace rapporteur::test {

std::string store_path(const TemporaryFolder& folder) { return (folder / "store.db").string(); }

std::string test_settings(const TemporaryFolder& folder, const std::string& fetch_keys) {
  return "[server]\nlisten = [\"127.0.0.1:0\"]\nview_limit = 500\n[store]\npath = \"" + store_path(folder) +
         "\"\n[fetch]\nhost_gap = \"0s\"\nhost_connections = 8\nmin_interval = \"0.2s\"\ninterval = \"1h\"\n"
         "no_validator_interval = \"1h\"\nallow_networks = [\"127.0.0.0/8\"]\n" +
         fetch_keys + "\n";
}

std::string source_table(const std::string& id, const std::string& url, const std::string& more) {
  return "[[source]]\nid = \"" + id + "\"\nurl = \"" + url + "\"\n" + more + "\n";
}

std::string wait_for_url(Program& program) {
  const std::string mark = "serving ";
  if (!program.wait_for_error(mark)) return {};
  const std::string errors = program.errors();
  const std::size_t at = errors.find(mark) + mark.size();
  const std::size_t end = errors.find('/', errors.find("//", at) + 2);
  return errors.substr(at, end - at);
}

std::string rss_document(const std::string& name, int first, int count) {
  std::string text = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>" + name + "</title><link>https://" +
                     name + ".test/</link><description>x</description>";
  for (int i = first; i < first + count; ++i) {
    const std::string number = std::to_string(i);
    text += "<item><title>" + name + " story " + number + "</title><link>https://" + name + ".test/" + number +
            "</link><guid isPermaLink=\"false\">" + name + "-" + number +
            "</guid><pubDate>Tue, 24 Nov 2026 09:" + std::string(i % 60 < 10 ? "0" : "") + std::to_string(i % 60) +
            ":00 +0000</pubDate><description>Text of " + number + "</description></item>";
  }
  return text + "</channel></rss>";
}

}  // namespace rapporteur::test
