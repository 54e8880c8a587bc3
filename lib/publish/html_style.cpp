#include "publish/html_style.h"

#include <cstdint>

#include "base/hash.h"

namespace rapporteur::publish {

namespace {

// One column, logical properties only (Arabic pages mirror by themselves), contrast of every text at least 4.5 in both
// schemes, nothing animated, nothing sticky. list-style none is needed: a right-to-left item in a list with markers
// overflows by 11 px at 320 px.
constexpr std::string_view style = R"(
:root{color-scheme:light dark;--bg:#fff;--text:#1a1c1e;--soft:#56606b;--line:#d5dbe1;--box:#f3f6f9;--link:#00549e;--seen:#6a3a94;--mark:#8a3b00}
@media (prefers-color-scheme:dark){:root{--bg:#14181c;--text:#e8eaed;--soft:#a9b4bf;--line:#38424c;--box:#1d242b;--link:#8ec5ff;--seen:#cfb0f5;--mark:#ffb077}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
header,main,footer,.pager{max-width:46rem;margin:auto;padding:0 1rem}
header{padding-top:1.5rem}
a{color:var(--link);text-underline-offset:.15em}
a:visited{color:var(--seen)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;inset-inline-start:-99rem;padding:.75rem 1rem;background:var(--bg)}
.skip:focus{inset-inline-start:0;top:0}
h1{margin:0;font-size:1.75rem;line-height:1.2}
h2{margin:2.25rem 0 .75rem;padding-bottom:.3rem;border-bottom:2px solid var(--line);font-size:1.15rem;line-height:1.3}
h3{margin:0;font-size:1.05rem;line-height:1.4;font-weight:600}
p{margin:.25rem 0}
nav ul{display:flex;flex-wrap:wrap;gap:0 1.25rem;margin-top:.5rem}
nav a,.sources a{display:inline-block;min-height:24px;padding:.15rem 0}
ol,ul{list-style:none;margin:0;padding:0}
main li{padding:.7rem 0}
main li+li{border-top:1px solid var(--line)}
h3 a{display:inline-block;min-height:24px;text-decoration:none}
h3 a:hover{text-decoration:underline}
.meta,.status,.note{color:var(--soft);font-size:.875rem}
.meta{display:flex;flex-wrap:wrap;align-items:baseline;gap:.1rem .75rem;margin-top:.35rem}
.more a{display:inline-block;min-height:24px;margin-left:.5rem}
.agency{padding:0 .5rem;border:1px solid var(--line);border-radius:.3rem;background:var(--box);color:var(--text);font-weight:600}
.updated,.bad{color:var(--mark)}
.box{background:var(--box);border:1px solid var(--line);border-radius:.5rem;padding:.25rem 1rem 1rem;margin-top:2.5rem}
.box h2{margin-top:.75rem;border:0}
label{display:block;margin-top:.6rem;font-weight:600;font-size:.9rem}
input{width:100%;min-height:2.25rem;padding:.3rem .5rem;border:1px solid var(--soft);border-radius:.25rem;background:var(--bg);color:var(--text);font:.9rem/1.4 ui-monospace,monospace}
.sources li{padding:.3rem 0;border-bottom:1px solid var(--line)}
footer>.note{margin-top:1.25rem}
.pager ul{justify-content:space-between;border-top:2px solid var(--line);padding-top:.5rem}
h1 a{color:inherit;text-decoration:none}
footer{padding-top:1rem;padding-bottom:2.5rem}
@media (max-width:24rem){.box{padding-inline:.6rem}input{padding-inline:.25rem;font-size:.7rem}}
@media print{:root{color-scheme:light;--bg:#fff;--text:#000;--soft:#333;--line:#999;--link:#000;--seen:#000;--mark:#000}nav,.skip,.box,.sources{display:none}li{break-inside:avoid}h2{break-after:avoid}h3 a::after{content:" <" attr(href) ">";font-weight:400;font-size:.75rem}}
)";

constexpr char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// RFC 4648 section 4.
std::string to_base64(const base::Sha256& bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    std::uint32_t group = static_cast<std::uint32_t>(bytes[i]) << 16;
    if (left > 1) group |= static_cast<std::uint32_t>(bytes[i + 1]) << 8;
    if (left > 2) group |= bytes[i + 2];
    out += base64_digits[group >> 18 & 63];
    out += base64_digits[group >> 12 & 63];
    out += left > 1 ? base64_digits[group >> 6 & 63] : '=';
    out += left > 2 ? base64_digits[group & 63] : '=';
  }
  return out;
}

}  // namespace

std::string_view page_style() { return style; }

const std::string& page_policy() {
  static const std::string policy = "default-src 'none'; style-src 'sha256-" + to_base64(base::sha256(style)) +
                                    "'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
  return policy;
}

}  // namespace rapporteur::publish
