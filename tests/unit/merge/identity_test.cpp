#include "merge/identity.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>
#include <string>

#include "base/url.h"

using namespace rapporteur;

namespace {

struct Told {
  std::string id, link, title, body;
  int published = 0;  // seconds; 0: not stated
};

std::vector<feed::Entry> entries(std::initializer_list<Told> list) {
  std::vector<feed::Entry> out;
  for (const Told& told : list) {
    feed::Entry& e = out.emplace_back();
    e.id = told.id;
    e.link = told.link;
    e.title.value = told.title;
    if (!told.body.empty()) e.content.push_back({"html", told.body, "", "", ""});
    if (told.published != 0) e.published = base::Instant{std::chrono::seconds{told.published}};
  }
  return out;
}

std::vector<merge::Identified> identify(std::initializer_list<Told> list) { return merge::identify(entries(list)); }

merge::Identity identity(const Told& told) { return identify({told}).front().identity; }

std::size_t different_keys(const std::vector<merge::Identified>& list) {
  std::set<feed::EntryKey> keys;
  for (const merge::Identified& one : list) keys.insert(one.identity.key);
  return keys.size();
}

// Whether the second would be taken for the first by a store that knows the first.
bool is_recognised(const merge::Identity& stored, const merge::Identity& later) {
  const auto is_known = [&](const feed::EntryKey& key) {
    return key == stored.key ||
           std::find(stored.other_keys.begin(), stored.other_keys.end(), key) != stored.other_keys.end();
  };
  return is_known(later.key) || std::any_of(later.other_keys.begin(), later.other_keys.end(), is_known);
}

const std::string long_body(300, 'x');

}  // namespace

BOOST_AUTO_TEST_SUITE(identity_test)

BOOST_AUTO_TEST_CASE(an_id_identifies_whatever_else_changes) {
  const auto first = identity({"a", "https://un.org/1", "Title", "text"});
  BOOST_TEST((first.key == identity({"a", "https://un.org/2", "Other", "other"}).key));
  BOOST_TEST((first.key == identity({" a\n", "", "", ""}).key));
  BOOST_TEST((first.key != identity({"b", "https://un.org/1", "Title", "text"}).key));
}

BOOST_AUTO_TEST_CASE(rungs_of_different_kinds_never_meet) {
  const std::string value = "https://un.org/1";
  BOOST_TEST((identity({value, "", "", ""}).key != identity({"", value, "", ""}).key));
  BOOST_TEST((identity({"", "", value, ""}).key != identity({"", "", "", value}).key));
}

BOOST_AUTO_TEST_CASE(an_entry_whose_id_changed_is_recognised_by_its_link) {
  const auto stored = identity({"a", "http://un.org/1?utm_source=rss", "T", ""});
  BOOST_TEST(is_recognised(stored, identity({"b", "https://un.org/1", "T", ""})));
  BOOST_TEST(is_recognised(stored, identity({"", "https://un.org/1?utm_medium=x", "New title", ""})));
  BOOST_TEST(!is_recognised(stored, identity({"b", "https://un.org/2", "T", ""})));
}

BOOST_AUTO_TEST_CASE(a_relaunched_site_is_recognised_by_date_and_text) {
  const auto stored = identity({"a", "https://un.org/node/1", "T", long_body, 1000});
  BOOST_TEST(is_recognised(stored, identity({"b", "https://un.org/en/story/t", "T", long_body, 1000})));
  BOOST_TEST(!is_recognised(stored, identity({"b", "https://un.org/en/story/t", "T", long_body, 2000})));
  BOOST_TEST(!is_recognised(stored, identity({"b", "https://un.org/en/story/t", "T", long_body})));
}

BOOST_AUTO_TEST_CASE(short_boilerplate_and_front_pages_recognise_nothing) {
  BOOST_TEST(!is_recognised(identity({"a", "https://un.org/1", "Noon briefing", "Today at noon", 1000}),
                            identity({"b", "https://un.org/2", "Noon briefing", "Today at noon", 1000})));
  for (const char* front : {"https://un.org", "https://un.org/", "http://un.org/?utm_source=rss"})
    BOOST_TEST(!is_recognised(identity({"a", front, "One", ""}), identity({"b", front, "Two", ""})), front);
  BOOST_TEST(is_recognised(identity({"a", "https://un.org/?p=1", "One", ""}),
                           identity({"b", "https://un.org/?p=1", "Two", ""})));
}

BOOST_AUTO_TEST_CASE(ids_that_count_from_one_are_ids) {
  const auto list = identify(
      {{"1", "https://un.org/a", "A", ""}, {"2", "https://un.org/b", "B", ""}, {"3", "https://un.org/c", "C", ""}});
  BOOST_TEST(different_keys(list) == 3u);
  BOOST_TEST((list[1].identity.key == identity({"2", "", "", ""}).key));
}

BOOST_AUTO_TEST_CASE(an_id_on_two_entries_falls_to_id_with_link) {
  const auto list = identify({{"EQ1", "https://un.org/1", "A", ""},
                              {"EQ1", "https://un.org/2", "A", ""},
                              {"EQ2", "https://un.org/3", "A", ""}});
  BOOST_TEST(different_keys(list) == 3u);
  BOOST_TEST(!list[0].is_repeat);
  BOOST_TEST(!list[1].is_repeat);
  // The order does not matter, nor does a changed text.
  const auto later = identify({{"EQ1", "https://un.org/2", "A changed", ""}, {"EQ1", "https://un.org/1", "A", ""}});
  BOOST_TEST((list[0].identity.key == later[1].identity.key));
  BOOST_TEST((list[1].identity.key == later[0].identity.key));
}

