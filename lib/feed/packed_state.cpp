#include "feed/packed_state.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <utility>

namespace rapporteur::feed {

namespace {

using base::Duration;
using base::Instant;

// The bytes are: this, then the fields of visit() one after the other.
struct Front {
  std::int64_t row = 0, next_poll = 0, last_attempt = 0;
  std::int32_t failures = 0;
  std::int16_t http_status = 0;
  std::uint8_t state = 0, marks = 0;
};
constexpr std::uint8_t was_attempted = 1, is_binding = 2, names_hub = 4, skips = 8;

// Every field that is not in Front, in the order of their bytes; effective_url is first.
template <class Fields, class State>
void visit(Fields& fields, State& state) {
  fields.text(state.effective_url);
  fields.list(state.validators, [&](auto& known) {
    fields.text(known.url);
    fields.maybe(known.validators.etag, [&](auto& text) { fields.text(text); });
    fields.maybe(known.validators.last_modified, [&](auto& text) { fields.text(text); });
  });
  fields.bits(state.body_hash);
  for (auto* text : {&state.reason, &state.next_poll_reason, &state.notes, &state.moved_to, &state.plea_host,
                     &state.rhythm, &state.hub, &state.hub_topic, &state.feed_id, &state.feed_title, &state.feed_link,
                     &state.feed_language, &state.feed_rights, &state.feed_author})
    fields.text(*text);
  for (auto* time :
       {&state.last_ok, &state.failing_since, &state.newest, &state.moved_since, &state.plea_until, &state.last_full,
        &state.last_news, &state.certificate_until, &state.pushed_until, &state.feed_updated})
    fields.maybe(*time, [&](auto& instant) { fields.time(instant); });
  for (auto* count : {&state.entries, &state.polls, &state.not_modified, &state.bytes}) fields.count(*count);
  fields.count(state.last_count);
  fields.maybe(state.stated_interval, [&](auto& interval) { fields.span(interval); });
  fields.list(state.skip_hours, [&](auto& hour) { fields.count(hour); });
  fields.list(state.skip_days, [&](auto& day) { fields.text(day); });
}

// Numbers in as few bytes as they need, seven bits each; signed ones with the sign last.
constexpr std::uint64_t folded(std::int64_t number) {
  return (static_cast<std::uint64_t>(number) << 1) ^ static_cast<std::uint64_t>(number >> 63);
}
constexpr std::int64_t unfolded(std::uint64_t number) {
  return static_cast<std::int64_t>(number >> 1) ^ -static_cast<std::int64_t>(number & 1);
}
std::int64_t ticks(Instant instant) { return instant.time_since_epoch().count(); }
// Times are kept by how far they are from another. Saturated ones lie at the ends of the clock: unsigned numbers may
// wrap, there and back.
std::int64_t distance(Instant to, Instant from) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(ticks(to)) - static_cast<std::uint64_t>(ticks(from)));
}
Instant at_distance(std::int64_t distance, Instant from) {
  return Instant(Duration(
      static_cast<std::int64_t>(static_cast<std::uint64_t>(ticks(from)) + static_cast<std::uint64_t>(distance))));
}

// Texts that repeat the address are written as this; others as their length and two, then their bytes; empty as 0.
constexpr std::uint64_t same_as_address = 1;

// Into room that grows: most states need no more than it has from the beginning.
class Writing {
 public:
  Writing(const Front& front, std::string_view address, Instant near) : address_(address), near_(near) {
    append(&front, sizeof front);
  }

  std::string_view bytes() const { return {begin_, size_}; }
  void text(const std::string& text) {
    if (text.empty()) return number(0);
    if (text == address_) return number(same_as_address);
    number(text.size() + 2);
    append(text.data(), text.size());
  }
  void bits(std::uint64_t value) { append(&value, sizeof value); }
  template <class Count>
  void count(Count value) {
    number(static_cast<std::uint64_t>(value));
  }
  void span(Duration value) { number(folded(value.count())); }
  void time(Instant value) { number(folded(distance(value, near_))); }
  template <class T, class Each>
  void maybe(const std::optional<T>& value, const Each& each) {
    number(value ? 1 : 0);
    if (value) each(*value);
  }
  template <class T, class Each>
  void list(const std::vector<T>& values, const Each& each) {
    number(values.size());
    for (const T& value : values) each(value);
  }

 private:
  static constexpr std::size_t longest_number = 10;

