// Judges of validators: what is sent is what was told last, by this address, with a body that could be read.
#include <algorithm>

#include "support/bench.h"

namespace rapporteur::test {

namespace {

void remember(Told& told, const Exchange& one) {
  const Text before = told.etag;
  if (one.status == 200 && one.is_readable) {
    told.etag = one.etag;
    told.last_modified = one.last_modified;
    told.before_full = told.last_full;
    told.last_full = &one;
    told.refusal.clear();
  }
  if (one.status == 200 && !one.is_readable) told.refusal = one.etag.value_or("");
  if (one.status == 304 && one.etag) told.etag = one.etag;
  if (one.status == 304 && one.last_modified) told.last_modified = one.last_modified;
  if (before && before != told.etag) told.outdated.push_back(*before);
  if (told.etag) std::erase(told.outdated, *told.etag);
  told.last = &one;
}

bool tells_the_same(const Exchange& a, const Exchange& b) {
  return a.etag == b.etag && a.last_modified == b.last_modified;
}

}  // namespace

void each_with_memory(const Log& log, const std::function<void(const Exchange&, const Told&)>& look) {
  std::map<std::string, Told> memory;
  for (const Exchange& one : log) {
    Told& told = memory[one.address()];
    if (!told.is_unsure) look(one, told);
    remember(told, one);
    told.is_unsure = one.is_forgotten;  // the next answer tells again
  }
}

void Bench::echoed(const char* name, const char* field, Text Told::*member) {
  rule(name);
  each_with_memory(log_, [&](const Exchange& one, const Told& told) {
    const Text sent = value_of(one, field);
    if (told.*member)
      expect(sent == told.*member, place(one) + " sent " + shown(sent) + ", was told " + shown(told.*member));
  });
}

void Bench::judge_validators() {
  rule("P1 after a validator every request is conditional");
  each_with_memory(log_, [&](const Exchange& one, const Told& told) {
    if (told.etag || told.last_modified) expect(is_conditional(one), place(one) + " is unconditional");
  });
  echoed("P2 If-Modified-Since is the last Last-Modified", "If-Modified-Since", &Told::last_modified);
  rule("P3 no If-Modified-Since is made up");
  each_with_memory(log_, [&](const Exchange& one, const Told& told) {
    if (told.last_modified) return;
    const Text sent = value_of(one, "If-Modified-Since");
    expect(!sent, place(one) + " sent " + shown(sent) + ", was told none");
  });
  echoed("P4 If-None-Match is the last ETag", "If-None-Match", &Told::etag);
  rule("P5 both validators are sent where both came");
  each_with_memory(log_, [&](const Exchange& one, const Told& told) {
    if (told.etag && told.last_modified)
      expect(one.header("If-None-Match") && one.header("If-Modified-Since"), place(one) + " lacks one of them");
  });
  const auto is_pair = [](const Exchange& one, const Told& told) {
    return value_of(one, "If-None-Match") == told.etag && value_of(one, "If-Modified-Since") == told.last_modified;
  };
  rule("P6 a 200 replaces both validators, each on its own");
  each_with_memory(log_, [&](const Exchange& one, const Told& told) {
    if (told.last && told.last == told.last_full && told.before_full &&
        !tells_the_same(*told.last_full, *told.before_full))
      expect(is_pair(one, told), place(one) + " does not send what the last 200 told");
  });
  rule("P7 a newer validator in a 304 is taken");
  each_with_memory(log_, [&](const Exchange& one, const Told& told) {
    if (told.last && told.last->status == 304 && told.last_full && (told.last->etag || told.last->last_modified) &&
        !tells_the_same(*told.last, *told.last_full))
      expect(is_pair(one, told), place(one) + " does not send what the last 304 told");
  });
  rule("P8 no validator is sent that was replaced since");
  each_with_memory(log_, [&](const Exchange& one, const Told& told) {
    const std::string sent = value_of(one, "If-None-Match").value_or("");
    if (!told.outdated.empty())
      expect(std::find(told.outdated.begin(), told.outdated.end(), sent) == told.outdated.end(),
             place(one) + " sent " + shown(sent) + ", which is out of date");
  });
  rule("P9 no validator of another address is sent");
  each_with_memory(log_, [&](const Exchange& one, const Told& told) {
    const Text sent = value_of(one, "If-None-Match");
    expect(!sent || told.etag, place(one) + " sent " + shown(sent) + ", which it never told");
  });
  rule("P10 validators of a body that was no feed do not count");
  each_with_memory(log_, [&](const Exchange& one, const Told& told) {
    if (!told.refusal.empty())
      expect(is_pair(one, told) && value_of(one, "If-None-Match") != told.refusal,
             place(one) + " does not send what the last readable answer told");
  });
  rule("P43 no request is unconditional for a check, however often 304 came");
  each_with_memory(log_, [&](const Exchange& one, const Told& told) {
    if (told.last && told.last->status == 304 && (told.etag || told.last_modified))
      expect(is_conditional(one), place(one) + " is unconditional after a 304");
  });
}

}  // namespace rapporteur::test
