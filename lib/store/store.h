// What we remember: the one writer and the lending desk of readers, over one SQLite file in WAL mode. Everything above
// speaks in feed's structs; SQL, statements and the schema stay below this header (store/migrations is the schema).
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "feed/change.h"
#include "feed/harvest.h"
#include "feed/packed_state.h"
#include "feed/source.h"
#include "feed/story.h"
#include "feed/subscription.h"
#include "store/settings.h"

namespace rapporteur::store {

// Why a store could not be opened; the exit status follows the code (sysexits).
enum class OpenCode { locked, newer_schema, not_a_store, damaged, cannot_create, cannot_write, cannot_open };
struct OpenError {
  OpenCode code = OpenCode::cannot_open;
  std::string text;  // what, which file, what to do
};

struct Counts {
  std::uint64_t entries = 0, stories = 0, bytes = 0;  // bytes: the file and its WAL
};

// A source that is about to be asked: what the next process must know should this one die before the answer is stored.
struct Attempt {
  base::SourceId row{};
  base::Instant started{}, next_poll{};
};

// One of those that are written together, and what became of it.
struct Harvested {
  std::shared_ptr<const feed::SourceSettings> source;
  feed::Harvest harvest;
};
struct Committed {
  feed::Change change;
  std::exception_ptr failure;  // store::Failure, when nothing of it was kept
};

// Holds the lock file and the only writing connection. Opened on the main thread, then used on the writer thread only.
class Writer {
 public:
  // Creates the file, takes `path + ".lock"`, migrates. A newer schema is refused and the file not touched.
  [[nodiscard]] static Result<std::unique_ptr<Writer>, OpenError> open(const Settings& settings);
  ~Writer();

  // Brings the table of sources in line with the configuration, in one transaction, and returns what is remembered of
  // each, in the order given. Sources that are no longer configured keep their entries. A changed url drops validators.
  std::vector<feed::PackedState> follow(const std::vector<std::shared_ptr<const feed::SourceSettings>>& sources,
                                        base::Instant now);

  // Everything of one harvest, and the answers that were kept, in one transaction; durable on return. Throws
  // store::Failure when the disk fails; nothing of the harvest is then kept.
  feed::Change apply(const feed::SourceSettings& source, feed::Harvest harvest);
  // Those of several sources in one transaction, in their order: the pages that all of them touch are written once.
  // When it fails, each is tried in one of its own, so that none takes another one down.
  std::vector<Committed> apply(std::vector<Harvested>& group);
  // Answers without news of sources that have a row, the latest of each: written with what comes next, apply(), note()
  // or flush(). They outlive a failure of these.
  void keep(std::vector<feed::SourceState> answers);
  // These are about to be asked; in one transaction, in the kernel's hands on return (POLITENESS P13). Throws
  // store::Failure.
  void note(const std::vector<Attempt>& attempts);
  void flush();
  // Nothing is coming in: memory is given back that the next write takes again.
  void rest();
  // What was agreed with hubs; what is long over is deleted. A write is durable on return. The row of the source must
  // exist. Throw store::Failure.
  std::vector<feed::Subscription> subscriptions(base::Instant now);
  void write(const feed::Subscription& subscription);
  bool has_unflushed() const;
  // After SIGTERM: flush, checkpoint, close. The destructor does it too, quietly.
  void close();
  Counts counts();

 private:
  struct Impl;
  explicit Writer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Read-only connections, lent one at a time; any thread. Snapshots: a writer never blocks them.
class Readers {
 public:
  // The file must exist (Writer::open made it, or `status` reads beside a daemon).
  [[nodiscard]] static Result<std::unique_ptr<Readers>, OpenError> open(const Settings& settings);
  // In the process that has the writer. The file is opened through SQLite alone: to open and close it besides would
  // take away every lock that this process holds on it (fcntl(2), "record locks"), and the next program that has read
  // would throw the journal away under the writer.
  static Result<std::unique_ptr<Readers>, OpenError> open_beside(const Writer& writer, const Settings& settings);
  ~Readers();

  // Every key on record of the source's entries.
  feed::KnownEntries known_entries(base::SourceId source) const;
  // The stories of the whole merge, newest order key first, then by id.
  std::vector<feed::Story> latest_stories(std::size_t limit) const;
  // Those with an order key in [from, to), newest first, at most `limit`.
  std::vector<feed::Story> stories_between(base::Instant from, base::Instant to, std::size_t limit) const;
  // One story, also by an id that it had before; nullopt: there is none.
  std::optional<feed::Story> story(base::StoryId id) const;
  // What its lead said before, the latest first, at most a hundred.
  std::vector<feed::Revision> revisions(base::EntryId lead) const;
  // The order keys of the nearest stories on either side: the greatest below `from`, the least at or above `to`.
  std::optional<base::Instant> order_key_before(base::Instant from) const;
  std::optional<base::Instant> order_key_from(base::Instant to) const;
  // Greatest instant that entries of the whole merge were ever issued with; the epoch when there is none.
  base::Instant last_issued() const;
  // When entries were last added or changed, whatever dates they bear; the epoch when there are none.
  base::Instant last_changed() const;
  // Those that nobody uses are closed; the next reading opens one.
  void rest() const;
  std::vector<feed::Source> sources() const;  // settings hold id and url only
  Counts counts() const;

 private:
  static Result<std::unique_ptr<Readers>, OpenError> connected(const Settings& settings);
  struct Impl;
  explicit Readers(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Our ground gives way: disk full, I/O error, damage. what() names the file, the operation and SQLite's words.
class Failure;

}  // namespace rapporteur::store