  void make_room(std::size_t bytes) {
    if (bytes <= room_ - size_) return;
    room_ = std::max(2 * room_, size_ + bytes);
    auto grown = std::make_unique_for_overwrite<char[]>(room_);
    std::memcpy(grown.get(), begin_, size_);
    more_ = std::move(grown);
    begin_ = more_.get();
  }
  void append(const void* bytes, std::size_t size) {
    make_room(size);
    std::memcpy(begin_ + size_, bytes, size);
    size_ += size;
  }
  void number(std::uint64_t value) {
    make_room(longest_number);
    for (; value >= 128; value >>= 7) begin_[size_++] = static_cast<char>(value | 128);
    begin_[size_++] = static_cast<char>(value);
  }

  std::array<char, 1024> first_;
  std::unique_ptr<char[]> more_;
  char* begin_ = first_.data();
  std::size_t room_ = first_.size(), size_ = 0;
  std::string_view address_;
  Instant near_;
};

class Reading {
 public:
  Reading(const char* at, std::string_view address, Instant near) : at_(at), address_(address), near_(near) {}

  std::string_view view() {
    const std::uint64_t mark = number();
    if (mark == 0) return {};
    if (mark == same_as_address) return address_;
    const std::size_t size = static_cast<std::size_t>(mark - 2);
    return {std::exchange(at_, at_ + size), size};
  }
  void text(std::string& text) { text = view(); }
  void bits(std::uint64_t& value) {
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
  }
  template <class Count>
  void count(Count& value) {
    value = static_cast<Count>(number());
  }
  void span(Duration& value) { value = Duration(unfolded(number())); }
  void time(Instant& value) { value = at_distance(unfolded(number()), near_); }
  template <class T, class Each>
  void maybe(std::optional<T>& value, const Each& each) {
    if (*at_++ != '\0') each(value.emplace());
  }
  template <class T, class Each>
  void list(std::vector<T>& values, const Each& each) {
    values.resize(static_cast<std::size_t>(number()));
    for (T& value : values) each(value);
  }

 private:
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(*at_++);
      value |= static_cast<std::uint64_t>(byte & 127) << shift;
      if (byte < 128) return value;
    }
  }

  const char* at_;
  std::string_view address_;
  Instant near_;
};

Front front_of(const SourceState& state) {
  Front front;
  front.row = base::to_number(state.row);
  front.next_poll = ticks(state.next_poll);
  front.failures = state.failures;
  front.http_status = static_cast<std::int16_t>(state.http_status);
  front.state = static_cast<std::uint8_t>(state.state);
  if (state.last_attempt) front.last_attempt = ticks(*state.last_attempt);
  if (state.last_attempt) front.marks |= was_attempted;
  if (state.next_poll_is_binding) front.marks |= is_binding;
  if (!state.hub.empty()) front.marks |= names_hub;
  if (!state.skip_hours.empty() || !state.skip_days.empty()) front.marks |= skips;
  return front;
}

}  // namespace

PackedState::PackedState(const SourceState& state, std::string_view address) {
  Writing writing(front_of(state), address, state.next_poll);
  visit(writing, state);
  const std::string_view bytes = writing.bytes();
  auto kept = std::make_shared_for_overwrite<char[]>(bytes.size());
  std::memcpy(kept.get(), bytes.data(), bytes.size());
  bytes_ = std::move(kept);
}

StateGlance PackedState::glance() const {
  StateGlance glance;
  if (is_empty()) return glance;
  Front front;
  std::memcpy(&front, bytes_.get(), sizeof front);
  glance.row = base::SourceId{front.row};
  glance.next_poll = Instant(Duration(front.next_poll));
  if (front.marks & was_attempted) glance.last_attempt = Instant(Duration(front.last_attempt));
  glance.failures = front.failures;
  glance.http_status = front.http_status;
  glance.state = static_cast<State>(front.state);
  glance.next_poll_is_binding = (front.marks & is_binding) != 0;
  glance.has_hub = (front.marks & names_hub) != 0;
  glance.has_skips = (front.marks & skips) != 0;
  return glance;
}

SourceState PackedState::unpack(std::string_view address) const {
  SourceState state;
  if (is_empty()) return state;
  const StateGlance front = glance();
  state.row = front.row;
  state.next_poll = front.next_poll;
  state.last_attempt = front.last_attempt;
  state.failures = front.failures;
  state.http_status = front.http_status;
  state.state = front.state;
  state.next_poll_is_binding = front.next_poll_is_binding;
  Reading reading(bytes_.get() + sizeof(Front), address, front.next_poll);
  visit(reading, state);
  return state;
}

std::string_view PackedState::effective_url(std::string_view address) const {
  if (is_empty()) return {};
  return Reading(bytes_.get() + sizeof(Front), address, {}).view();
}

}  // namespace rapporteur::feed
