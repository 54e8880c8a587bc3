// An edition made ready to hand out: the head of each page in each coding as bytes, so that an answer copies a few
// hundred bytes and no body. Built when an edition is shelved, immutable afterwards; shared by the answers that are
// being sent.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "publish/page.h"
#include "serve/coding.h"
#include "serve/delta.h"

namespace rapporteur::serve {

struct ShelvedPage {
  const publish::Page* page = nullptr;  // in the edition; never null
  OfferedCodings offered;
  std::array<std::string, coding_count> fields_200;  // all but status line, Date and Connection
  std::array<std::string, coding_count> fields_304;
  std::array<std::string_view, coding_count> bodies;
  Past past;  // this edition and earlier ones, for deltas; empty: the page has none
};

class Shelf {
 public:
  // `before`: the shelf that this one takes the place of, for what its readers hold; may be null.
  explicit Shelf(std::shared_ptr<const publish::Edition> edition, const Shelf* before = nullptr);
  Shelf(const Shelf&) = delete;
  Shelf& operator=(const Shelf&) = delete;

  const ShelvedPage* find(std::string_view path) const;  // null: no such page

 private:
  std::shared_ptr<const publish::Edition> edition_;
  std::map<std::string_view, ShelvedPage> pages_;  // the keys are the edition's
};

}  // namespace rapporteur::serve
