#include <boost/test/unit_test.hpp>

#include "store/database.h"
#include "store/failure.h"
#include "store/store.h"
#include "support/failing_disk.h"
#include "support/store.h"

// Who was asked, and what the next process makes of it (POLITENESS P13).
using namespace rapporteur;
using support::article_named;
using support::at;
using support::harvest_of;
using support::source_named;

namespace {

struct Asked {
  Asked() { states = support::follow(*writer, sources, at(0)); }
  void note(std::initializer_list<std::size_t> places, base::Instant started) {
    std::vector<store::Attempt> attempts;
    for (const std::size_t place : places)
      attempts.push_back({states[place].row, started, started + std::chrono::hours(1)});
    writer->note(attempts);
  }
  feed::SourceState answer(std::size_t place, base::Instant attempted, base::Instant next) const {
    feed::SourceState state = states[place];
    state.last_attempt = attempted;
    state.next_poll = next;
    state.next_poll_reason = "as it said";
    return state;
  }
  std::int64_t groups() const {
    store::Database database(temporary.settings.path, store::Database::Access::read_only);
    return database.integer_of("select count(*) from attempt");
  }
  // As the next process finds them, this one having been killed.
  std::vector<feed::SourceState> found() {
    std::vector<feed::SourceState> list;
    for (feed::Source& source : temporary.readers()->sources()) list.push_back(std::move(source.state));
    return list;
  }

  support::TemporaryStore temporary;
  std::unique_ptr<store::Writer> writer = temporary.writer();
  std::vector<std::shared_ptr<const feed::SourceSettings>> sources{source_named("who"), source_named("fao"),
                                                                   source_named("ilo")};
  std::vector<feed::SourceState> states;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(attempts_test)

BOOST_AUTO_TEST_CASE(p13_of_a_group_those_who_answered_are_as_they_answered) {
  Asked a;
  a.note({0, 1, 2}, at(5));
  a.writer->apply(*a.sources[0], harvest_of(a.answer(0, at(6), at(20)), {article_named("a")}, at(7)));
  a.writer->keep({a.answer(1, at(6), at(30))});
  a.writer->flush();
  const auto check = [](const std::vector<feed::SourceState>& found) {
    BOOST_TEST_REQUIRE(found.size() == 3u);
    BOOST_TEST((found[0].next_poll == at(20)));
    BOOST_TEST((found[1].next_poll == at(30)));
    BOOST_TEST((found[2].last_attempt == at(5)));
    BOOST_TEST((found[2].next_poll == at(65)));
    BOOST_TEST(found[2].next_poll_reason == "it was asked, and its answer is not on record");
  };
  check(a.found());
  a.writer.reset();
  a.writer = a.temporary.writer();
  check(support::follow(*a.writer, a.sources, at(8)));
  BOOST_TEST(a.groups() == 0);
  check(a.found());  // it stands with the sources now
}

BOOST_AUTO_TEST_CASE(a_group_goes_when_all_have_answered) {
  Asked a;
  for (int round = 0; round < 50; ++round) {
    a.note({0, 1}, at(10 * round));
    a.note({2}, at(10 * round + 1));
    for (const std::size_t place : {0, 1, 2}) a.writer->keep({a.answer(place, at(10 * round + 2), at(10 * round + 9))});
    a.writer->flush();
    BOOST_TEST(a.groups() <= 2);
  }
}

// Its network was down (P27): it is as if it had not been asked, and stays so.
BOOST_AUTO_TEST_CASE(p27_an_answer_that_takes_the_attempt_back_counts) {
  Asked a;
  a.note({0}, at(5));
  a.writer->keep({a.answer(0, at(-60), at(6))});
  a.writer->flush();
  a.note({1}, at(6));
  BOOST_TEST((a.found()[0].last_attempt == at(-60)));
  BOOST_TEST((a.found()[0].next_poll == at(6)));
}

BOOST_AUTO_TEST_CASE(who_never_answered_is_in_the_last_group_that_asked_him) {
  Asked a;
  a.note({0, 1}, at(5));
  a.writer->keep({a.answer(1, at(5), at(90))});
  a.note({0}, at(70));
  a.note({2}, at(71));
  BOOST_TEST(a.groups() == 2);
  BOOST_TEST((a.found()[0].last_attempt == at(70)));
  BOOST_TEST((a.found()[1].next_poll == at(90)));
}

// Its answer was counted, and rolled back: the attempt must not be forgotten with the others' answers.
BOOST_AUTO_TEST_CASE(p13_an_answer_that_could_not_be_written_leaves_its_attempt_on_record) {
  support::FailingDisk disk;
  Asked a;
  a.note({0, 1}, at(5));
  disk.fail_after(1, support::FailingDisk::Kind::io_error, true);
  BOOST_CHECK_THROW(a.writer->apply(*a.sources[0], harvest_of(a.answer(0, at(5), at(20)), {article_named("a")}, at(7))),
                    store::Failure);
  disk.heal();
  a.writer->apply(*a.sources[1], harvest_of(a.answer(1, at(5), at(30)), {article_named("b")}, at(8)));
  a.note({2}, at(9));
  BOOST_TEST((a.found()[0].last_attempt == at(5)));
  BOOST_TEST((a.found()[0].next_poll == at(65)));
  BOOST_TEST((a.found()[1].next_poll == at(30)));
}

// Who is not configured now may be again, within the hour.
BOOST_AUTO_TEST_CASE(p13_a_source_that_is_dropped_keeps_its_attempt) {
  Asked a;
  a.note({0}, at(5));
  support::follow(*a.writer, {a.sources[1]}, at(6));
  BOOST_TEST(a.groups() == 0);
  BOOST_TEST((support::follow(*a.writer, a.sources, at(7))[0].next_poll == at(65)));
}

BOOST_AUTO_TEST_SUITE_END()