BOOST_AUTO_TEST_CASE(an_id_that_becomes_ambiguous_keeps_its_first_entry) {
  const auto alone = identity({"EQ1", "https://un.org/1", "A", ""});
  const auto both = identify({{"EQ1", "https://un.org/2", "B", ""}, {"EQ1", "https://un.org/1", "A", ""}});
  BOOST_TEST(!is_recognised(alone, both[0].identity));
  BOOST_TEST(is_recognised(alone, both[1].identity));
  BOOST_TEST(is_recognised(both[0].identity, identity({"EQ1", "https://un.org/2", "B", ""})));
}

BOOST_AUTO_TEST_CASE(where_id_and_link_repeat_the_content_decides) {
  const auto list = identify({{"x", "https://un.org/", "A", "one"},
                              {"x", "https://un.org/", "A", "two"},
                              {"x", "https://un.org/", "B", "one"}});
  BOOST_TEST(different_keys(list) == 3u);
  BOOST_TEST(std::none_of(list.begin(), list.end(), [](const auto& one) { return one.is_repeat; }));
  BOOST_TEST(list[0].identity.other_keys.empty());
}

BOOST_AUTO_TEST_CASE(the_same_content_under_two_ambiguous_ids_is_two_entries) {
  const auto list = identify({{"x", "", "A", ""}, {"x", "", "B", ""}, {"y", "", "A", ""}, {"y", "", "B", ""}});
  BOOST_TEST(different_keys(list) == 4u);
}

BOOST_AUTO_TEST_CASE(without_ids_a_link_identifies_if_it_stands_once) {
  const auto list = identify(
      {{"", "https://un.org/1", "A", ""}, {"", "https://un.org/l", "B", ""}, {"", "https://un.org/l", "C", ""}});
  BOOST_TEST(different_keys(list) == 3u);
  BOOST_TEST((list[0].identity.key == identity({"", "https://un.org/1", "changed", ""}).key));
  BOOST_TEST((list[1].identity.key != identity({"", "https://un.org/l", "B", ""}).key));
  // A link that an entry with an id holds too is no key either.
  const auto mixed = identify({{"a", "https://un.org/1", "A", ""}, {"", "https://un.org/1", "B", ""}});
  BOOST_TEST(!is_recognised(identity({"a", "https://un.org/1", "A", ""}), mixed[1].identity));
}

BOOST_AUTO_TEST_CASE(entries_that_agree_in_every_rung_are_one) {
  const auto list = identify({{"a", "https://un.org/1", "A", "t"},
                              {"a", "https://un.org/1", "A", "t"},
                              {"a", "http://un.org/1?utm_id=1", "A", "t"},
                              {"", "", "Z", ""},
                              {"", "", "Z", ""}});
  BOOST_TEST(!list[0].is_repeat);
  BOOST_TEST(list[1].is_repeat);
  BOOST_TEST(list[2].is_repeat);
  BOOST_TEST(!list[3].is_repeat);
  BOOST_TEST(list[4].is_repeat);
  BOOST_TEST((list[0].identity.key == identity({"a", "", "", ""}).key));  // a repeat does not spoil the id
  BOOST_TEST((list[1].identity.key == list[0].identity.key));
}

BOOST_AUTO_TEST_CASE(content_of_one_document_that_repeats_is_no_rung) {
  const auto list =
      identify({{"a", "https://un.org/1", "A", long_body, 1000}, {"b", "https://un.org/2", "A", long_body, 1000}});
  BOOST_TEST(list[0].identity.other_keys.size() == 1u);
  BOOST_TEST(!is_recognised(list[0].identity, list[1].identity));
}

BOOST_AUTO_TEST_CASE(an_entry_that_says_nothing_has_a_key_all_the_same) {
  const auto list = identify({{"", "", "", ""}});
  BOOST_TEST(!list[0].is_repeat);
  BOOST_TEST(list[0].identity.other_keys.empty());
  BOOST_TEST(identify({}).empty());
}

BOOST_AUTO_TEST_CASE(keys_that_are_stored_stay_what_they_are) {
  // XXH3-128 of "i" and "guid-1", each with its length in front: a changed recipe would show every old entry as new.
  const feed::EntryKey key = identity({"guid-1", "", "", ""}).key;
  const feed::EntryKey expected{0x86, 0xc8, 0x14, 0xd1, 0xab, 0x90, 0x8c, 0x95,
                                0xde, 0x35, 0x20, 0x4b, 0x7f, 0x24, 0xa7, 0x61};
  BOOST_TEST((key == expected));
}

BOOST_AUTO_TEST_CASE(an_absolute_iri_is_republished_and_anything_else_gets_an_id_for_ever) {
  const feed::EntryKey key{1, 2, 3};
  feed::Entry entry;
  for (const char* kept : {"https://un.org/1", "tag:un.org,2017:1", "urn:x:1"}) {
    entry.id = kept;
    BOOST_TEST(merge::proposed_atom_id("un-news", entry, key) == kept);
  }
  for (const char* replaced : {"", "12345", "abc-123", "Story 5", "http://un.org/a b"}) {
    entry.id = replaced;
    BOOST_TEST(merge::proposed_atom_id("un-news", entry, key) == feed::minted_atom_id("un-news", key));
  }
  BOOST_TEST(base::is_absolute_iri(feed::minted_atom_id("un-news", key)));
  BOOST_TEST(feed::minted_atom_id("un-news", key) == feed::minted_atom_id("un-news", key));
  BOOST_TEST(feed::minted_atom_id("un-news", key) != feed::minted_atom_id("who", key));
  BOOST_TEST(feed::minted_atom_id("un-news", key) != feed::minted_atom_id("un-news", feed::EntryKey{1, 2, 4}));
}

BOOST_AUTO_TEST_SUITE_END()
