#include "engine/threads.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/test/unit_test.hpp>
#include <stdexcept>
#include <string>
#include <thread>

using namespace rapporteur;

BOOST_AUTO_TEST_SUITE(threads_test)

namespace {

struct Where {
  Where() = default;
  std::thread::id before, inside, after;
  std::string value;
  bool was_caught = false;
};

std::pair<std::thread::id, std::string> double_it(std::string text) {
  return {std::this_thread::get_id(), text + text};
}
int fail(std::string) { throw std::runtime_error("planned"); }

boost::asio::awaitable<void> cross(boost::asio::any_io_executor there, Where* where) {
  where->before = std::this_thread::get_id();
  std::string text(100, 'x');  // beyond the small string: a double free would show under ASan
  auto result = co_await engine::run_on(there, double_it, std::move(text));
  where->after = std::this_thread::get_id();
  where->inside = result.first;
  where->value = result.second;
  try {
    std::string other = "y";
    co_await engine::run_on(there, fail, std::move(other));
  } catch (const std::runtime_error&) {
    where->was_caught = std::this_thread::get_id() == where->before;
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(work_runs_there_and_the_caller_resumes_here_also_after_an_exception) {
  boost::asio::io_context io;
  boost::asio::thread_pool pool(1);
  Where where;
  boost::asio::co_spawn(io, cross(pool.get_executor(), &where), boost::asio::detached);
  io.run();
  pool.join();
  BOOST_TEST((where.before == where.after));
  BOOST_TEST((where.before != where.inside));
  BOOST_TEST(where.value == std::string(200, 'x'));
  BOOST_TEST(where.was_caught);
}

BOOST_AUTO_TEST_SUITE_END()
