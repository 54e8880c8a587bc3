#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "base/url.h"

namespace rapporteur::base {

namespace {

// Parameters that say how a reader came to a page, never which page it is. A trailing * stands for any rest.
constexpr std::string_view tracking[] = {
    // campaigns
    "utm_*",
    "mtm_*",
    "pk_*",
    "piwik_*",
    "matomo_*",
    "hsa_*",
    "trk_*",
    "ns_mchannel",
    "ns_source",
    "ns_campaign",
    "ns_linkname",
    "ns_fee",
    // Facebook
    "fbclid",
    "fb_action_ids",
    "fb_action_types",
    "fb_source",
    "fb_ref",
    // Google
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "gad_source",
    "gad_campaignid",
    "srsltid",
    "_ga",
    "_gl",
    // other networks
    "msclkid",
    "twclid",
    "ttclid",
    "igshid",
    "igsh",
    "li_fat_id",
    "epik",
    "rdt_cid",
    "sccid",
    // Yandex
    "yclid",
    "ymclid",
    "ysclid",
    "_openstat",
    // mailings
    "mc_cid",
    "mc_eid",
    "mc_tc",
    "_hsenc",
    "_hsmi",
    "__hssc",
    "__hstc",
    "__hsfp",
    "hsctatracking",
    "mkt_tok",
    "vero_id",
    "vero_conv",
    "oly_anon_id",
    "oly_enc_id",
    "ml_subscriber",
    "ml_subscriber_hash",
    "ck_subscriber_id",
    "wickedid",
    "_branch_match_id",
    "_kx",
    "elqtrack",
    "elqtrackid",
    "elqaid",
    "elqat",
    "elqcampaignid",
    // measuring
    "xtor",
    "at_medium",
    "at_campaign",
    "at_custom1",
    "at_custom2",
    "at_custom3",
    "at_custom4",
    "at_link_id",
    "at_link_type",
    "at_link_origin",
    "at_format",
    "at_ptr_name",
    "wt_mc",
    "wt_zmc",
    "wt.mc_id",
    "s_cid",
    "s_kwcid",
    "ef_id",
    "rb_clickid",
    "irclickid",
    "guccounter",
    "guce_referrer",
    "guce_referrer_sig",
    "soc_src",
    "soc_trk",
};

bool is_tracking(std::string_view parameter) {
  if (starts_with_ignoring_case(parameter, "amp;")) parameter.remove_prefix(4);  // escaped once too often
  const std::string_view name = parameter.substr(0, parameter.find('='));
  if (name.empty()) return false;
  return std::any_of(std::begin(tracking), std::end(tracking),
                     [&, first = to_lower(name.front())](std::string_view known) {
                       if (known.front() != first) return false;
                       if (!known.ends_with('*')) return equals_ignoring_case(name, known);
                       known.remove_suffix(1);
                       return starts_with_ignoring_case(name, known);
                     });
}

}  // namespace

std::string without_tracking(std::string_view url) {
  const std::string_view bare = url.substr(0, url.find('#'));
  const std::size_t mark = bare.find('?');
  if (mark == std::string_view::npos) return std::string{url};
  std::string out{bare.substr(0, mark)};
  char separator = '?';
  bool is_changed = false;
  for (std::string_view parameter : split(bare.substr(mark + 1), '&')) {
    if (is_tracking(parameter)) {
      is_changed = true;
      continue;
    }
    out += separator;
    out += parameter;
    separator = '&';
  }
  if (!is_changed) return std::string{url};
  out += url.substr(bare.size());
  return out;
}

}  // namespace rapporteur::base
