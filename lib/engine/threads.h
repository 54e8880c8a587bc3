// The one way to cross threads: `co_await run_on(executor, function, named values…)`. The function and its arguments
// are moved to the executor, the caller resumes where it was, with the result or the exception.
// g++ 12 frees temporaries inside co_await expressions twice: give named objects, function pointers, std::move(name).
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

namespace rapporteur::engine {

// Moves the running coroutine to `executor`. Waits for a free thread there.
inline boost::asio::awaitable<void> hop_to(boost::asio::any_io_executor executor) {
  auto token = boost::asio::bind_executor(executor, boost::asio::use_awaitable);
  auto hop = boost::asio::post(executor, token);
  co_await std::move(hop);
}

template <class Function, class... Arguments>
boost::asio::awaitable<std::invoke_result_t<Function, Arguments...>> run_on(boost::asio::any_io_executor there,
                                                                            Function function, Arguments... arguments) {
  using Value = std::invoke_result_t<Function, Arguments...>;
  const boost::asio::any_io_executor here = co_await boost::asio::this_coro::executor;
  std::exception_ptr failure;
  co_await hop_to(there);
  if constexpr (std::is_void_v<Value>) {
    try {
      std::invoke(function, std::move(arguments)...);
    } catch (...) {
      failure = std::current_exception();
    }
    co_await hop_to(here);
    if (failure) std::rethrow_exception(failure);
  } else {
    std::optional<Value> value;
    try {
      value.emplace(std::invoke(function, std::move(arguments)...));
    } catch (...) {
      failure = std::current_exception();
    }
    co_await hop_to(here);
    if (failure) std::rethrow_exception(failure);
    co_return std::move(*value);
  }
}

}  // namespace rapporteur::engine
