#include "fetch/client.h"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>
#include <thread>

#include "base/url.h"
#include "fetch/failures.h"
#include "fetch/gate.h"
#include "fetch/hints.h"
#include "fetch/multi.h"
#include "fetch/outgoing.h"
#include "fetch/redirects.h"
#include "fetch/robots_book.h"
#include "fetch/unpack.h"

namespace rapporteur::fetch {

namespace asio = boost::asio;

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// Of one refresh: redirects, robots.txt of each host on the way, and redirects of those.
constexpr unsigned most_requests = 12;
// Of the timeout, for a robots.txt: what does not answer must not pass for a feed that does not.
constexpr int share_of_robots = 4;
constexpr std::uint64_t most_of_robots = 2u << 20;  // unpacked, on the loop

// What all requests of one refresh have to do with.
struct Course {
  SteadyTime deadline;
  base::Duration limit;  // from its beginning to the deadline, for sentences
  unsigned requests = 0;
};

base::Duration left_of(const Course& course) {
  return std::chrono::ceil<base::Duration>(course.deadline - std::chrono::steady_clock::now());
}

const base::Validators* known_of(const Request& request, const std::string& url) {
  for (const auto& known : request.known)
    if (known.url == url) return &known.validators;
  return nullptr;
}

void fail(Reply& reply, Explanation why) {
  reply.outcome = base::Outcome::failed;
  reply.failure = why.failure;
  reply.reason = std::move(why.sentence);
}

void cancel(Reply& reply) {
  reply.outcome = base::Outcome::cancelled;
  reply.failure = Failure::none;
  reply.reason = "cancelled";
}

void postpone(Reply& reply, std::string why, base::Duration wait) {
  reply.outcome = base::Outcome::postponed;
  reply.reason = std::move(why);
  reply.is_permanent_move = false;
  reply.hints.retry_after = std::max(wait, reply.hints.retry_after.value_or(wait));
}

std::string host_of(std::string_view url) {
  const auto authority = base::authority_of(url);
  return authority ? authority->host : std::string(url);
}

std::string refused_sentence(const ResponseHead& head) {
  auto sentence = "HTTP " + std::to_string(head.status);
  if (const auto phrase = status_phrase(head.status); !phrase.empty()) sentence.append(" ").append(phrase);
  if (!head.challenge.empty()) sentence += " (" + head.challenge + ")";
  return sentence;
}

void keep_body(Reply& reply, Transfer& transfer) {
  reply.body = std::move(transfer.body);
  reply.coding = transfer.head.coding;
  reply.most_body = transfer.profile().settings.max_body;
}

}  // namespace

struct Client::Impl {
  Impl(asio::any_io_executor executor, const base::Clock& its_clock, const Settings& settings)
      : clock(its_clock),
        profile(std::make_shared<Profile>(settings)),
        robots_news(executor, SteadyTime::max()),
        multi(Multi::make(std::move(executor), settings)) {}

  const base::Clock& clock;
  std::shared_ptr<const Profile> profile;
  std::vector<TransferPointer> idle;
  std::size_t active = 0;
  bool is_stopped = false;
  std::thread::id thread;  // of the transfers in flight
  RobotsBook robots;
  asio::steady_timer robots_news;  // never fires; cancelled when a robots.txt came
  std::shared_ptr<Multi> multi;

  struct Active;
  struct RobotsQuestion;
  void assert_thread() {
    if (active == 0) thread = std::this_thread::get_id();
    assert(thread == std::this_thread::get_id());
  }

  TransferPointer borrow();
  void give_back(TransferPointer transfer);
  std::optional<std::string> read_answer(Reply& reply, Transfer& transfer, bool is_form);
  std::optional<std::string> read_redirect(Reply& reply, const ResponseHead& head, bool is_form);
  void read_final(Reply& reply, Transfer& transfer, bool is_form);
  bool may_ask(Reply& reply, const Profile& with, const std::string& url, const Course& course) const;
  bool may_ask_by_robots(Reply& reply, const std::string& url, bool is_news);
  static asio::awaitable<bool> heed_robots(std::shared_ptr<Impl> self, std::string url, Gate* gate, Course& course,
                                           Reply& reply);
  asio::awaitable<bool> move_on(Reply& reply, std::string& guest, const Request& request, base::Instant asked,
                                std::string next) const;
  static asio::awaitable<Reply> get(std::shared_ptr<Impl> self, Request request, Course* refresh);
};

// Counts a request from its first hop to its last, however the coroutine ends.
struct Client::Impl::Active {
  explicit Active(Impl& its_owner) : owner(its_owner) { ++owner.active; }
  ~Active() { --owner.active; }
  Active(const Active&) = delete;
  Active& operator=(const Active&) = delete;
  Impl& owner;
};

