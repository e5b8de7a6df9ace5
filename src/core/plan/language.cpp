#include "core/plan/language.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace mpegflow::plan {
namespace {

struct Language {
  std::string_view tag;       ///< ISO 639-1
  std::string_view code;      ///< ISO 639-2/T
  std::string_view old_code;  ///< ISO 639-2/B, where it differs
  std::string_view name;
};

constexpr Language kLanguages[] = {
    {"af", "afr", "", "Afrikaans"},
    {"am", "amh", "", "Amharic"},
    {"ar", "ara", "", "Arabic"},
    {"az", "aze", "", "Azerbaijani"},
    {"be", "bel", "", "Belarusian"},
    {"bg", "bul", "", "Bulgarian"},
    {"bn", "ben", "", "Bengali"},
    {"bs", "bos", "", "Bosnian"},
    {"ca", "cat", "", "Catalan"},
    {"cs", "ces", "cze", "Czech"},
    {"cy", "cym", "wel", "Welsh"},
    {"da", "dan", "", "Danish"},
    {"de", "deu", "ger", "German"},
    {"el", "ell", "gre", "Greek"},
    {"en", "eng", "", "English"},
    {"eo", "epo", "", "Esperanto"},
    {"es", "spa", "", "Spanish"},
    {"et", "est", "", "Estonian"},
    {"eu", "eus", "baq", "Basque"},
    {"fa", "fas", "per", "Persian"},
    {"fi", "fin", "", "Finnish"},
    {"fr", "fra", "fre", "French"},
    {"fy", "fry", "", "Frisian"},
    {"ga", "gle", "", "Irish"},
    {"gd", "gla", "", "Gaelic"},
    {"gl", "glg", "", "Galician"},
    {"gu", "guj", "", "Gujarati"},
    {"he", "heb", "", "Hebrew"},
    {"hi", "hin", "", "Hindi"},
    {"hr", "hrv", "", "Croatian"},
    {"hu", "hun", "", "Hungarian"},
    {"hy", "hye", "arm", "Armenian"},
    {"id", "ind", "", "Indonesian"},
    {"is", "isl", "ice", "Icelandic"},
    {"it", "ita", "", "Italian"},
    {"ja", "jpn", "", "Japanese"},
    {"ka", "kat", "geo", "Georgian"},
    {"kk", "kaz", "", "Kazakh"},
    {"km", "khm", "", "Khmer"},
    {"kn", "kan", "", "Kannada"},
    {"ko", "kor", "", "Korean"},
    {"ku", "kur", "", "Kurdish"},
    {"la", "lat", "", "Latin"},
    {"lb", "ltz", "", "Luxembourgish"},
    {"lt", "lit", "", "Lithuanian"},
    {"lv", "lav", "", "Latvian"},
    {"mk", "mkd", "mac", "Macedonian"},
    {"ml", "mal", "", "Malayalam"},
    {"mn", "mon", "", "Mongolian"},
    {"mr", "mar", "", "Marathi"},
    {"ms", "msa", "may", "Malay"},
    {"mt", "mlt", "", "Maltese"},
    {"my", "mya", "bur", "Burmese"},
    {"nb", "nob", "", "Norwegian Bokmål"},
    {"ne", "nep", "", "Nepali"},
    {"nl", "nld", "dut", "Dutch"},
    {"nn", "nno", "", "Norwegian Nynorsk"},
    {"no", "nor", "", "Norwegian"},
    {"pa", "pan", "", "Punjabi"},
    {"pl", "pol", "", "Polish"},
    {"ps", "pus", "", "Pashto"},
    {"pt", "por", "", "Portuguese"},
    {"rm", "roh", "", "Romansh"},
    {"ro", "ron", "rum", "Romanian"},
    {"ru", "rus", "", "Russian"},
    {"si", "sin", "", "Sinhala"},
    {"sk", "slk", "slo", "Slovak"},
    {"sl", "slv", "", "Slovenian"},
    {"so", "som", "", "Somali"},
    {"sq", "sqi", "alb", "Albanian"},
    {"sr", "srp", "", "Serbian"},
    {"sv", "swe", "", "Swedish"},
    {"sw", "swa", "", "Swahili"},
    {"ta", "tam", "", "Tamil"},
    {"te", "tel", "", "Telugu"},
    {"th", "tha", "", "Thai"},
    {"tl", "tgl", "", "Tagalog"},
    {"tr", "tur", "", "Turkish"},
    {"uk", "ukr", "", "Ukrainian"},
    {"ur", "urd", "", "Urdu"},
    {"uz", "uzb", "", "Uzbek"},
    {"vi", "vie", "", "Vietnamese"},
    {"yi", "yid", "", "Yiddish"},
    {"zh", "zho", "chi", "Chinese"},
    {"zu", "zul", "", "Zulu"},
};

/// Letters and digits in parts of 1 to 8, joined by hyphens, letters first.
bool is_well_formed(std::string_view tag) {
  std::size_t length = 0;
  bool is_first = true;
  for (const char letter : tag) {
    if (letter == '-') {
      if (length == 0) return false;
      length = 0;
      is_first = false;
      continue;
    }
    const auto byte = static_cast<unsigned char>(letter);
    if (is_first ? std::isalpha(byte) == 0 : std::isalnum(byte) == 0) return false;
    if (++length > 8) return false;
  }
  return length > 0;
}

}  // namespace

std::string to_language_tag(std::string_view stated) {
  const std::size_t hyphen = stated.find('-');
  const std::string first = base::to_lower(stated.substr(0, hyphen));
  const bool is_empty =
      first.size() < 2 || first == "und" || first == "mis" || first == "zxx" || first == "unk";
  if (is_empty || !is_well_formed(stated)) return {};
  const std::string rest =
      hyphen == std::string_view::npos ? "" : std::string(stated.substr(hyphen));
  for (const Language& language : kLanguages)
    if (first == language.tag || first == language.code ||
        (!language.old_code.empty() && first == language.old_code))
      return std::string(language.tag) + rest;
  return first.size() > 3 ? std::string() : first + rest;
}

std::string find_language_name(std::string_view tag) {
  const std::string first = base::to_lower(tag.substr(0, tag.find('-')));
  for (const Language& language : kLanguages)
    if (first == language.tag) return std::string(language.name);
  return std::string(tag);
}

}  // namespace mpegflow::plan
