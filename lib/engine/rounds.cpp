#include "engine/rounds.h"

#include <utility>

namespace rapporteur::engine {

namespace {

std::string counted(std::uint32_t count, const char* word) {
  return count == 0 ? std::string() : ", " + std::to_string(count) + " " + word;
}

}  // namespace

PollLine describe_refresh(const feed::SourceSettings& source, const feed::Change& change) {
  PollLine line;
  line.source = source.id;
  const feed::SourceState& state = change.state;
  line.is_good = change.outcome == base::Outcome::fresh || change.outcome == base::Outcome::unchanged;
  if (change.outcome == base::Outcome::postponed) {
    line.text = "not known yet";
  } else if (!line.is_good) {
    line.text = state.reason.empty() ? "not reached" : state.reason;
  } else if (change.outcome == base::Outcome::unchanged) {
    line.text = state.http_status == 304 ? "unchanged (304)" : "unchanged (same body)";
  } else {
    line.text =
        std::to_string(change.added) + " new" + counted(change.revised, "revised") + counted(change.touched, "touched");
    if (!state.notes.empty()) line.text += "; read with repairs: " + state.notes;
  }
  line.text += "; next " + base::to_rfc3339(state.next_poll);
  if (!state.next_poll_reason.empty()) line.text += " (" + state.next_poll_reason + ")";
  return line;
}

Rounds::Rounds(const base::Clock& clock, Roster& roster, Planner& planner)
    : clock_(clock), roster_(roster), planner_(planner) {
  planner_.on_held(
      [this](schedule::Slot slot, base::Instant until, const std::string& why) { held(slot, until, why); });
}

void Rounds::start(const PollRequest& request, std::function<void(std::size_t)> begin, Line line,
                   std::function<void()> end) {
  Round round;
  std::vector<PollLine> skipped;
  std::vector<schedule::Slot> wanted;
  if (request.sources.empty()) {
    for (schedule::Slot slot = 0; slot < roster_.size(); ++slot)
      if (roster_.is_followed(slot)) wanted.push_back(slot);
  }
  for (const std::string& id : request.sources) {
    const auto slot = roster_.find(id);
    if (slot) wanted.push_back(*slot);
    if (!slot) skipped.push_back({id, true, false, "no source of this id is configured"});
  }
  for (const schedule::Slot slot : wanted) {
    PollLine why;
    if (is_wanted(slot, request, why))
      round.open.insert(slot);
    else
      skipped.push_back(std::move(why));
  }
  begin(round.open.size());
  for (const PollLine& one : skipped) line(one);
  if (round.open.empty()) return end();
  round.line = std::move(line);
  round.end = std::move(end);
  rounds_.push_back(std::move(round));
}

// Named sources are asked although they are not due; what a server or the hard floor forbids stays forbidden.
bool Rounds::is_wanted(schedule::Slot slot, const PollRequest& request, PollLine& skipped) {
  skipped.source = roster_.settings_of(slot)->id;
  skipped.is_skipped = true;
  const base::Instant now = clock_.now();
  const bool is_due = roster_.glance(slot).next_poll <= now;
  if (!is_due && !request.is_now && request.sources.empty()) {
    const feed::SourceState state = roster_.state_of(slot);
    skipped.text = "not due before " + base::to_rfc3339(state.next_poll) +
                   (state.next_poll_reason.empty() ? "" : " (" + state.next_poll_reason + ")");
    return false;
  }
  return planner_.plan_now(slot, !request.is_now && request.sources.empty(), skipped.text);
}

void Rounds::settled(schedule::Slot slot, const feed::Change& change) {
  if (!rounds_.empty()) close(slot, describe_refresh(*roster_.settings_of(slot), change));
}

void Rounds::held(schedule::Slot slot, base::Instant until, const std::string& why) {
  if (!rounds_.empty())
    close(slot,
          {roster_.settings_of(slot)->id, true, false, "not asked before " + base::to_rfc3339(until) + ": " + why});
}

void Rounds::close(schedule::Slot slot, const PollLine& line) {
  for (auto round = rounds_.begin(); round != rounds_.end();) {
    if (round->open.erase(slot) > 0) round->line(line);
    if (!round->open.empty()) {
      ++round;
      continue;
    }
    const auto end = std::move(round->end);
    round = rounds_.erase(round);
    end();
  }
}

}  // namespace rapporteur::engine
