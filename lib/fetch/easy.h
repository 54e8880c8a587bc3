// One transfer: a curl easy handle, everything it points to, and what it brought back. Made once and used again for
// many requests, so the constant options are set only when the settings change.
// Called by client.cpp (prepare, look) and multi.cpp (run). io thread only. Inside fetch only: curl's types show here.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/validators.h"
#include "fetch/address_guard.h"
#include "fetch/budget.h"
#include "fetch/head.h"
#include "fetch/reply.h"
#include "fetch/settings.h"
#include "fetch/sockets.h"

namespace rapporteur::fetch {

// What may be received of a body beyond fetch.max_body: what stands between chunks reaches no other limit, and a coded
// body may hold names and empty blocks.
constexpr std::uint64_t most_extra = 1u << 20;

// More than we bear, of what.
enum class Excess {
  none,
  header,
  body,
  codings,   // more than one of them
  transfer,  // coded, beyond chunked
  wire,      // received of a body that is coded, or with what stands between its chunks
};

// The settings as transfers use them; one object for all transfers between two calls of Client::configure.
struct Profile {
  explicit Profile(const Settings& from);
  ~Profile();
  Profile(const Profile&) = delete;
  Profile& operator=(const Profile&) = delete;
  Settings settings;
  AddressPolicy policy;
  std::string user_agent;
  // User-Agent, Accept and Accept-Encoding as lines: curl formats each character of a line that it makes itself twice,
  // and each of these once, so they are short.
  curl_slist* lines = nullptr;
};

// What one hop asks. The pieces belong to the caller and are read in Transfer::prepare only.
struct Ask {
  const Request& request;
  const std::string& url;                   // of this hop
  const base::Validators* known = nullptr;  // of exactly this URL
  bool is_home = true;                      // the origin of request.url: credentials and own headers go along
  bool wants_new_connection = false;        // a kept one was found unfit
  base::Duration time_left{};               // for the whole transfer
  base::Duration limit{};                   // for all hops together, in sentences
};

class Transfer {
 public:
  Transfer();
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Sets the options of one request. The budget must outlive the transfer's run, the sockets every connection.
  void prepare(std::shared_ptr<const Profile> profile, BodyBudget& budget, Sockets& sockets, const Ask& ask);
  // Drops what the last run left, keeps the handle.
  void recycle();
  CURL* handle() const { return handle_; }

  base::Duration limit{};  // what all hops together may take

  // What came back; valid after the run.
  CURLcode code = CURLE_OK;
  bool is_cancelled = false;
  ResponseHead head;
  std::string body;
  std::shared_ptr<BudgetLease> lease;
  std::string guard_reason;  // of the last address refused; "": none was
  bool has_opened_socket = false;
  bool is_connected = false;  // a connection was ready and allowed
  bool was_asked = false;     // validators were sent
  bool is_out_of_descriptors = false;
  Excess excess = Excess::none;
  bool is_second_try = false;  // curl wanted to ask once more after a kept connection broke; it may not (P25)
  bool is_skipped = false;     // the body of a refusal was too long to be read to its end
  bool is_stalled = false;     // it hardly grew while others waited for the room that it held
  bool is_unfit = false;       // the kept connection held bytes that nobody asked for; nothing was sent on it

  // For multi.cpp.
  std::uint64_t serial = 0;
  std::vector<Transfer*>* over = nullptr;  // where a transfer that waits for room in the budget reports it
  bool was_paused = false;
  std::optional<std::chrono::steady_clock::time_point> looked_at;  // when its growth was last enough
  std::uint64_t looked_bytes = 0;                                  // and what it held then

  const Profile& profile() const { return *profile_; }
  // When the server's certificate ends; only after a run that made a new TLS connection.
  std::optional<base::Instant> certificate_until() const;
  std::string curl_words() const { return error_; }  // CURLOPT_ERRORBUFFER

 private:
  void set_constants();
  void set_credentials(const Ask& ask);
  void set_form(const std::string& form);
  void set_headers(const Ask& ask);
  void add_header(std::string_view name, std::string_view value);
  void add_usual_headers(const Ask& ask);
  bool has_own(std::string_view name) const;
  void drop_headers();
  bool keeps_body() const { return head.status >= 200 && head.status < 300; }
  bool expects_bearable_body();
  std::size_t take(const char* bytes, std::size_t size);
  std::size_t give_up(Excess of);  // 0, for curl
  bool is_flood(std::uint64_t received);

  static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
  static curl_socket_t on_open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int on_progress(void* self, curl_off_t, curl_off_t received, curl_off_t, curl_off_t);
  static int on_close_socket(void* sockets, curl_socket_t socket);
  static int on_ready(void* self, char* remote_ip, char* local_ip, int remote_port, int local_port);

  CURL* handle_;
  std::shared_ptr<const Profile> profile_;
  BodyBudget* budget_ = nullptr;
  Sockets* sockets_ = nullptr;
  curl_slist* headers_ = nullptr;
  curl_slist* last_own_ = nullptr;  // behind it hang the profile's lines, which are not ours to free
  std::string line_;                // room for one of them
  bool has_credentials_ = false, is_https_ = false, is_post_ = false;
  std::uint64_t header_bytes_ = 0, skipped_bytes_ = 0;
  std::uint64_t first_received_ = 0;  // by the connection, when the header of a chunked answer was there
  unsigned looks_ = 0;
  unsigned tries_ = 0;
  int local_port_ = 0, remote_port_ = 0;  // of the connection
  char error_[CURL_ERROR_SIZE] = "";
};

}  // namespace rapporteur::fetch
