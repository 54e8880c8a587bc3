// A person construct (RFC 4287 3.2): atom:author, dc:creator, RSS author and managingEditor, JSON authors.
#pragma once

#include <string>

namespace rapporteur::feed {

struct Person {
  std::string name;
  std::string email;
  std::string uri;  // absolute

  bool empty() const { return name.empty() && email.empty() && uri.empty(); }
  bool operator==(const Person&) const = default;
};

}  // namespace rapporteur::feed
