// Listens and hands out the current edition. Beast's parser, our own head and body writer. io thread only; asserted.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "serve/answer.h"
#include "serve/settings.h"

namespace rapporteur::serve {

struct ListenError {
  std::string text;  // names the address, the reason and what to do
};

class Server {
 public:
  Server(boost::asio::any_io_executor executor, const base::Clock& clock, const Settings& settings, Live live);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Takes every configured address, after adopting the listening descriptors passed by systemd (they come first and
  // replace configured ones of the same address). All faults at once, joined in one text. Readers wait at the door.
  [[nodiscard]] Result<void, ListenError> listen(const std::vector<int>& passed_descriptors);
  void open();  // after listen, once: lets them in, those who waited first
  // The addresses in use, as URLs ("http://127.0.0.1:8480"); a port 0 is shown as what the system chose.
  std::vector<std::string> urls() const;
  void configure(const Settings& settings);  // limits only; addresses need a restart
  void shelve(std::shared_ptr<const publish::Edition> edition);
  // No new connections; those in an answer may finish, idle ones are closed; all are closed after `grace`.
  void stop(base::Duration grace);
  std::size_t connections() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace rapporteur::serve
