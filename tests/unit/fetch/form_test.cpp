// Posting a form: what a subscription at a hub needs of the client.
#include "unit/fetch/asking.h"

using namespace rapporteur;
using namespace rapporteur::fetch;
using test::Answer;

BOOST_AUTO_TEST_SUITE(form_test)

namespace {

Request form(std::string url) {
  Request request = Asking::request(std::move(url));
  request.form = "hub.mode=subscribe&hub.topic=https%3A%2F%2Fa%2F";
  return request;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_form_is_posted_and_202_is_good) {
  Asking asking;
  asking.server.route("/hub", Answer(202));
  const Reply reply = asking.get(form(asking.server.url("/hub")));
  BOOST_TEST((reply.outcome == base::Outcome::fresh), reply.reason);
  BOOST_TEST(reply.status == 202);
  BOOST_TEST_REQUIRE(asking.server.count("/hub") == 1u);
  const auto seen = asking.server.seen("/hub").front();
  BOOST_TEST(seen.method == "POST");
  BOOST_TEST(seen.body == "hub.mode=subscribe&hub.topic=https%3A%2F%2Fa%2F");
  BOOST_TEST(seen.header("Content-Type") == "application/x-www-form-urlencoded");
  BOOST_TEST(!seen.has("Expect"));
}

BOOST_AUTO_TEST_CASE(a_form_follows_307_and_308_with_its_body_and_no_other_redirect) {
  for (const int status : {301, 302, 303, 307, 308}) {
    Asking asking;
    asking.server.route("/old", Answer::redirect(status, "/new"));
    asking.server.route("/new", Answer(202));
    const Reply reply = asking.get(form(asking.server.url("/old")));
    const bool is_followed = status >= 307;
    BOOST_TEST((reply.outcome == (is_followed ? base::Outcome::fresh : base::Outcome::failed)), reply.reason);
    BOOST_TEST_REQUIRE(asking.server.count("/new") == (is_followed ? 1u : 0u));
    if (is_followed) {
      BOOST_TEST(asking.server.seen("/new").front().method == "POST");
      BOOST_TEST(asking.server.seen("/new").front().body == "hub.mode=subscribe&hub.topic=https%3A%2F%2Fa%2F");
    } else {
      BOOST_TEST((reply.failure == Failure::redirect));
    }
  }
}

// It may carry the secret of a subscription.
BOOST_AUTO_TEST_CASE(a_form_goes_to_no_other_origin) {
  for (const int status : {307, 308}) {
    Asking asking;
    test::ScriptedServer elsewhere;
    elsewhere.route("/hub", Answer(202));
    asking.server.route("/hub", Answer::redirect(status, elsewhere.url("/hub")));
    const Reply reply = asking.get(form(asking.server.url("/hub")));
    BOOST_TEST((reply.failure == Failure::redirect), reply.reason);
    BOOST_TEST(reply.reason.find("to another origin") != std::string::npos, reply.reason);
    BOOST_TEST(elsewhere.connections() == 0u);
  }
}

BOOST_AUTO_TEST_CASE(a_hub_that_says_no_is_a_refusal_with_its_wish_to_be_left_alone) {
  Asking asking;
  asking.server.route("/hub", Answer(503).header("Retry-After", "7200"));
  const Reply reply = asking.get(form(asking.server.url("/hub")));
  BOOST_TEST((reply.outcome == base::Outcome::refused));
  BOOST_TEST((reply.hints.retry_after == std::chrono::hours(2)));
}

BOOST_AUTO_TEST_CASE(a_form_passes_the_address_guard) {
  Settings closed = Asking::settings();
  closed.allow_networks.clear();
  Asking asking(closed);
  asking.server.route("/hub", Answer(202));
  const Reply reply = asking.get(form(asking.server.url("/hub")));
  BOOST_TEST((reply.failure == Failure::guard), reply.reason);
  BOOST_TEST(asking.server.connections() == 0u);
}

// The handles are used again: a poll after a form must not be posted.
BOOST_AUTO_TEST_CASE(a_poll_after_a_form_is_a_get_again) {
  Asking asking;
  asking.server.route("/hub", Answer(202));
  asking.server.route("/feed", Answer(200, "<rss/>"));
  asking.get(form(asking.server.url("/hub")));
  const Reply reply = asking.get(asking.server.url("/feed"));
  BOOST_TEST((reply.outcome == base::Outcome::fresh), reply.reason);
  const auto seen = asking.server.seen("/feed").front();
  BOOST_TEST(seen.method == "GET");
  BOOST_TEST(seen.body == "");
  BOOST_TEST(!seen.has("Content-Type"));
  BOOST_TEST(!seen.has("Content-Length"));
}

BOOST_AUTO_TEST_CASE(the_link_fields_of_an_answer_are_told_as_they_came) {
  Asking asking;
  asking.server.route(
      "/feed", Answer(200, "<rss/>").header("Link", "<https://h/>; rel=hub").header("link", "</feed>; rel=self"));
  BOOST_TEST(asking.get(asking.server.url("/feed")).link == "<https://h/>; rel=hub, </feed>; rel=self");
}

BOOST_AUTO_TEST_SUITE_END()
