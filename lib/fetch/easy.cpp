#include "fetch/easy.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>

#include "base/text.h"
#include "base/url.h"
#include "fetch/hints.h"

namespace rapporteur::fetch {
namespace {

constexpr std::uint64_t most_header_bytes = 256u << 10;
constexpr std::uint64_t most_skipped_bytes = 64u << 10;    // of a refusal's body, so that its connection can be kept
constexpr std::uint64_t most_explained_bytes = 16u << 10;  // of it that are kept: who refuses says so at the beginning
constexpr long idle_connection_seconds = 20;               // servers close theirs after 5 to 75 s
constexpr unsigned calls_between_looks = 8;                // at the connection; curl may read 1.6 MiB in each

// Feed types first, everything last (P37): what answers with HTML then is looked into. What negotiates is offered all
// types that feeds are served as.
constexpr std::string_view feed_types =
    "application/atom+xml,application/rss+xml,application/rdf+xml,application/feed+json,application/xml,text/xml,"
    "*/*;q=0.1";

// Of Profile::lines, in their order.
constexpr std::array<std::string_view, 3> usual_names = {"User-Agent", "Accept", "Accept-Encoding"};

long milliseconds(base::Duration span) {
  return static_cast<long>(std::clamp<base::Duration::rep>(span.count(), 1, 1'000'000'000));
}

template <class Value>
void set(CURL* handle, CURLoption option, Value value) {
  if (curl_easy_setopt(handle, option, value) == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
}

curl_slist* appended(curl_slist* list, const std::string& line) {
  auto* longer = curl_slist_append(list, line.c_str());
  if (!longer) throw std::bad_alloc();
  return longer;
}

}  // namespace

Profile::Profile(const Settings& from) : settings(from), policy(address_policy(from)), user_agent(from.user_agent) {
  if (user_agent.empty()) {
    user_agent = "rapporteur/" RAPPORTEUR_VERSION;
    if (!from.contact.empty()) user_agent += " (+" + from.contact + ")";
  }
  if (!is_sendable(user_agent)) user_agent = "rapporteur/" RAPPORTEUR_VERSION;
  lines = appended(lines, "User-Agent: " + user_agent);
  lines = appended(lines, "Accept: " + std::string(feed_types));
  lines =
      appended(lines, "Accept-Encoding: gzip,br,zstd");  // unpack() undoes deflate too, which servers write in two ways
}

Profile::~Profile() { curl_slist_free_all(lines); }

Transfer::Transfer() : handle_(curl_easy_init()) {
  if (!handle_) throw std::bad_alloc();
}

Transfer::~Transfer() {
  curl_easy_cleanup(handle_);
  drop_headers();
}

void Transfer::recycle() {
  drop_headers();
  code = CURLE_OK;
  head = ResponseHead();
  body = std::string();
  lease.reset();
  guard_reason.clear();
  is_cancelled = has_opened_socket = is_connected = was_asked = is_out_of_descriptors = is_second_try = false;
  is_skipped = is_stalled = is_unfit = was_paused = false;
  excess = Excess::none;
  looked_at.reset();
  header_bytes_ = skipped_bytes_ = first_received_ = 0;
  tries_ = looks_ = 0;
  error_[0] = '\0';
}

void Transfer::prepare(std::shared_ptr<const Profile> profile, BodyBudget& budget, Sockets& sockets, const Ask& ask) {
  budget_ = &budget;
  sockets_ = &sockets;
  if (profile_ != profile) {
    if (profile_) curl_easy_reset(handle_);
    has_credentials_ = is_https_ = is_post_ = false;
    profile_ = std::move(profile);
    set_constants();
  }
  // curl would take credentials out of the address and send them along: ours are given apart (set_credentials).
  const bool is_bare = ask.url.find_first_of("@#") == ask.url.npos;
  const std::string url = is_bare ? ask.url : base::without_fragment(base::without_userinfo(ask.url));
  set(handle_, CURLOPT_URL, url.c_str());
  set(handle_, CURLOPT_TIMEOUT_MS, milliseconds(ask.time_left));
  set(handle_, CURLOPT_FRESH_CONNECT, ask.wants_new_connection ? 1L : 0L);
  const bool is_https = base::starts_with_ignoring_case(url, "https:");
  if (is_https != is_https_) {
    // Waiting whether a connection in progress turns out to be HTTP/2 makes no sense where it cannot.
    set(handle_, CURLOPT_PIPEWAIT, is_https ? 1L : 0L);
    is_https_ = is_https;
  }
  limit = ask.limit;
  set_credentials(ask);
  set_form(ask.request.form);
  set_headers(ask);
}

// Everything that is the same for all requests under one profile (DEPENDENCIES section 2, RELIABILITY section 4).
void Transfer::set_constants() {
  const auto& settings = profile_->settings;
  set(handle_, CURLOPT_PRIVATE, this);
  set(handle_, CURLOPT_ERRORBUFFER, error_);
  set(handle_, CURLOPT_NOSIGNAL, 1L);
  set(handle_, CURLOPT_QUICK_EXIT, 1L);  // a slow resolver thread must not hold up the loop
  set(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle_, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  set(handle_, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle_, CURLOPT_PATH_AS_IS, 1L);
  set(handle_, CURLOPT_HTTP09_ALLOWED, 0L);
  set(handle_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(handle_, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(handle_, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
  set(handle_, CURLOPT_PROXY, settings.proxy.c_str());  // "" also keeps curl from reading the environment
  set(handle_, CURLOPT_NOPROXY, "");                    // likewise
  set(handle_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  // A folder, which Debian has by default, keeps curl from sharing what it read of the file: each connection would read
  // all of it again.
  set(handle_, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  if (!settings.ca_file.empty()) set(handle_, CURLOPT_CAINFO, settings.ca_file.c_str());
  set(handle_, CURLOPT_CERTINFO, 1L);  // costs a little per handshake, nothing on a kept connection
  if (!settings.proxy.empty()) set(handle_, CURLOPT_USERAGENT, profile_->user_agent.c_str());  // for CONNECT
  set(handle_, CURLOPT_MAXAGE_CONN, idle_connection_seconds);
  set(handle_, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(settings.connect_timeout));
  // A trickle ends before the whole time is up; silence before the first byte may last as long.
  const auto patience = std::chrono::duration_cast<std::chrono::seconds>(settings.timeout * 3 / 4).count();
  set(handle_, CURLOPT_LOW_SPEED_LIMIT, 16L);
  set(handle_, CURLOPT_LOW_SPEED_TIME, static_cast<long>(std::clamp<decltype(patience)>(patience, 1, 86400)));
  set(handle_, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(handle_, CURLOPT_HEADERDATA, this);
  set(handle_, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(handle_, CURLOPT_WRITEDATA, this);
  set(handle_, CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_open_socket);
  set(handle_, CURLOPT_OPENSOCKETDATA, this);
  set(handle_, CURLOPT_CLOSESOCKETFUNCTION, &Transfer::on_close_socket);
  set(handle_, CURLOPT_CLOSESOCKETDATA, sockets_);  // not us: connections outlive their transfers
  set(handle_, CURLOPT_PREREQFUNCTION, &Transfer::on_ready);
  set(handle_, CURLOPT_PREREQDATA, this);
  set(handle_, CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
  set(handle_, CURLOPT_XFERINFODATA, this);
  set(handle_, CURLOPT_NOPROGRESS, 0L);  // a call for each read; curl does its sums with or without
}

void Transfer::set_credentials(const Ask& ask) {
  const bool has_some = ask.is_home && !(ask.request.username.empty() && ask.request.password.empty());
  if (!has_some && !has_credentials_) return;
  set(handle_, CURLOPT_USERNAME, has_some ? ask.request.username.c_str() : nullptr);
  set(handle_, CURLOPT_PASSWORD, has_some ? ask.request.password.c_str() : nullptr);
  has_credentials_ = has_some;
}

void Transfer::set_form(const std::string& form) {
  const bool is_post = !form.empty();
  if (is_post) {
    set(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(form.size()));
    set(handle_, CURLOPT_COPYPOSTFIELDS, form.c_str());  // also makes it a POST, with the type of a form
  } else if (is_post_) {
    set(handle_, CURLOPT_HTTPGET, 1L);
  }
  is_post_ = is_post;
}

void Transfer::add_header(std::string_view name, std::string_view value) {
  line_ = name;
  // "Name;" is curl's way to send a header without a value; "Name:" would remove it.
  if (value.empty())
    line_ += ';';
  else
    line_.append(": ").append(value);
  headers_ = appended(headers_, line_);
}

void Transfer::drop_headers() {
  if (last_own_) last_own_->next = nullptr;
  last_own_ = nullptr;
  curl_slist_free_all(std::exchange(headers_, nullptr));
}

void Transfer::set_headers(const Ask& ask) {
  if (ask.is_home)
    for (const auto& [name, value] : ask.request.headers)
      if (is_sendable(name) && is_sendable(value)) add_header(name, value);
  if (ask.known) {
    for (const auto& [name, value] :
         {std::pair("If-None-Match", &ask.known->etag), std::pair("If-Modified-Since", &ask.known->last_modified)})
      if (*value && is_sendable(**value)) add_header(name, **value);
    was_asked = !ask.known->empty();
  }
  add_usual_headers(ask);
  set(handle_, CURLOPT_HTTPHEADER, headers_ ? headers_ : profile_->lines);
}

// The profile's lines hang behind ours as they are; only where one of them is replaced, the others are copied.
void Transfer::add_usual_headers(const Ask& ask) {
  const std::string& accept = ask.request.accept;
  const bool may_have_own = ask.is_home && !ask.request.headers.empty();
  const bool is_replaced =
      may_have_own && std::any_of(usual_names.begin(), usual_names.end(), [&](auto name) { return has_own(name); });
  if (accept.empty() && !is_replaced) {
    last_own_ = headers_;
    while (last_own_ && last_own_->next) last_own_ = last_own_->next;
    if (last_own_) last_own_->next = profile_->lines;
    return;
  }
  const auto* line = profile_->lines;
  for (const auto name : usual_names) {
    const bool is_accept = name == "Accept" && !accept.empty();
    if (!has_own(name)) headers_ = appended(headers_, is_accept ? "Accept: " + accept : std::string(line->data));
    line = line->next;
  }
}

bool Transfer::has_own(std::string_view name) const {
  const auto names_it = [&](std::string_view line) {
    return base::starts_with_ignoring_case(line, name) && (line[name.size()] == ':' || line[name.size()] == ';');
  };
  const auto* line = headers_;
  while (line && !names_it(line->data)) line = line->next;
  return line != nullptr;
}

std::size_t Transfer::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  size *= count;
  transfer.header_bytes_ += size;
  if (transfer.header_bytes_ > most_header_bytes) return transfer.give_up(Excess::header);
  const std::string_view line(bytes, size);
  // It is spoken over TLS only; whoever claims it elsewhere keeps the watch over unread bytes.
  if (transfer.is_https_ && line.starts_with("HTTP/2"))
    transfer.sockets_->speaks_in_streams(transfer.local_port_, transfer.remote_port_);
  const bool is_end = transfer.head.read_line(line);
  return is_end && !transfer.expects_bearable_body() ? 0 : size;
}

// Judged when the header is complete, not by CURLOPT_MAXFILESIZE, which cuts the header short at Content-Length and
// loses the Retry-After behind it.
bool Transfer::expects_bearable_body() {
  if (head.status == 204 || head.status == 304) return true;  // none, whatever their fields say of it
  const auto length = head.content_length.value_or(0);
  if (keeps_body() && head.codings > 1) give_up(Excess::codings);
  if (keeps_body() && head.is_transfer_coded) give_up(Excess::transfer);
  if (keeps_body() && length > profile_->settings.max_body) give_up(Excess::body);
  is_skipped = !keeps_body() && (length > most_skipped_bytes || head.codings > 1 || head.is_transfer_coded);
  return excess == Excess::none && !is_skipped;
}

std::size_t Transfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  size *= count;
  if (transfer.keeps_body()) return transfer.take(bytes, size);
  const auto room = most_explained_bytes - std::min(most_explained_bytes, transfer.skipped_bytes_);
  transfer.body.append(bytes, static_cast<std::size_t>(std::min<std::uint64_t>(size, room)));
  transfer.skipped_bytes_ += size;
  transfer.is_skipped = transfer.skipped_bytes_ > most_skipped_bytes;
  return transfer.is_skipped ? 0 : size;
}

// Appends and counts; or waits, before the bytes of a new read, when the budget is full.
std::size_t Transfer::take(const char* bytes, std::size_t size) {
  const auto most = static_cast<std::size_t>(profile_->settings.max_body + (head.codings > 0 ? most_extra : 0));
  if (size > most - body.size()) return give_up(head.codings > 0 ? Excess::wire : Excess::body);
  if (!lease) {
    lease = budget_->open();
    if (head.content_length) body.reserve(static_cast<std::size_t>(*head.content_length));
  }
  if (!budget_->may_go_on(*lease) && over) {
    was_paused = true;
    over->push_back(this);
    return CURL_WRITEFUNC_PAUSE;
  }
  if (body.size() + size > body.capacity())
    body.reserve(std::max(body.size() + size, std::min(body.capacity() + body.capacity() / 2, most)));
  body.append(bytes, size);
  lease->add(size);
  return size;
}

std::size_t Transfer::give_up(Excess of) {
  excess = of;
  return 0;
}

int Transfer::on_progress(void* self, curl_off_t, curl_off_t received, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (!transfer.is_flood(static_cast<std::uint64_t>(received))) return 0;
  transfer.give_up(Excess::wire);
  return 1;
}

// What stands between chunks is not counted by curl: the connection is asked, now and then and with half as much again
// to spare. In HTTP/2, which has no chunks, it would count all streams.
bool Transfer::is_flood(std::uint64_t received) {
  const auto most = profile_->settings.max_body + most_extra;
  if (received > most) return true;
  if (!head.is_chunked || looks_++ % calls_between_looks != 0) return false;
  const auto by_connection = sockets_->received(local_port_, remote_port_);
  if (first_received_ == 0) first_received_ = by_connection;
  return by_connection > first_received_ + most + most / 2;
}

// curl empties its list before each run and fills it in a handshake, the server's own certificate first.
std::optional<base::Instant> Transfer::certificate_until() const {
  constexpr std::string_view name = "Expire date:";
  curl_certinfo* chain = nullptr;
  if (curl_easy_getinfo(handle_, CURLINFO_CERTINFO, &chain) != CURLE_OK || !chain || chain->num_of_certs < 1)
    return std::nullopt;
  for (const curl_slist* line = chain->certinfo[0]; line; line = line->next)
    if (const std::string_view text = line->data; text.starts_with(name))
      return read_certificate_date(text.substr(name.size()));
  return std::nullopt;
}

// After the name was resolved, before a packet leaves (HOUSE section 6, 7d). With a proxy, this is the proxy's
// address, which the operator named; the client judged what it could of the target.
curl_socket_t Transfer::on_open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.profile_->settings.proxy.empty()) {
    if (auto reason = refusal(&address->addr, address->addrlen, transfer.profile_->policy)) {
      transfer.guard_reason = std::move(*reason);
      return CURL_SOCKET_BAD;
    }
  }
  const auto opened = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (opened >= 0) transfer.sockets_->opened(opened);
  transfer.has_opened_socket = transfer.has_opened_socket || opened >= 0;
  transfer.is_out_of_descriptors = opened < 0 && (errno == EMFILE || errno == ENFILE);
  return opened < 0 ? CURL_SOCKET_BAD : opened;
}

int Transfer::on_close_socket(void* sockets, curl_socket_t socket) {
  static_cast<Sockets*>(sockets)->closed(socket);
  return ::close(socket);
}

// Called when a connection is ready, a kept one too, which never passed on_open_socket for this transfer and may have
// been opened under other settings.
int Transfer::on_ready(void* self, char* remote_ip, char*, int remote_port, int local_port) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.is_second_try = transfer.tries_++ > 0;
  if (transfer.is_second_try) return CURL_PREREQFUNC_ABORT;
  if (transfer.profile_->settings.proxy.empty()) {
    const auto address = parse_address(remote_ip);
    auto reason = address ? refusal(*address, transfer.profile_->policy)
                          : std::optional<std::string>("the address of the connection is unknown");
    if (reason) {
      transfer.guard_reason = std::move(*reason);
      return CURL_PREREQFUNC_ABORT;
    }
  }
  // What a server sent after its last answer would be read as the answer to a request that it has not seen: another
  // source's at the same host, perhaps. libcurl 7.88 takes such a connection for alive.
  transfer.local_port_ = local_port;
  transfer.remote_port_ = remote_port;
  transfer.is_unfit = !transfer.has_opened_socket && transfer.sockets_->has_bytes(local_port, remote_port);
  if (transfer.is_unfit) return CURL_PREREQFUNC_ABORT;
  transfer.is_connected = true;
  return CURL_PREREQFUNC_OK;
}

}  // namespace rapporteur::fetch
