#include "engine/moves.h"

#include <algorithm>

#include "base/url.h"
#include "fetch/address_guard.h"

namespace rapporteur::engine {

namespace {

constexpr base::Duration patience = std::chrono::hours(24 * 3);  // with an adopted address that fails

std::string day_of(base::Instant instant) { return base::to_rfc3339(instant).substr(0, 10); }

// Where every redirect of this answer was permanent to; "": it was not moved.
std::string target_of(const fetch::Reply& reply) {
  return reply.is_permanent_move && reply.hops.size() > 1 ? reply.final_url() : std::string();
}

void forget_sightings(const feed::SourceSettings& source, feed::SourceState& state) {
  if (is_adopted(source, state) && state.moved_to == state.effective_url) return;
  state.moved_to.clear();
  state.moved_since.reset();
}

// Credentials in the configured address would be lost with it at the origin that wants them.
bool is_adoptable(const feed::SourceSettings& source, const std::string& target) {
  return base::without_userinfo(source.url) == source.url || !base::is_same_origin(source.url, target);
}

bool is_private(const fetch::Hop& hop) {
  const auto address = fetch::parse_address(hop.peer);
  return address && fetch::refusal(*address, fetch::AddressPolicy());
}

// Nobody outside may lead us to stay at an address of our own network (P30).
bool leads_inside(const fetch::Reply& reply) {
  return is_private(reply.hops.back()) && !std::all_of(reply.hops.begin(), reply.hops.end(), is_private);
}

// A row of sightings says nothing of weeks in which nobody looked, or looked in vain.
bool has_hole(const feed::SourceState& state, const schedule::Settings& settings, base::Instant now) {
  const base::Duration bearable = std::max(settings.adopt_redirect_after / 2, settings.max_interval * 2);
  return state.last_ok && now - *state.last_ok > bearable;
}

// A server in trouble says nothing of where the source lives.
bool is_silent_on_moves(const fetch::Reply& reply) {
  return reply.status == 0 || (reply.hops.size() == 1 && (reply.status == 429 || reply.status >= 500));
}

void return_home(const feed::SourceSettings& source, feed::SourceState& state) {
  state.reason += "; the adopted address " + base::without_userinfo(state.effective_url) +
                  " is given up, the configured one is asked again";
  // What the one said of itself is no word of the other, whose own 410 is to be confirmed first (P28).
  if (state.state == feed::State::gone) state.failing_since.reset();
  state.state = feed::State::failing;
  state.effective_url = source.url;
  state.moved_to.clear();
  state.moved_since.reset();
}

}  // namespace

bool is_adopted(const feed::SourceSettings& source, const feed::SourceState& state) {
  return !state.effective_url.empty() && state.effective_url != source.url;
}

void note_good_answer(const feed::SourceSettings& source, feed::SourceState& state, const fetch::Reply& reply,
                      const schedule::Settings& settings, base::Instant now) {
  std::string target = target_of(reply);
  if (target.empty() || leads_inside(reply)) return forget_sightings(source, state);
  const bool is_same = target == state.moved_to && state.moved_since && *state.moved_since <= now &&
                       (is_adopted(source, state) || !has_hole(state, settings, now));
  if (!is_same) {
    state.moved_to = std::move(target);
    state.moved_since = now;
  }
  const base::Duration needed = settings.adopt_redirect_after;
  const bool is_due = needed > base::Duration::zero() && now - *state.moved_since >= needed;
  if (!is_same || !is_due || !is_adoptable(source, state.moved_to)) return;
  state.effective_url = state.moved_to;
  state.moved_since = now;
}

void note_bad_answer(const feed::SourceSettings& source, feed::SourceState& state, const fetch::Reply& reply,
                     base::Instant now) {
  const std::string target = target_of(reply);
  if (!is_silent_on_moves(reply) && (target.empty() || target != state.moved_to)) forget_sightings(source, state);
  if (!is_adopted(source, state)) return;
  const bool is_pause = reply.status == 429 || (reply.status == 503 && reply.hints.retry_after);
  const bool is_hopeless = state.failing_since && now - *state.failing_since >= patience;
  if (state.state == feed::State::gone || (is_hopeless && !is_pause)) return_home(source, state);
}

std::string move_sentence(const feed::SourceSettings& source, const feed::SourceState& state,
                          const schedule::Settings& settings) {
  const bool has_home = !is_adopted(source, state);
  if (!has_home && (state.moved_to.empty() || state.moved_to == state.effective_url)) {
    const std::string when =
        state.moved_since ? ", adopted on " + day_of(*state.moved_since) : std::string(", adopted");
    return "moved permanently to " + base::without_userinfo(state.effective_url) + when + "; set its url to that";
  }
  if (state.moved_to.empty() || !state.moved_since) return {};
  const std::string move =
      "moved permanently to " + base::without_userinfo(state.moved_to) + " since " + day_of(*state.moved_since);
  if (settings.adopt_redirect_after <= base::Duration::zero())
    return move + "; fetch.adopt_redirect_after = 0 keeps the old address";
  if (!is_adoptable(source, state.moved_to)) return move + "; not adopted, because its url holds a password";
  return move + ", to be adopted on " + day_of(*state.moved_since + settings.adopt_redirect_after);
}

}  // namespace rapporteur::engine