// A robots.txt is being asked, until this goes, however the coroutine ends: others wait for it.
struct Client::Impl::RobotsQuestion {
  RobotsQuestion(Impl& its_owner, std::string of) : owner(its_owner), origin(std::move(of)) {}
  ~RobotsQuestion() {
    if (owner.robots.is_being_asked(origin)) owner.robots.give_up(origin);
    owner.robots_news.cancel();
  }
  RobotsQuestion(const RobotsQuestion&) = delete;
  RobotsQuestion& operator=(const RobotsQuestion&) = delete;
  Impl& owner;
  std::string origin;
};

TransferPointer Client::Impl::borrow() {
  if (idle.empty()) return std::make_unique<Transfer>();
  auto transfer = std::move(idle.back());
  idle.pop_back();
  return transfer;
}

void Client::Impl::give_back(TransferPointer transfer) {
  transfer->recycle();
  if (idle.size() < static_cast<std::size_t>(std::max(profile->settings.connections, 1)))
    idle.push_back(std::move(transfer));
}

// Fills the reply from one hop's answer; returns the next address when it is a redirect that can be followed.
std::optional<std::string> Client::Impl::read_answer(Reply& reply, Transfer& transfer, bool is_form) {
  curl_off_t bytes = 0;
  curl_easy_getinfo(transfer.handle(), CURLINFO_SIZE_DOWNLOAD_T, &bytes);
  reply.wire_bytes += static_cast<std::uint64_t>(bytes);
  const char* peer = nullptr;
  curl_easy_getinfo(transfer.handle(), CURLINFO_PRIMARY_IP, &peer);
  if (peer && profile->settings.proxy.empty()) reply.hops.back().peer = peer;
  if (transfer.is_cancelled) {
    cancel(reply);
    return std::nullopt;
  }
  const auto& head = transfer.head;
  const bool has_body_to_come = head.status >= 200 && head.status < 300;
  // A refusal counts once its header is there, whatever happens to its body.
  const bool is_whole = transfer.code == CURLE_OK && transfer.excess == Excess::none;
  const bool is_answer = head.is_complete && (is_whole || !has_body_to_come);
  if (!is_answer) {
    fail(reply, explain_failure(transfer, reply.hops.back().url));
    return std::nullopt;
  }
  auto& hop = reply.hops.back();
  hop.status = reply.status = head.status;
  hop.validators = head.validators;
  // A redirect may ask for patience too (RFC 9110 10.2.3): the longest wish of all hops holds.
  const auto wish = reply.hints.retry_after;
  // Uncut: the schedule believes up to fetch.max_retry_after, and says so when that is less than what was asked (P21).
  reply.hints = read_hints(head, clock.now(), base::Duration::max());
  hop.retry_after = reply.hints.retry_after;
  if (wish) reply.hints.retry_after = std::max(*wish, reply.hints.retry_after.value_or(*wish));
  if (is_redirect(head.status)) return read_redirect(reply, head, is_form);
  read_final(reply, transfer, is_form);
  return std::nullopt;
}

std::optional<std::string> Client::Impl::read_redirect(Reply& reply, const ResponseHead& head, bool is_form) {
  if (is_form && head.status != 307 && head.status != 308) {  // RFC 9110 15.4: the others may change POST to GET
    fail(reply, {Failure::redirect, refused_sentence(head) + " to a form, which is posted again for 307 and 308 only"});
    return std::nullopt;
  }
  std::vector<std::string> asked;
  for (const auto& hop : reply.hops) asked.push_back(hop.url);
  auto next = next_hop(asked, head.location.value_or(""), profile->settings.max_redirects);
  if (next && is_form && !base::is_same_origin(asked.front(), *next)) {  // it may carry a secret (W3C WebSub 5.1)
    fail(reply, {Failure::redirect, refused_sentence(head) + " of a form to another origin, where it is not sent"});
    return std::nullopt;
  }
  if (next) {
    reply.is_permanent_move = (reply.hops.size() == 1 || reply.is_permanent_move) && is_permanent_redirect(head.status);
    return std::move(*next);
  }
  reply.is_permanent_move = false;
  fail(reply, {Failure::redirect, next.error().sentence});
  return std::nullopt;
}

