#include "support/resolver.h"

#include <dlfcn.h>
#include <netdb.h>

#include <condition_variable>
#include <map>
#include <mutex>

namespace rapporteur::test {

struct ResolvedName::Record {
  Answering answering;
  std::chrono::milliseconds delay{0};
  std::mutex guard;
  std::condition_variable gone;
  unsigned asked = 0;
  bool is_gone = false;

  std::vector<std::string> answer() {
    std::unique_lock lock(guard);
    const unsigned nth = ++asked;
    gone.wait_for(lock, delay, [this] { return is_gone; });
    if (is_gone) return {};
    return answering(nth);
  }
};

namespace {

struct Book {
  std::mutex guard;
  std::map<std::string, std::shared_ptr<ResolvedName::Record>> names;
};

// Never destroyed: a resolver's thread may outlive the tests.
Book& book() {
  static Book& only = *new Book;
  return only;
}

std::shared_ptr<ResolvedName::Record> record_of(const char* name) {
  if (!name) return nullptr;
  const std::lock_guard lock(book().guard);
  const auto found = book().names.find(name);
  return found == book().names.end() ? nullptr : found->second;
}

using Resolve = int (*)(const char*, const char*, const addrinfo*, addrinfo**);

int by_the_system(const char* name, const char* service, const addrinfo* hints, addrinfo** found) {
  static const Resolve next = reinterpret_cast<Resolve>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return next(name, service, hints, found);
}

}  // namespace

ResolvedName::ResolvedName(const std::string& name, Answering answering)
    : name_(name), record_(std::make_shared<Record>()) {
  record_->answering = std::move(answering);
  const std::lock_guard lock(book().guard);
  book().names[name] = record_;
}

ResolvedName::ResolvedName(const std::string& name, std::vector<std::string> addresses, std::chrono::milliseconds delay)
    : ResolvedName(name, [addresses = std::move(addresses)](unsigned) { return addresses; }) {
  record_->delay = delay;
}

ResolvedName::~ResolvedName() {
  {
    const std::lock_guard lock(book().guard);
    book().names.erase(name_);
  }
  const std::lock_guard lock(record_->guard);
  record_->is_gone = true;
  record_->gone.notify_all();
}

unsigned ResolvedName::asked() const {
  const std::lock_guard lock(record_->guard);
  return record_->asked;
}

}  // namespace rapporteur::test

// The list is chained of the system's own pieces, which its freeaddrinfo frees one by one.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** found) {
  using namespace rapporteur::test;
  const auto record = record_of(name);
  if (!record) return by_the_system(name, service, hints, found);
  addrinfo** last = found;
  *found = nullptr;
  for (const std::string& address : record->answer()) {
    if (by_the_system(address.c_str(), service, hints, last) != 0) *last = nullptr;
    while (*last) last = &(*last)->ai_next;
  }
  return *found ? 0 : EAI_NONAME;
}
