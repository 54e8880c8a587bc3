#include "store/lock.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "support/store.h"

using namespace rapporteur;
using store::LockFile;

BOOST_AUTO_TEST_SUITE(lock_test)

namespace {

// A process that holds the lock of `path` until it is ended.
class Holder {
 public:
  explicit Holder(const std::string& path) {
    int ready[2];
    BOOST_REQUIRE(::pipe(ready) == 0);
    child_ = ::fork();
    if (child_ == 0) {
      auto lock = LockFile::take(path);
      const char answer = lock ? 'y' : 'n';
      if (::write(ready[1], &answer, 1) != 1) ::_exit(1);
      for (;;) ::pause();
    }
    char answer = 0;
    BOOST_REQUIRE(::read(ready[0], &answer, 1) == 1);
    ::close(ready[0]);
    ::close(ready[1]);
    has_lock = answer == 'y';
  }
  ~Holder() { end(); }
  void end() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    child_ = 0;
  }
  pid_t process() const { return child_; }
  bool has_lock = false;

 private:
  pid_t child_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_second_process_is_refused_and_told_who_holds_it) {
  support::TemporaryDirectory directory;
  const std::string path = directory.file("store.db");
  Holder holder(path);
  BOOST_TEST_REQUIRE(holder.has_lock);
  const auto refused = LockFile::take(path);
  BOOST_TEST_REQUIRE(refused.has_error());
  BOOST_TEST((refused.error().code == store::OpenCode::locked));
  BOOST_TEST(refused.error().text.find("process " + std::to_string(holder.process()) + " ") != std::string::npos);
  BOOST_TEST(refused.error().text.find(path) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_lock_of_a_killed_process_is_free) {
  support::TemporaryDirectory directory;
  const std::string path = directory.file("store.db");
  Holder holder(path);
  holder.end();
  BOOST_TEST(std::filesystem::exists(path + ".lock"));
  BOOST_TEST(LockFile::take(path).has_value());
}

BOOST_AUTO_TEST_CASE(the_lock_goes_with_its_object) {
  support::TemporaryDirectory directory;
  const std::string path = directory.file("store.db");
  {
    auto first = LockFile::take(path);
    BOOST_TEST_REQUIRE(first.has_value());
    LockFile moved = std::move(*first);
    BOOST_TEST(LockFile::take(path).has_error());
  }
  BOOST_TEST(LockFile::take(path).has_value());
}

BOOST_AUTO_TEST_CASE(a_missing_directory_is_named) {
  support::TemporaryDirectory directory;
  const auto refused = LockFile::take(directory.file("nowhere/store.db"));
  BOOST_TEST_REQUIRE(refused.has_error());
  BOOST_TEST((refused.error().code == store::OpenCode::cannot_create));
  BOOST_TEST(refused.error().text.find("nowhere/store.db.lock") != std::string::npos);
  BOOST_TEST(refused.error().text.find("Create its directory") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_link_in_place_of_the_lock_file_is_not_followed) {
  support::TemporaryDirectory directory;
  const std::string victim = directory.file("victim");
  std::ofstream(victim) << "precious";
  std::filesystem::create_symlink(victim, directory.file("store.db.lock"));
  BOOST_TEST(LockFile::take(directory.file("store.db")).has_error());
  BOOST_TEST(std::filesystem::file_size(victim) == 8U);
}

BOOST_AUTO_TEST_CASE(two_writers_of_one_store_are_impossible) {
  support::TemporaryStore temporary;
  auto first = temporary.writer();
  const auto second = store::Writer::open(temporary.settings);
  BOOST_TEST_REQUIRE(second.has_error());
  BOOST_TEST((second.error().code == store::OpenCode::locked));
  first->close();
  BOOST_TEST(store::Writer::open(temporary.settings).has_value());
}

BOOST_AUTO_TEST_CASE(p15_a_link_to_a_store_has_the_lock_of_the_store) {
  support::TemporaryStore temporary;
  std::ofstream(temporary.settings.path).flush();
  const std::string link = temporary.settings.path + ".link";
  std::filesystem::create_symlink(temporary.settings.path, link);
  const Holder holder(temporary.settings.path);
  BOOST_TEST_REQUIRE(holder.has_lock);
  const auto second = LockFile::take(link);
  BOOST_TEST_REQUIRE(!second.has_value());
  BOOST_TEST((second.error().code == store::OpenCode::locked));
}

BOOST_AUTO_TEST_SUITE_END()
