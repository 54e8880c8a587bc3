// A source that names a hub, followed by the program itself: subscription, verification, pushes, restarts (W3C WebSub,
// POLITENESS P45). The scripted server is origin and hub in one; the test speaks as the hub.
#include <sqlite3.h>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "base/hash.h"
#include "base/time.h"
#include "support/database.h"
#include "support/http.h"
#include "support/program.h"
#include "support/scripted_server.h"
#include "support/setting.h"

using namespace rapporteur::test;
namespace base = rapporteur::base;
namespace json = boost::json;

BOOST_AUTO_TEST_SUITE(websub_test)

namespace {

// "%3A" and the like; a form of ours has no "+".
std::string decoded(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      out += base::from_hex(text.substr(i + 1, 2)).value();
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// The value of a field as it stands in the form, not decoded.
std::string field(const std::string& form, const std::string& name) {
  const std::size_t at = ("&" + form).find("&" + name + "=");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + name.size() + 1;
  return form.substr(begin, form.find('&', begin) - begin);
}

std::string signature(const std::string& body, const std::string& secret) {
  const std::string code = base::hmac(base::Digest::sha256, secret, body);
  return "sha256=" + base::to_hex(reinterpret_cast<const unsigned char*>(code.data()), code.size());
}

struct Scene {
  explicit Scene(const std::string& fetch_keys = {}) {
    int port = 0;
    {
      const ScriptedServer probe;  // a port that is free, so that base_url can say it
      port = probe.port();
    }
    url = "http://127.0.0.1:" + std::to_string(port);
    settings = test_settings(home, fetch_keys);
    settings.replace(settings.find("127.0.0.1:0\"]"), 13,
                     "127.0.0.1:" + std::to_string(port) + "\"]\nwebsub = true\nbase_url = \"" + url + "\"");
    config = home.write("conf.toml", settings + source_table("a", origin.url("/feed")));
    publish(3);
    origin.route("/hub", Answer(202));
  }

  std::string document(int first, int count) const {
    std::string text = rss_document("a", first, count);
    text.insert(text.find("<description>x"),
                "<atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\" rel=\"hub\" href=\"" + hub + "\"/>");
    return text;
  }
  // The origin shows so many stories from now on.
  void publish(int stories) {
    const std::string etag = "\"" + std::to_string(stories) + "\"";
    origin.route("/feed", [this, etag, stories](const Seen& seen) {
      if (seen.header("If-None-Match") == etag) return Answer(304);
      return Answer(200, document(1, stories)).header("ETag", etag);
    });
  }
  // The same, with this field in place of validators.
  void publish_with(const std::string& name, const std::string& value) {
    origin.route("/feed", Answer(200, document(1, 3)).header(name, value));
  }
  std::unique_ptr<Program> start() const {
    auto daemon = std::make_unique<Program>(home, std::vector<std::string>{"-c", config, "run"});
    BOOST_TEST_REQUIRE(wait_for_url(*daemon) == url, daemon->errors());
    return daemon;
  }
  // Takes callback and secret from the request that came to `path` as the `nth`, and answers as the hub would.
  void take_request(const std::string& path = "/hub", std::size_t nth = 1) {
    BOOST_TEST_REQUIRE(eventually([&] { return origin.count(path) >= nth; }));
    const Seen request = origin.seen(path).at(nth - 1);
    BOOST_TEST(request.method == "POST");
    form = request.body;
    callback = decoded(field(form, "hub.callback"));
    secret = decoded(field(form, "hub.secret"));
  }
  Got verify(const std::string& topic, const std::string& lease = "864000") const {
    return ask(callback + "?hub.mode=subscribe&hub.topic=" + topic + "&hub.challenge=42x&hub.lease_seconds=" + lease);
  }
  Got confirm_end(const std::string& at) const {
    return ask(at + "?hub.mode=unsubscribe&hub.topic=" + field(form, "hub.topic") + "&hub.challenge=7y");
  }
  Got verify() const { return verify(field(form, "hub.topic")); }
  Got push(const std::string& body, const std::string& signed_with) const {
    return ask(callback, {{"Content-Type", "application/rss+xml"}, {"X-Hub-Signature", signature(body, signed_with)}},
               "POST", body);
  }
  std::size_t items() const {
    const Got got = ask(url + "/feed.json");
    return got.status == 200 ? json::parse(got.body).at("items").as_array().size() : 0;
  }
  std::string told(const std::string& name) const {
    const json::value status = json::parse(ask(url + "/status.json").body);
    const json::value& value = status.at("sources").as_array().at(0).at(name);
    return value.is_string() ? std::string(value.as_string()) : std::string();
  }
  std::string reason() const { return told("next_poll_reason"); }
  base::Duration planned_after_last() const {
    return *base::from_rfc3339(told("next_poll")) - *base::from_rfc3339(told("last_attempt"));
  }
  std::string agreement() const { return value_of(store_path(home), "select agreement from subscription"); }
  // The hub confirms each request itself, before it answers it.
  void verify_each(const std::string& lease) {
    origin.route("/hub", [lease](const Seen& seen) {
      ask(decoded(field(seen.body, "hub.callback")) + "?hub.mode=subscribe&hub.topic=" + field(seen.body, "hub.topic") +
          "&hub.challenge=x&hub.lease_seconds=" + lease);
      return Answer(202);
    });
  }

  ScriptedServer origin;
  TemporaryFolder home;
  std::string hub = origin.url("/hub");
  std::string url, settings, config, form, callback, secret;
};

}  // namespace

BOOST_AUTO_TEST_CASE(p45_a_hub_is_subscribed_at_its_pushes_arrive_and_a_kill_costs_nothing) {
  Scene scene;
  auto daemon = scene.start();
  scene.take_request();
  BOOST_TEST(field(scene.form, "hub.mode") == "subscribe");
  BOOST_TEST(decoded(field(scene.form, "hub.topic")) == scene.origin.url("/feed"));
  BOOST_TEST(scene.callback.find(scene.url + "/websub/callback/") == 0u);
  BOOST_TEST(scene.callback.size() == scene.url.size() + 17 + 64);
  BOOST_TEST(scene.secret.size() == 64u);
  BOOST_TEST(scene.callback.find(scene.secret) == std::string::npos);

  // Only what was asked for is confirmed.
  BOOST_TEST(scene.verify("https%3A%2F%2Felsewhere%2F").status == 404);
  BOOST_TEST(ask(scene.url + "/websub/callback/0?hub.mode=subscribe").status == 404);
  BOOST_TEST(scene.push(scene.document(4, 1), scene.secret).status == 410);  // not before it is verified
  BOOST_TEST(scene.origin.count("/feed") == 1u);
  const Got confirmed = scene.verify();
  BOOST_TEST(confirmed.status == 200);
  BOOST_TEST(confirmed.body == "42x");
  BOOST_TEST(confirmed.header("Content-Type").find("text/plain") == 0u);
  BOOST_TEST(eventually([&] { return scene.reason().find("pushed by 127.0.0.1 until") == 0; }), scene.reason());
  BOOST_TEST(scene.origin.count("/feed") == 2u);  // once more, for what came before the hub listened for us
  BOOST_TEST(scene.reason().find("asked once a day as a check") != std::string::npos);

  // A wrong signature is taken and thrown away; the right one brings the story without a poll.
  BOOST_TEST(scene.push(scene.document(5, 1), "guessed").status == 202);
  BOOST_TEST(daemon->wait_for_error("not signed with our secret"));
  BOOST_TEST(scene.push(scene.document(4, 1), scene.secret).status == 202);
  BOOST_TEST(eventually([&] { return scene.items() == 4; }));
  BOOST_TEST(ask(scene.url + "/feed.atom").body.find("a story 4") != std::string::npos);
  BOOST_TEST(ask(scene.url + "/feed.atom").body.find("a story 5") == std::string::npos);
  BOOST_TEST(scene.origin.count("/feed") == 2u);

  daemon->signal(SIGKILL);
  daemon->wait();
  daemon = scene.start();
  BOOST_TEST(scene.push(scene.document(6, 1), scene.secret).status == 202);
  BOOST_TEST(eventually([&] { return scene.items() == 5; }));
  BOOST_TEST(scene.origin.count("/hub") == 1u);   // asked once, in both lives
  BOOST_TEST(scene.origin.count("/feed") == 2u);  // not due before its interval
  daemon->signal(SIGTERM);
  BOOST_TEST(daemon->wait() == 0, daemon->errors());
  BOOST_TEST(daemon->errors().find(scene.secret) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(p45_a_hub_that_did_not_push_is_found_out_by_a_poll_and_relied_on_again_when_it_pushes) {
  Scene scene;
  auto daemon = scene.start();
  scene.take_request();
  BOOST_TEST(scene.verify().status == 200);
  BOOST_TEST_REQUIRE(eventually([&] { return scene.reason().find("pushed by") == 0; }), scene.reason());
  scene.publish(4);
  BOOST_TEST(eventually([&] {
    run_program(scene.home, {"-c", scene.config, "poll", "--now", "a"});
    return scene.items() == 4;
  }));
  BOOST_TEST(daemon->wait_for_error("a poll found news that the hub had not pushed"), daemon->errors());
  BOOST_TEST(scene.reason() == "every 1 h");
  BOOST_TEST(scene.push(scene.document(5, 1), scene.secret).status == 202);
  BOOST_TEST(eventually([&] { return scene.items() == 5; }));
  BOOST_TEST(eventually([&] {  // the next poll stands on the push
    run_program(scene.home, {"-c", scene.config, "poll", "--now", "a"});
    return scene.reason().find("pushed by") == 0;
  }));
  BOOST_TEST(scene.origin.count("/hub") == 1u);
}

BOOST_AUTO_TEST_CASE(a_hub_that_denies_is_left_alone) {
  Scene scene;
  auto daemon = scene.start();
  scene.take_request();
  BOOST_TEST(scene.verify().status == 200);
  BOOST_TEST(scene.confirm_end(scene.callback).status == 404);  // we did not ask for that
  const Got denied =
      ask(scene.callback + "?hub.mode=denied&hub.topic=" + field(scene.form, "hub.topic") + "&hub.reason=too%20many");
  BOOST_TEST(denied.status == 200);
  BOOST_TEST(daemon->wait_for_error("the hub denies the subscription"));
  BOOST_TEST(scene.push(scene.document(5, 1), scene.secret).status == 410);
  BOOST_TEST(scene.verify().status == 404);
  BOOST_TEST(eventually([&] { return scene.reason() == "every 1 h"; }), scene.reason());
  BOOST_TEST(scene.origin.count("/hub") == 1u);
}

BOOST_AUTO_TEST_CASE(p45_a_source_that_names_another_hub_is_subscribed_there_and_the_old_hub_is_left) {
  Scene scene;
  scene.origin.route("/hub2", Answer(202));
  auto daemon = scene.start();
  scene.take_request();
  BOOST_TEST(scene.verify().status == 200);
  BOOST_TEST_REQUIRE(eventually([&] { return scene.reason().find("pushed by") == 0; }), scene.reason());
  const std::string old = scene.callback;
  scene.hub = scene.origin.url("/hub2");
  scene.publish(4);
  BOOST_TEST(eventually([&] {
    run_program(scene.home, {"-c", scene.config, "poll", "--now", "a"});
    return scene.items() == 4;
  }));
  BOOST_TEST_REQUIRE(eventually([&] { return scene.origin.count("/hub") == 2; }));
  const std::string farewell = scene.origin.seen("/hub").back().body;
  BOOST_TEST(field(farewell, "hub.mode") == "unsubscribe");
  BOOST_TEST(decoded(field(farewell, "hub.callback")) == old);
  BOOST_TEST(scene.push(scene.document(5, 1), scene.secret).status == 410);
  BOOST_TEST(scene.verify().status == 404);

  daemon->signal(SIGKILL);  // what the old hub is owed outlives us
  daemon->wait();
  daemon = scene.start();
  const Got ended = scene.confirm_end(old);
  BOOST_TEST(ended.status == 200);
  BOOST_TEST(ended.body == "7y");
  BOOST_TEST(daemon->wait_for_error("the hub pushes no longer, as we asked"));
  BOOST_TEST(scene.push(scene.document(5, 1), scene.secret).status == 410);
  BOOST_TEST(scene.origin.count("/hub2") == 0u);  // once in max_interval, or a flickering document would hammer hubs
}

BOOST_AUTO_TEST_CASE(a_hub_is_left_when_its_source_is_or_when_websub_is_switched_off) {
  Scene scene;
  auto daemon = scene.start();
  scene.take_request();
  BOOST_TEST(scene.verify().status == 200);
  const std::string with_source = scene.settings + source_table("a", scene.origin.url("/feed"));
  std::string off = with_source;
  off.replace(off.find("websub = true"), 13, "websub = false");
  scene.home.write("conf.toml", off);
  daemon->signal(SIGHUP);
  BOOST_TEST_REQUIRE(eventually([&] { return scene.origin.count("/hub") == 2; }));
  BOOST_TEST(field(scene.origin.seen("/hub").back().body, "hub.mode") == "unsubscribe");
  BOOST_TEST(scene.push(scene.document(4, 1), scene.secret).status == 410);
  BOOST_TEST(scene.confirm_end(scene.callback).status == 200);

  // Somebody who switched it off with a kill in between: at the next start the hub is told.
  Scene other;
  daemon = other.start();
  other.take_request();
  BOOST_TEST(other.verify().status == 200);
  daemon->signal(SIGKILL);  // at once: what the hub was told is on record
  daemon->wait();
  other.home.write("conf.toml", other.settings);  // without its source
  daemon = other.start();
  BOOST_TEST_REQUIRE(eventually([&] { return other.origin.count("/hub") == 2; }));
  BOOST_TEST(field(other.origin.seen("/hub").back().body, "hub.mode") == "unsubscribe");
  BOOST_TEST(other.confirm_end(other.callback).status == 200);
}

BOOST_AUTO_TEST_CASE(p45_a_lease_is_renewed_before_its_end_with_the_same_callback) {
  Scene scene;
  auto daemon = scene.start();
  scene.take_request();
  const Got short_lease = ask(scene.callback + "?hub.mode=subscribe&hub.topic=" + field(scene.form, "hub.topic") +
                              "&hub.challenge=42x&hub.lease_seconds=3");
  BOOST_TEST(short_lease.status == 200);
  const std::string first = scene.form;
  scene.take_request("/hub", 2);
  BOOST_TEST(scene.form == first);
  BOOST_TEST(scene.push(scene.document(4, 1), scene.secret).status == 202);  // the old lease still runs
  BOOST_TEST(scene.verify().status == 200);
}

BOOST_AUTO_TEST_CASE(p45_leases_shorter_than_a_day_bring_no_polls_when_they_are_renewed) {
  Scene scene;
  scene.home.write("conf.toml", scene.settings + source_table("a", scene.origin.url("/feed"), "interval = \"1s\""));
  scene.verify_each("5");
  auto daemon = scene.start();
  BOOST_TEST_REQUIRE(eventually([&] { return scene.reason().find("pushed by") == 0; }), scene.reason());
  const std::string first = scene.reason();
  const std::size_t polls = scene.origin.count("/feed");
  BOOST_TEST_REQUIRE(eventually([&] { return scene.origin.count("/hub") == 3; }));  // beyond the end of the first lease
  BOOST_TEST(scene.origin.count("/feed") == polls, daemon->errors());
  BOOST_TEST(eventually([&] { return scene.reason() != first; }));
  BOOST_TEST(scene.reason().find("pushed by 127.0.0.1 until") == 0u, scene.reason());

  const std::string is_kept = "select pushed_until = lease_end from source s, subscription l where l.source = s.id";
  BOOST_TEST(eventually([&] { return value_of(store_path(scene.home), is_kept) == "1"; }));
}

BOOST_AUTO_TEST_CASE(p45_a_lease_too_short_to_be_renewed_changes_nothing_and_the_status_says_so) {
  Scene scene("max_interval = \"1h\"");
  scene.settings.replace(scene.settings.find("min_interval = \"0.2s\""), 21, "min_interval = \"3s\"");
  scene.home.write("conf.toml", scene.settings + source_table("a", scene.origin.url("/feed")));
  scene.verify_each("1");
  auto daemon = scene.start();
  BOOST_TEST(daemon->wait_for_error("for too short a time to rely on it"), daemon->errors());
  BOOST_TEST(scene.reason().find("every 1 h; its hub is not relied on") == 0u, scene.reason());
  BOOST_TEST(scene.origin.count("/feed") == 1u);
  BOOST_TEST(scene.origin.count("/hub") == 1u);
}

BOOST_AUTO_TEST_CASE(p45_a_hub_that_cuts_its_lease_short_is_relied_on_no_more) {
  Scene scene;
  scene.settings.replace(scene.settings.find("min_interval = \"0.2s\""), 21, "min_interval = \"1s\"");
  scene.home.write("conf.toml", scene.settings + source_table("a", scene.origin.url("/feed")));
  auto daemon = scene.start();
  scene.take_request();
  BOOST_TEST(scene.verify().status == 200);
  BOOST_TEST_REQUIRE(eventually([&] { return scene.reason().find("pushed by") == 0; }), scene.reason());
  BOOST_TEST((scene.planned_after_last() >= std::chrono::hours(24)));
  BOOST_TEST(scene.verify(field(scene.form, "hub.topic"), "1").status == 200);
  BOOST_TEST(eventually([&] { return scene.planned_after_last() == std::chrono::hours(1); }));
}

BOOST_AUTO_TEST_CASE(p16_the_fetch_after_a_confirmation_waits_for_what_the_server_asked) {
  Scene scene;
  scene.publish_with("Cache-Control", "max-age=7200");
  auto daemon = scene.start();
  scene.take_request();
  BOOST_TEST(scene.verify().status == 200);
  BOOST_TEST(daemon->wait_for_error("the hub pushes from now on"));
  BOOST_TEST(scene.reason().find("max-age until") == 0u, scene.reason());
  BOOST_TEST((scene.planned_after_last() >= std::chrono::hours(2)));
  BOOST_TEST(scene.origin.count("/feed") == 1u);
}

BOOST_AUTO_TEST_CASE(p14_a_restart_with_a_hub_keeps_the_day_of_a_source_without_validators) {
  Scene scene("max_interval = \"48h\"");
  scene.settings.replace(scene.settings.find("no_validator_interval = \"1h\""), 28, "no_validator_interval = \"20h\"");
  scene.home.write("conf.toml", scene.settings + source_table("a", scene.origin.url("/feed")));
  scene.publish_with("X-Nothing", "of use");
  auto daemon = scene.start();
  scene.take_request();
  BOOST_TEST(scene.verify().status == 200);
  BOOST_TEST_REQUIRE(eventually([&] { return scene.reason().find("pushed by") == 0; }), scene.reason());
  daemon->signal(SIGTERM);
  BOOST_TEST(daemon->wait() == 0, daemon->errors());
  daemon = scene.start();
  BOOST_TEST(daemon->wait_for_error("serving"));
  BOOST_TEST(eventually([&] { return scene.planned_after_last() < std::chrono::hours(21); }));
  BOOST_TEST((scene.planned_after_last() >= std::chrono::hours(20)), scene.told("next_poll"));
  BOOST_TEST(scene.origin.count("/feed") == 2u);
}

// What a hub was told is on record before it hears it, as often as one looks.
BOOST_AUTO_TEST_CASE(what_a_hub_hears_is_on_record) {
  for (int i = 0; i < 5; ++i) {
    Scene scene;
    auto daemon = scene.start();
    scene.take_request();
    BOOST_TEST(scene.verify().body == "42x");
    BOOST_TEST(scene.agreement() == "verified");
  }
}

BOOST_AUTO_TEST_CASE(a_hub_whose_word_cannot_be_written_is_told_to_come_again) {
  Scene scene;
  auto daemon = scene.start();
  scene.take_request();
  sqlite3* other = nullptr;  // somebody holds the store
  BOOST_TEST_REQUIRE(sqlite3_open(store_path(scene.home).c_str(), &other) == SQLITE_OK);
  sqlite3_busy_timeout(other, 5000);
  BOOST_TEST_REQUIRE(sqlite3_exec(other, "begin immediate", nullptr, nullptr, nullptr) == SQLITE_OK);
  BOOST_TEST(scene.verify().status == 503);
  BOOST_TEST(scene.push(scene.document(4, 1), scene.secret).status == 410);  // it pushes not yet
  BOOST_TEST(sqlite3_exec(other, "rollback", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(other);
  BOOST_TEST(scene.verify().status == 200);
  BOOST_TEST(scene.agreement() == "verified");
}

BOOST_AUTO_TEST_CASE(a_hub_that_does_not_answer_holds_up_no_other_hub_and_is_asked_one_thing_at_a_time) {
  Scene scene;
  ScriptedServer other;
  other.listen("127.0.0.2");
  scene.origin.route("/hub", Answer::raw("", End::hang));
  other.route("/hub", Answer(202));
  std::string document = scene.document(1, 1);
  scene.origin.route("/c", Answer(200, document).header("ETag", "\"1\""));
  document.replace(document.find(scene.hub), scene.hub.size(), other.url("/hub", "127.0.0.2"));
  // Known when the first hub was asked already.
  scene.origin.route("/b", Answer(200, document).header("ETag", "\"1\"").delay(std::chrono::milliseconds(1500)));
  scene.home.write("conf.toml", scene.settings + source_table("a", scene.origin.url("/feed")) +
                                    source_table("b", scene.origin.url("/b")) +
                                    source_table("c", scene.origin.url("/c")));
  auto daemon = scene.start();
  BOOST_TEST(eventually([&] { return other.count("/hub") == 1u; }), daemon->errors());
  BOOST_TEST(scene.origin.count("/hub") == 1u);
}

BOOST_AUTO_TEST_CASE(p27_hubs_are_left_alone_while_our_own_network_is_down) {
  Scene scene;
  ScriptedServer feeds;
  const std::vector<std::string> hosts = {"127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"};
  std::string sources = source_table("a", scene.origin.url("/feed"));
  for (const std::string& host : hosts) {
    feeds.listen(host);
    const std::string name = "s" + host.substr(8);
    feeds.route("/" + name, Answer(200, rss_document(name, 1, 1)).header("ETag", "\"1\""));
    sources += source_table(name, feeds.url("/" + name, host), "interval = \"0.5s\"");
  }
  scene.home.write("conf.toml", scene.settings + sources);
  scene.verify_each("8");
  auto daemon = scene.start();
  BOOST_TEST_REQUIRE(eventually([&] { return scene.origin.count("/hub") == 1 && scene.agreement() == "verified"; }));
  BOOST_TEST_REQUIRE(eventually([&] { return feeds.seen().size() >= 8; }));
  feeds.shut();
  BOOST_TEST_REQUIRE(daemon->wait_for_error("the network of this machine seems down"), daemon->errors());
  const std::size_t asked = scene.origin.count("/hub");
  const base::Duration lease_end(std::stoll(value_of(store_path(scene.home), "select lease_end from subscription")));
  const auto is_over = [&] { return base::SystemClock().now().time_since_epoch() > lease_end; };
  BOOST_TEST(eventually(is_over));
  BOOST_TEST(scene.origin.count("/hub") == asked);
}

BOOST_AUTO_TEST_CASE(a_hub_in_clear_is_not_told_the_secret_and_the_status_says_why) {
  Scene scene;
  scene.hub = "http://localhost:" + std::to_string(scene.origin.port()) + "/hub";
  auto daemon = scene.start();
  BOOST_TEST(eventually([&] { return scene.reason().find("every 1 h; its hub is not asked to push") == 0; }),
             scene.reason());
  BOOST_TEST(scene.reason().find("it is http, not https") != std::string::npos);
  BOOST_TEST(value_of(store_path(scene.home), "select count(*) from subscription") == "0");
  BOOST_TEST(scene.origin.count("/hub") == 0u);
}

BOOST_AUTO_TEST_CASE(p32_a_hub_at_a_private_address_is_not_asked) {
  Scene scene;
  scene.hub = "https://10.0.0.1:" + std::to_string(scene.origin.port()) + "/hub";
  auto daemon = scene.start();
  BOOST_TEST(daemon->wait_for_error("was asked to push and did not take it"), daemon->errors());
  BOOST_TEST(daemon->errors().find("the address 10.0.0.1 is not public") != std::string::npos, daemon->errors());
}

BOOST_AUTO_TEST_SUITE_END()