void Client::Impl::read_final(Reply& reply, Transfer& transfer, bool is_form) {
  auto& head = transfer.head;
  reply.content_type = std::move(head.content_type);
  reply.content_language = std::move(head.content_language);
  if (head.link) reply.link = std::move(*head.link);
  reply.challenge = head.challenge;
  reply.certificate_until = transfer.certificate_until();
  long version = CURL_HTTP_VERSION_NONE;
  curl_easy_getinfo(transfer.handle(), CURLINFO_HTTP_VERSION, &version);
  reply.is_delimited = head.content_length || head.is_chunked || version == CURL_HTTP_VERSION_2_0;
  if (is_form && head.status >= 200 && head.status < 300) {
    reply.outcome = base::Outcome::fresh;
    return;
  }
  switch (head.status) {
    case 200:
    case 203:
    case 204:
      reply.outcome = base::Outcome::fresh;
      keep_body(reply, transfer);
      reply.lease = std::move(transfer.lease);
      return;
    case 304:
      reply.outcome = base::Outcome::unchanged;
      if (!transfer.was_asked)
        fail(reply, {Failure::protocol, "HTTP 304 Not Modified to a request without validators"});
      return;
    case 410:
      reply.outcome = base::Outcome::gone;
      break;
    default:
      reply.outcome = base::Outcome::refused;
      break;
  }
  reply.reason = refused_sentence(head);
  keep_body(reply, transfer);
}

bool Client::Impl::may_ask_by_robots(Reply& reply, const std::string& url, bool is_news) {
  const auto origin = origin_of(url);
  reply.hops.back().crawl_delay = robots.crawl_delay(origin);
  // Asked just now, the server wants to be left alone: so it shall be, whatever its rules were.
  if (const auto* plea = is_news ? robots.plea(origin) : nullptr) {
    fail(reply, {Failure::robots, origin + "/robots.txt could not be read (" + plea->reason +
                                      "), so the address was not asked (RFC 9309)"});
    const auto wish = reply.hints.retry_after;
    reply.hints = plea->hints;
    if (wish) reply.hints.retry_after = std::max(*wish, reply.hints.retry_after.value_or(*wish));
    reply.status = plea->status;
  } else if (auto objection = robots.objection(origin, url)) {
    fail(reply, {Failure::robots, std::move(*objection)});
  } else {
    return true;
  }
  reply.outcome = base::Outcome::refused;
  return false;
}

// Reads the robots.txt of the address first where it is missing, once for all who wait for it. False, and said in the
// reply: the address is not to be asked.
asio::awaitable<bool> Client::Impl::heed_robots(std::shared_ptr<Impl> self, std::string url, Gate* gate, Course& course,
                                                Reply& reply) {
  const std::string origin = origin_of(url);
  bool is_news = false;
  const SteadyTime arrived = std::chrono::steady_clock::now();
  auto cancellation = co_await asio::this_coro::cancellation_state;
  while (self->robots.is_being_asked(origin) && cancellation.cancelled() == asio::cancellation_type::none) {
    is_news = true;
    boost::system::error_code ignored;
    auto token = asio::redirect_error(asio::use_awaitable, ignored);
    auto news = self->robots_news.async_wait(token);
    co_await std::move(news);
  }
  if (is_news) course.deadline += std::chrono::steady_clock::now() - arrived;  // another's patience may be in it
  if (cancellation.cancelled() != asio::cancellation_type::none || self->is_stopped) {
    cancel(reply);
    co_return false;
  }
  const base::Instant now = self->clock.now();
  if (const Postponement* held = self->robots.held(origin, now)) {
    postpone(reply, held->why, held->until - now);
    co_return false;
  }
  if (self->robots.is_missing(origin, now)) {
    is_news = true;
    const RobotsQuestion question(*self, origin);
    Request request = self->robots.ask(origin);
    request.gate = gate;
    Course apart = course;
    apart.limit = std::min(left_of(course), course.limit / share_of_robots);
    const SteadyTime deadline = std::min(course.deadline, std::chrono::steady_clock::now() + apart.limit);
    apart.deadline = deadline;
    Reply answer = co_await get(self, std::move(request), &apart);
    course.deadline += apart.deadline - deadline;
    answer.most_body = std::min(answer.most_body, most_of_robots);
    unpack(answer);
    course.requests = apart.requests;
    const bool was_short = answer.failure == Failure::timeout && apart.limit < course.limit / share_of_robots;
    if (answer.outcome == base::Outcome::cancelled) {
      cancel(reply);
      co_return false;
    }
    if (answer.outcome == base::Outcome::postponed) {
      postpone(reply, origin + "/robots.txt: " + answer.reason, *answer.hints.retry_after);
      self->robots.hold(origin, {self->clock.now() + *answer.hints.retry_after, reply.reason});
      co_return false;
    }
    if (was_short || apart.requests > most_requests) {  // says nothing of the origin: the refresh was long as it was
      fail(reply, was_short ? explain_timeout(course.limit) : Explanation{answer.failure, answer.reason});
      co_return false;
    }
    self->robots.take(origin, std::move(answer), self->clock.now());
  }
  co_return self->may_ask_by_robots(reply, url, is_news);
}

