// `demo`: an origin on loopback that serves the shipped sample feeds over real HTTP, and the real daemon polling it.
// The origin is our own server with the sample files on its shelf, on a thread and an io_context of its own.
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "base/hash.h"
#include "config/read.h"
#include "daemon/commands.h"
#include "engine/engine.h"
#include "serve/server.h"

namespace rapporteur::daemon {

namespace {

namespace fs = std::filesystem;

struct Sample {
  const char* file;
  const char* media_type;
  const char* id;
  const char* agency;
  const char* settings;  // further keys of its [[source]]
};

constexpr Sample samples[] = {
    {"mountain-health.rss", "application/rss+xml", "health", "Sample Health Agency", "topics = [\"health\"]"},
    {"human-rights.atom", "application/atom+xml", "rights", "Sample Human Rights Office",
     "topics = [\"human-rights\"]"},
    {"refugees.rdf", "application/rdf+xml", "refugees", "Sample Refugee Agency", "language = \"fr\""},
    {"food.json", "application/feed+json", "food", "Sample Food Programme", "countries = [\"KG\"]"},
    {"press.rss", "text/xml", "press", "Sample Press Service", "language = \"en\""},
};

// Installed beside the program, else in the source tree that it was built from.
fs::path find_samples() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path installed = program.parent_path().parent_path() / "share/rapporteur/demo";
  return fs::exists(installed / samples[0].file, error) ? installed : fs::path(RAPPORTEUR_DEMO_DIR);
}

std::shared_ptr<const publish::Edition> shelf_of_samples(const fs::path& folder) {
  auto edition = std::make_shared<publish::Edition>();
  for (const Sample& sample : samples) {
    std::ifstream file(folder / sample.file, std::ios::binary);
    publish::Page page;
    page.media_type = sample.media_type;
    page.body.assign(std::istreambuf_iterator<char>(file), {});
    if (page.body.empty()) return nullptr;
    page.etag = "\"" + std::to_string(base::change_hash(page.body)) + "\"";
    page.last_modified = base::Instant(std::chrono::hours(24 * 20781));
    page.cache_control = "no-cache";
    page.csp = "default-src 'none'";
    edition->pages.emplace(std::string("/") + sample.file, std::move(page));
  }
  return edition;
}

// The origin; the thread runs until the object goes.
class Origin {
 public:
  explicit Origin(std::shared_ptr<const publish::Edition> shelf)
      : server_(io_.get_executor(), clock_, settings(), serve::Live()) {
    server_.shelve(std::move(shelf));
  }
  ~Origin() {
    boost::asio::post(io_, [this] { server_.stop(base::Duration(0)); });
    if (thread_.joinable()) thread_.join();
  }
  Origin(const Origin&) = delete;
  Origin& operator=(const Origin&) = delete;

  std::string start() {  // the sentence of what went wrong, or ""
    const auto listening = server_.listen({});
    if (!listening) return listening.error().text;
    url_ = server_.urls().front();
    server_.open();
    thread_ = std::thread([this] { io_.run(); });
    return {};
  }
  const std::string& url() const { return url_; }

 private:
  static serve::Settings settings() {
    serve::Settings settings;
    settings.listen = {"127.0.0.1:0"};
    return settings;
  }
  base::SystemClock clock_;
  boost::asio::io_context io_{1};
  serve::Server server_;
  std::string url_;
  std::thread thread_;
};

std::string configuration(const std::string& origin, const fs::path& store, int port) {
  std::string text =
      "[server]\nlisten = [\"127.0.0.1:" + std::to_string(port) + "\"]\n[store]\npath = \"" + store.string() +
      "\"\n[site]\ntitle = \"rapporteur demo\"\nsubtitle = \"Sample feeds, polled over HTTP every two seconds\"\n"
      "[fetch]\nmin_interval = \"1s\"\ninterval = \"2s\"\nno_validator_interval = \"2s\"\nhost_gap = \"0s\"\n"
      "allow_networks = [\"127.0.0.0/8\"]\n";
  for (const Sample& sample : samples)
    text += "[[source]]\nid = \"" + std::string(sample.id) + "\"\nurl = \"" + origin + "/" + sample.file +
            "\"\nagency = \"" + sample.agency + "\"\n" + sample.settings + "\n";
  return text;
}

struct TemporaryFolder {
  fs::path path;
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "rapporteur-demo-XXXXXX").string();
    if (::mkdtemp(name.data())) path = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path.empty()) fs::remove_all(path, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
};

int complain(const std::string& sentence, int exit_status) {
  std::fprintf(stderr, "rapporteur: %s\n", sentence.c_str());
  return exit_status;
}

void welcome(const std::vector<std::string>& urls) {
  const std::string& url = urls.front();
  std::printf(
      "The demo runs: five sample feeds are polled over HTTP and merged.\n"
      "  the page:        %s/\n"
      "  the Atom feed:   %s/feed.atom   (subscribe to this one in a reader)\n"
      "  the JSON feed:   %s/feed.json\n"
      "Ctrl-C ends it; nothing is kept.\n",
      url.c_str(), url.c_str(), url.c_str());
  std::fflush(stdout);
}

}  // namespace

int demo(const Common& common, const DemoOptions& options) {
  const fs::path folder = find_samples();
  auto shelf = shelf_of_samples(folder);
  if (!shelf)
    return complain("the sample feeds are missing: " + folder.string() + "; install the program whole", no_input);
  Origin origin(std::move(shelf));
  if (const std::string trouble = origin.start(); !trouble.empty()) return complain(trouble, unavailable);
  const TemporaryFolder home;
  if (home.path.empty())
    return complain("no temporary folder could be made; set TMPDIR to one that is writable", cannot_create);
  auto settings = config::read_text(configuration(origin.url(), home.path / "demo.db", options.port), "demo", ".",
                                    common.overrides);
  if (!settings) return complain(config::to_string(settings.error().list.front()), bad_configuration);
  const base::SystemClock clock;
  auto engine = engine::Engine::open(std::move(*settings), clock, {});
  if (!engine) return complain(engine.error().text, engine.error().exit_status);
  const auto served = (*engine)->serve(welcome);
  if (served) return done;
  return complain(served.error().text + "; or: rapporteur demo --port 0, which takes any that is free",
                  served.error().exit_status);
}

}  // namespace rapporteur::daemon
