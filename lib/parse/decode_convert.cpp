#include "parse/decode_convert.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/ucsdet.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>

namespace rapporteur::parse {

namespace {

struct Closer {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
  void operator()(UCharsetDetector* detector) const { ucsdet_close(detector); }
};
using Converter = std::unique_ptr<UConverter, Closer>;
using Detector = std::unique_ptr<UCharsetDetector, Closer>;

// ICU's own substitution writes U+001A for some single bytes; XML forbids that one.
void replace(const void* context, UConverterToUnicodeArgs* args, const char*, int32_t, UConverterCallbackReason reason,
             UErrorCode* status) {
  if (reason > UCNV_IRREGULAR) return;  // reset, close, clone
  ++*static_cast<std::size_t*>(const_cast<void*>(context));
  *status = U_ZERO_ERROR;
  const char16_t replacement = 0xFFFD;
  ucnv_cbToUWriteUChars(args, &replacement, 1, 0, status);
}

// The converters are part of ICU's data file: when one cannot be opened the machine is at fault, not the document.
Converter open(std::string_view name) {
  UErrorCode status = U_ZERO_ERROR;
  Converter converter(ucnv_open(std::string(name).c_str(), &status));
  if (U_FAILURE(status)) throw std::bad_alloc();
  return converter;
}

// Confidence below which a guess is worth less than windows-1252. ICU gives 10 to every multi-byte encoding that merely
// does not contradict itself, and some 15 to 20 to Latin neighbours.
constexpr int lowest_confidence = 11;
constexpr int least_lead = 20;  // of a Latin neighbour over windows-1252
constexpr std::size_t sample_size = std::size_t{256} * 1024;

// Simplified Chinese that stays inside the rows of GB 2312 is named so; ICU knows GB18030 only.
bool is_gb2312(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto lead = static_cast<unsigned char>(bytes[i]);
    if (lead < 0x80) continue;
    if (lead < 0xA1 || lead > 0xF7 || ++i == bytes.size() || static_cast<unsigned char>(bytes[i]) < 0xA1) return false;
  }
  return true;
}

// Encodings that differ from windows-1252 in a few letters. On little text the detector cannot tell them apart.
bool is_neighbour(const Encoding& encoding) {
  for (const std::string_view name : {"iso-8859-2", "windows-1250", "iso-8859-9", "windows-1254"})
    if (encoding.name == name) return true;
  return false;
}

const Encoding* acceptable(std::string_view name, std::string_view bytes) {
  if (name == "ISO-2022-JP") return bytes.find("\x1b$") == std::string_view::npos ? nullptr : find_encoding(name);
  if (name.starts_with("IBM") || name.starts_with("ISO-2022") || name.starts_with("UTF-")) return nullptr;
  const Encoding* found = find_encoding(name);
  if (found && found->name == "gb18030" && is_gb2312(bytes)) return find_encoding("gb2312");
  return found;
}

}  // namespace

Conversion convert(std::string_view bytes, const Encoding& encoding) {
  Conversion result;
  const Converter from = open(encoding.converter);
  const Converter to = open("UTF-8");
  UErrorCode status = U_ZERO_ERROR;
  ucnv_setToUCallBack(from.get(), replace, &result.replaced, nullptr, nullptr, &status);
  std::array<char16_t, 2048> pivot;
  char16_t* pivot_source = pivot.data();
  char16_t* pivot_target = pivot.data();
  const char* source = bytes.data();
  std::array<char, 8192> buffer;
  result.text.reserve(bytes.size() + bytes.size() / 4);
  do {
    status = U_ZERO_ERROR;
    char* target = buffer.data();
    ucnv_convertEx(to.get(), from.get(), &target, buffer.data() + buffer.size(), &source, bytes.data() + bytes.size(),
                   pivot.data(), &pivot_source, &pivot_target, pivot.data() + pivot.size(), false, true, &status);
    result.text.append(buffer.data(), target);
  } while (status == U_BUFFER_OVERFLOW_ERROR);
  if (U_FAILURE(status)) ++result.replaced;  // the end was cut inside a character
  return result;
}

const Encoding* guess_encoding(std::string_view bytes) {
  const Encoding* western = find_encoding("iso-8859-1");
  const std::string_view sample = bytes.substr(0, sample_size);
  UErrorCode status = U_ZERO_ERROR;
  const Detector detector(ucsdet_open(&status));
  ucsdet_setText(detector.get(), sample.data(), static_cast<int32_t>(sample.size()), &status);
  ucsdet_enableInputFilter(detector.get(), true);
  int32_t count = 0;
  const UCharsetMatch** matches = ucsdet_detectAll(detector.get(), &count, &status);
  if (U_FAILURE(status)) return western;
  const auto confidence = [&](int32_t i) { return ucsdet_getConfidence(matches[i], &status); };
  int western_confidence = 0;
  for (int32_t i = 0; i < count && western_confidence == 0; ++i) {
    const std::string_view name = ucsdet_getName(matches[i], &status);
    if (name == "ISO-8859-1" || name == "windows-1252") western_confidence = confidence(i);
  }
  for (int32_t i = 0; i < count && confidence(i) >= lowest_confidence; ++i) {
    const Encoding* candidate = acceptable(ucsdet_getName(matches[i], &status), sample);
    if (!candidate || (is_neighbour(*candidate) && confidence(i) < western_confidence + least_lead)) continue;
    // The detector forgives bad sequences; a document cut at the end has one.
    if (convert(sample, *candidate).replaced <= 1) return candidate;
  }
  return western;
}

}  // namespace rapporteur::parse