// False, and said in the reply, when nothing is to be asked at this address.
bool Client::Impl::may_ask(Reply& reply, const Profile& with, const std::string& url, const Course& course) const {
  if (is_stopped) {
    cancel(reply);
    return false;
  }
  if (!base::is_http_url(url)) {
    fail(reply, {Failure::protocol, "the address is not http or https: " + base::without_userinfo(url)});
    return false;
  }
  if (left_of(course) <= base::Duration::zero()) {
    fail(reply, explain_timeout(course.limit));
    return false;
  }
  if (course.requests > most_requests) {
    fail(reply, {Failure::redirect, "more than " + std::to_string(most_requests) +
                                        " requests for one refresh, redirects and robots.txt together"});
    return false;
  }
  if (with.settings.proxy.empty()) return true;
  auto reason = refusal_behind_proxy(url, with.policy);
  if (reason) fail(reply, {Failure::guard, std::move(*reason)});
  return !reason;
}

// To the next host, when the gate lets us; false, and said in the reply, when it does not. `guest`: the address for
// which it let us last; "": none, or we are where the chain began.
asio::awaitable<bool> Client::Impl::move_on(Reply& reply, std::string& guest, const Request& request,
                                            base::Instant asked, std::string next) const {
  const bool is_home = host_of(next) == host_of(request.url);
  std::optional<Postponement> held;
  if (!is_home) {
    auto passing = request.gate->pass(reply.final_url(), asked, next);
    held = co_await std::move(passing);
  }
  if (!guest.empty()) request.gate->passed(guest);
  guest = is_home || held ? std::string() : std::move(next);
  if (!held) co_return true;
  postpone(reply, std::move(held->why), held->until - clock.now());
  co_return false;
}

// `refresh`: of which it is a part; nullptr: it is one of its own.
asio::awaitable<Reply> Client::Impl::get(std::shared_ptr<Impl> self, Request request, Course* refresh) {
  self->assert_thread();
  const Active active(*self);
  Reply reply;
  reply.started = self->clock.now();
  const auto profile = self->profile;  // one set of settings for the whole chain
  const auto timeout = profile->settings.timeout;
  Course own{std::chrono::steady_clock::now() + timeout, timeout};
  Course& course = refresh ? *refresh : own;
  auto url = request.url;
  std::string guest;
  take_userinfo(request);
  const bool heeds_robots = profile->settings.obey_robots && request.form.empty() && !request.is_for_robots;
  for (;;) {
    Hop hop;
    hop.url = url;
    reply.hops.push_back(std::move(hop));
    reply.status = 0;  // of the hop before
    if (heeds_robots && base::is_http_url(url)) {
      const bool may_ask = co_await heed_robots(self, url, request.gate, course, reply);
      if (!may_ask) break;
    }
    ++course.requests;
    if (!self->may_ask(reply, *profile, url, course)) break;
    Ask ask{request, reply.hops.back().url};
    ask.known = known_of(request, url);
    ask.is_home = reply.hops.size() == 1 || base::is_same_origin(request.url, url);
    ask.time_left = left_of(course);
    ask.limit = course.limit;
    TransferPointer done;
    const base::Instant asked = self->clock.now();
    do {
      // A connection that was found unfit has not been asked anything: the request goes out on a new one.
      ask.wants_new_connection = done != nullptr;
      if (done) self->give_back(std::move(done));
      auto transfer = self->borrow();
      transfer->prepare(profile, self->multi->budget(), self->multi->sockets(), ask);
      done = co_await self->multi->perform(std::move(transfer));
    } while (done->is_unfit && !done->is_cancelled && !ask.wants_new_connection);
    auto next = self->read_answer(reply, *done, !request.form.empty());
    self->give_back(std::move(done));
    if (!next) break;
    if (request.gate && host_of(*next) != host_of(url)) {
      const auto arrived = std::chrono::steady_clock::now();
      auto moving = self->move_on(reply, guest, request, asked, *next);
      if (!co_await std::move(moving)) break;
      course.deadline += std::chrono::steady_clock::now() - arrived;
      reply.started = self->clock.now();
    }
    url = std::move(*next);
  }
  if (!guest.empty()) request.gate->passed(guest);
  if (reply.hops.size() == 1 || reply.outcome == base::Outcome::cancelled) reply.is_permanent_move = false;
  co_return reply;
}

Client::Client(asio::any_io_executor executor, const base::Clock& clock, const Settings& settings) {
  // Not thread-safe in every curl; the first client is made before there are threads. Never undone.
  [[maybe_unused]] static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  impl_ = std::make_shared<Impl>(std::move(executor), clock, settings);
}

Client::~Client() { stop(); }

void Client::configure(const Settings& settings) {
  impl_->assert_thread();
  impl_->profile = std::make_shared<Profile>(settings);
  impl_->multi->configure(settings);
}

asio::awaitable<Reply> Client::get(Request request) { return Impl::get(impl_, std::move(request), nullptr); }

void Client::stop() {
  impl_->is_stopped = true;
  impl_->multi->stop();
}

std::size_t Client::in_flight() const { return impl_->active; }

}  // namespace rapporteur::fetch
