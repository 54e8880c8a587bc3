// The reading side of store.h: connections that are lent one at a time, each with its statements. Any thread; the lock
// is held only while a connection is taken from the shelf or put back, never while it reads.
#include <cstddef>
#include <utility>

#include "base/guarded.h"
#include "store/database.h"
#include "store/failure.h"
#include "store/migrations.h"
#include "store/source_row.h"
#include "store/store.h"
#include "store/stories.h"
#include "store/upkeep.h"

namespace rapporteur::store {

namespace {

constexpr std::size_t idle_connections = 4;  // kept; more are opened in a rush and closed after it

struct Reader {
  explicit Reader(std::unique_ptr<Database> opened)
      : database(std::move(opened)),
        stories(*database),
        known(*database,
              "select key, entry, raw_hash, text_hash, markup_hash from entry_key "
              "where source = ? and entry is not null"),
        counts(*database, "select (select ifnull(sum(entries), 0) from poll), (select stories from whole)") {}

  std::unique_ptr<Database> database;
  StoryReader stories;
  Statement known, counts;
};

std::unique_ptr<Database> connect(const std::string& path) {
  auto database = std::make_unique<Database>(path, Database::Access::read_only);
  database->prepare_for_reading();
  return database;
}

OpenError explain(const std::string& path, const Failure& failure) {
  if (failure.is_damage())
    return {OpenCode::damaged, std::string(failure.what()) + ". The file is damaged: restore a backup"};
  return {OpenCode::cannot_open,
          std::string(failure.what()) + ". Does " + path +
              " exist, and may this user read it and its directory? `rapporteur run` creates it"};
}

}  // namespace

struct Readers::Impl {
  // A connection on loan; it goes back to the shelf when the loan ends.
  class Loan {
   public:
    Loan(Impl& impl, const char* operation) : impl_(impl), reader_(impl.take()) { reader_->database->doing(operation); }
    ~Loan() { impl_.give_back(std::move(reader_)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    Reader* operator->() { return reader_.get(); }

   private:
    Impl& impl_;
    std::unique_ptr<Reader> reader_;
  };

  std::unique_ptr<Reader> take() {
    std::unique_ptr<Reader> idle = shelf.with([](auto& readers) {
      std::unique_ptr<Reader> last;
      if (readers.empty()) return last;
      last = std::move(readers.back());
      readers.pop_back();
      return last;
    });
    return idle ? std::move(idle) : std::make_unique<Reader>(connect(path));
  }

  void give_back(std::unique_ptr<Reader> reader) {
    shelf.with([&](auto& readers) {
      if (readers.size() < idle_connections) readers.push_back(std::move(reader));
    });
  }

  std::string path;
  base::Guarded<std::vector<std::unique_ptr<Reader>>> shelf;
};

Result<std::unique_ptr<Readers>, OpenError> Readers::open(const Settings& settings) {
  if (auto refusal = refuse_by_header(settings.path)) return *std::move(refusal);
  return connected(settings);
}

Result<std::unique_ptr<Readers>, OpenError> Readers::open_beside(const Writer&, const Settings& settings) {
  return connected(settings);
}

Result<std::unique_ptr<Readers>, OpenError> Readers::connected(const Settings& settings) {
  try {
    auto database = connect(settings.path);
    if (auto refusal = refuse_by_schema(*database)) return *std::move(refusal);
    const std::int64_t schema = database->integer_of("pragma user_version");
    if (schema != current_schema())
      return OpenError{OpenCode::cannot_open,
                       "store " + settings.path + ": " +
                           (schema == 0 ? "it is empty" : "it has the older schema " + std::to_string(schema)) +
                           ". `rapporteur run` brings it up to date"};
    auto impl = std::make_unique<Impl>();
    impl->path = settings.path;
    impl->give_back(std::make_unique<Reader>(std::move(database)));
    return std::unique_ptr<Readers>(new Readers(std::move(impl)));
  } catch (const Failure& failure) {
    return explain(settings.path, failure);
  }
}

Readers::Readers(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Readers::~Readers() = default;

feed::KnownEntries Readers::known_entries(base::SourceId source) const {
  Impl::Loan reader(*impl_, "reading the known entries");
  feed::KnownEntries known;
  Query row(reader->known);
  row.bind(base::to_number(source));
  while (row.step()) {
    const feed::EntryKey key = row.blob();
    feed::KnownEntry& entry = known[key];
    entry.row = base::EntryId{row.integer()};
    entry.raw_hash = row.number();
    entry.text_hash = row.number();
    entry.markup_hash = row.number();
  }
  return known;
}

std::vector<feed::Story> Readers::latest_stories(std::size_t limit) const {
  Impl::Loan reader(*impl_, "reading the latest stories");
  return reader->stories.latest(limit);
}

base::Instant Readers::last_changed() const {
  Impl::Loan reader(*impl_, "reading the instant of the last change");
  return base::Instant(base::Duration(reader->database->integer_of("select last_changed from whole")));
}

base::Instant Readers::last_issued() const {
  Impl::Loan reader(*impl_, "reading the last issued instant");
  return base::Instant(base::Duration(reader->database->integer_of("select last_issued from whole")));
}

std::vector<feed::Story> Readers::stories_between(base::Instant from, base::Instant to, std::size_t limit) const {
  Impl::Loan reader(*impl_, "reading the stories of a day");
  return reader->stories.between(from, to, limit);
}

std::optional<feed::Story> Readers::story(base::StoryId id) const {
  Impl::Loan reader(*impl_, "reading a story");
  return reader->stories.one(id);
}

std::vector<feed::Revision> Readers::revisions(base::EntryId lead) const {
  Impl::Loan reader(*impl_, "reading the revisions of a story");
  return reader->stories.revisions(lead);
}

std::optional<base::Instant> Readers::order_key_before(base::Instant from) const {
  Impl::Loan reader(*impl_, "looking for older stories");
  return reader->stories.order_key_before(from);
}

std::optional<base::Instant> Readers::order_key_from(base::Instant to) const {
  Impl::Loan reader(*impl_, "looking for newer stories");
  return reader->stories.order_key_from(to);
}

void Readers::rest() const {
  std::vector<std::unique_ptr<Reader>> idle;
  impl_->shelf.with([&](auto& readers) { idle.swap(readers); });
}

std::vector<feed::Source> Readers::sources() const {
  Impl::Loan reader(*impl_, "reading the sources");
  std::vector<feed::Source> followed;
  read_sources(*reader->database, [&](StoredSource& source) {
    if (!source.is_followed) return;
    followed.push_back(
        {std::make_shared<const feed::SourceSettings>(std::move(source.settings)), std::move(source.state)});
  });
  return followed;
}

Counts Readers::counts() const {
  Impl::Loan reader(*impl_, "counting");
  Counts counts;
  Query row(reader->counts);
  if (row.step()) {
    counts.entries = row.number();
    counts.stories = row.number();
  }
  counts.bytes = bytes_on_disk(impl_->path);
  return counts;
}

}  // namespace rapporteur::store
