// Names whose addresses a test decides: this program's getaddrinfo, which libcurl calls too, answers for them; all
// other names go to the system's. A name that is public at one look and private at the next is DNS rebinding.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rapporteur::test {

// Known to this process while the object lives. Addresses as text, in the order in which they are to be tried.
class ResolvedName {
 public:
  // `nth` counts the times that somebody asked, from 1; called on the thread that asks.
  using Answering = std::function<std::vector<std::string>(unsigned nth)>;
  ResolvedName(const std::string& name, Answering answering);
  // The same answer each time, after `delay`, which ends with the object.
  ResolvedName(const std::string& name, std::vector<std::string> addresses, std::chrono::milliseconds delay = {});
  ~ResolvedName();
  ResolvedName(const ResolvedName&) = delete;
  ResolvedName& operator=(const ResolvedName&) = delete;

  unsigned asked() const;  // how often

  struct Record;

 private:
  std::string name_;
  std::shared_ptr<Record> record_;
};

}  // namespace rapporteur::test
