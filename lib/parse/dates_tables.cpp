#include "parse/dates_tables.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

namespace rapporteur::parse {

namespace {

using std::string_view;

// A row for each month, words separated by blanks, "_" inside a word of two. Latin letters stand without accents.
// English French Spanish Portuguese Italian Romanian; German Dutch Swedish Danish Indonesian Swahili; Turkish; Polish
// Czech; Russian Ukrainian Belarusian Bulgarian Kazakh; Arabic in its three sets of names; Greek; Chinese.
constexpr std::array<string_view, 12> months{
    "一_月 january jan janvier janv enero ene janeiro gennaio gen ianuarie ianuari januar jan. januari januar janner "
    "ocak stycznia styczen ledna leden "
    "января январь янв січня січень січ студзеня студзень януари қаңтар қантар يناير كانون_الثاني جانفي ιανουαριου "
    "ιανουαριος",
    "二_月 february feb februar fevrier fevr fev febrero fevereiro febbraio februarie februari feber subat sub lutego "
    "luty unora unor "
    "февраля февраль фев февр лютого лютий лют лютага люты февруари ақпан акпан فبراير شباط فيفري φεβρουαριου "
    "φεβρουαριος",
    "三_月 march mar mars marzo marco marz maerz mrz martie maart mart maret machi marca marzec brezna brezen "
    "марта март мар березня березень бер сакавіка сакавик сакавік наурыз مارس اذار μαρτιου μαρτιος",
    "四_月 april apr avril avr abril abr aprile aprilie aprili nisan nis kwietnia kwiecien dubna duben "
    "апреля апрель апр квітня квітень квіт красавіка красавік април сәуір ابريل نيسان افريل απριλιου απριλιος",
    "五_月 may mai mayo maio maggio mag mei maj mei_ mayis maja kvetna kveten "
    "мая май травня травень трав траўня травня мамыр مايو ايار ماي μαιου μαιος",
    "六_月 june jun juin junio junho giugno giu iunie juni juni_ haziran haz czerwca czerwiec cervna cerven "
    "июня июнь июн червня червень черв чэрвеня чэрвень юни маусым يونيو يونيه حزيران جوان ιουνιου ιουνιος",
    "七_月 july jul juillet juil julio julho luglio lug iulie juli julai temmuz tem lipca lipiec cervence cervenec "
    "июля июль июл липня липень лип ліпеня ліпень юли шілде يوليو يوليه تموز جويليه ιουλιου ιουλιος",
    "八_月 august aug aout agosto ago agustus agosti augustus augusti agt agustos agu sierpnia sierpien srpna srpen "
    "августа август авг серпня серпень серп жніўня жнівень тамыз اغسطس اب اوت αυγουστου αυγουστος",
    "九_月 september sep sept septembre septiembre setiembre setembro set settembre septembrie septemba eylul eyl "
    "wrzesnia wrzesien zari "
    "сентября сентябрь сен сент вересня вересень вер верасня верасень септември қыркүйек سبتمبر ايلول σεπτεμβριου "
    "σεπτεμβριος",
    "十_月 october oct octobre octubre outubro out ottobre ott octombrie oktober okt oktoba ekim eki pazdziernika "
    "pazdziernik rijna rijen "
    "октября октябрь окт жовтня жовтень жовт кастрычніка кастрычнік октомври қазан اكتوبر تشرين_الاول οκτωβριου "
    "οκτωβριος",
    "十一_月 november nov novembre noviembre novembro noiembrie novemba nopember kasim kas listopada listopadu "
    "listopad "
    "ноября ноябрь ноя нояб листопада листопад лист лістапада лістапад ноември қараша نوفمبر تشرين_الثاني νοεμβριου "
    "νοεμβριος",
    "十二_月 december dec decembre diciembre dic dezembro dez dicembre decembrie dezember desember des desemba aralik "
    "ara grudnia grudzien prosince "
    "prosinec декабря декабрь дек грудня грудень груд снежня снежань декември желтоқсан ديسمبر كانون_الاول δεκεμβριου "
    "δεκεμβριος"};

constexpr string_view weekdays =
    "monday mon tuesday tue tues wednesday wed weds thursday thu thur thurs friday fri saturday sat sunday sun "
    "lundi lun mardi mar mercredi mer jeudi jeu vendredi ven samedi sam dimanche dim "
    "lunes martes miercoles mie jueves jue viernes vie sabado sab domingo dom segunda terca quarta quinta sexta feira "
    "seg ter qua qui sex "
    "lunedi martedi mercoledi giovedi gio venerdi sabato domenica "
    "montag mo dienstag di mittwoch mi donnerstag do freitag fr samstag sa sonnabend sonntag so mon die mit don fre "
    "sam son "
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr za zo man tir ons tor fre lor mandag tirsdag "
    "onsdag torsdag fredag "
    "lordag sondag pazartesi sali carsamba persembe cuma cumartesi pazar pzt sal car per cum cmt paz "
    "poniedzialek wtorek sroda czwartek piatek sobota niedziela pondeli utery streda ctvrtek patek nedele "
    "понедельник вторник среда среду четверг пятница пятницу суббота субботу воскресенье пн вт ср чт пт сб вс "
    "понеділок вівторок середа четвер п'ятниця субота неділя нд дүйсенбі сейсенбі сәрсенбі бейсенбі жұма сенбі "
    "жексенбі "
    "الاثنين الثلاثاء الاربعاء الخميس الجمعه السبت الاحد اثنين ثلاثاء اربعاء خميس جمعه سبت احد "
    "周一 周二 周三 周四 周五 周六 星期一 星期二 星期三 星期四 星期五 星期六 星期天 周 星期";

constexpr string_view fillers =
    "on at of the le la les du a as au de del dia el en las los il den der dem am um the uhr o'clock hrs hr hs kl klo "
    "dne dnia godz pukul saat "
    "posted published updated publie в во г года год р року ж жылы جـ الساعه في";

constexpr string_view ordinal_suffixes = "st nd rd th er ere eme e º ª o go";

struct Zone {
  string_view name;
  int minutes;
};
struct Region {
  string_view word, name;
};
// Where letters mean several zones, the one that mail and feeds mean: RFC 822 for North America, BST and IST as London
// and Delhi say.
constexpr std::array zones{
    Zone{"utc", 0},    Zone{"gmt", 0},     Zone{"ut", 0},     Zone{"z", 0},      Zone{"zulu", 0},    Zone{"wet", 0},
    Zone{"west", 60},  Zone{"bst", 60},    Zone{"ist", 330},  Zone{"cet", 60},   Zone{"cest", 120},  Zone{"met", 60},
    Zone{"mest", 120}, Zone{"mez", 60},    Zone{"mesz", 120}, Zone{"eet", 120},  Zone{"eest", 180},  Zone{"msk", 180},
    Zone{"msd", 240},  Zone{"мск", 180},   Zone{"est", -300}, Zone{"edt", -240}, Zone{"cst", -360},  Zone{"cdt", -300},
    Zone{"mst", -420}, Zone{"mdt", -360},  Zone{"pst", -480}, Zone{"pdt", -420}, Zone{"akst", -540}, Zone{"akdt", -480},
    Zone{"hst", -600}, Zone{"ast", -240},  Zone{"adt", -180}, Zone{"nst", -210}, Zone{"ndt", -150},  Zone{"brt", -180},
    Zone{"art", -180}, Zone{"clt", -240},  Zone{"cot", -300}, Zone{"pet", -300}, Zone{"vet", -240},  Zone{"bot", -240},
    Zone{"uyt", -180}, Zone{"ect", -300},  Zone{"gyt", -240}, Zone{"wat", 60},   Zone{"cat", 120},   Zone{"sast", 120},
    Zone{"eat", 180},  Zone{"trt", 180},   Zone{"idt", 180},  Zone{"irst", 210}, Zone{"gst", 240},   Zone{"aft", 270},
    Zone{"pkt", 300},  Zone{"uzt", 300},   Zone{"npt", 345},  Zone{"bdt", 360},  Zone{"almt", 360},  Zone{"mmt", 390},
    Zone{"ict", 420},  Zone{"wib", 420},   Zone{"sgt", 480},  Zone{"hkt", 480},  Zone{"pht", 480},   Zone{"myt", 480},
    Zone{"wita", 480}, Zone{"awst", 480},  Zone{"jst", 540},  Zone{"kst", 540},  Zone{"wit", 540},   Zone{"acst", 570},
    Zone{"acdt", 630}, Zone{"aest", 600},  Zone{"aedt", 660}, Zone{"chst", 600}, Zone{"nzst", 720},  Zone{"nzdt", 780},
    Zone{"fjt", 720},  Zone{"hadt", -540}, Zone{"azot", -60}, Zone{"cvt", -60},  Zone{"tsi", 180}};

// What the United States write all the year: the clock of a region, with its summer time.
constexpr std::array regions{Region{"et", "America/New_York"},      Region{"ct", "America/Chicago"},
                             Region{"mt", "America/Denver"},        Region{"pt", "America/Los_Angeles"},
                             Region{"eastern", "America/New_York"}, Region{"central", "America/Chicago"},
                             Region{"mountain", "America/Denver"},  Region{"pacific", "America/Los_Angeles"}};

// Calls `each` with every word of a row.
template <class Each>
void for_words(string_view row, const Each& each) {
  while (!row.empty()) {
    const std::size_t end = std::min(row.find(' '), row.size());
    if (end > 0) each(row.substr(0, end));
    row.remove_prefix(std::min(end + 1, row.size()));
  }
}

bool holds(string_view row, string_view word) {
  bool found = false;
  for_words(row, [&](string_view candidate) { found = found || candidate == word; });
  return found;
}

const std::unordered_map<std::string, int>& month_table() {
  static const std::unordered_map<std::string, int> table = [] {
    std::unordered_map<std::string, int> made;
    for (std::size_t i = 0; i < months.size(); ++i)
      for_words(months[i], [&](string_view word) { made.emplace(word, static_cast<int>(i) + 1); });
    return made;
  }();
  return table;
}

}  // namespace

int month_of(string_view word) {
  const auto found = month_table().find(std::string(word));
  return found == month_table().end() ? 0 : found->second;
}

bool is_weekday(string_view word) { return holds(weekdays, word); }

std::optional<int> zone_of(string_view word) {
  const auto found = std::find_if(zones.begin(), zones.end(), [&](const Zone& zone) { return zone.name == word; });
  if (found != zones.end()) return found->minutes;
  if (word.size() == 1 && word[0] >= 'a' && word[0] <= 'z' && word[0] != 'j') return 0;
  return std::nullopt;
}

string_view region_of(string_view word) {
  const auto found =
      std::find_if(regions.begin(), regions.end(), [&](const Region& region) { return region.word == word; });
  return found == regions.end() ? string_view{} : found->name;
}

bool is_filler(string_view word) { return holds(fillers, word); }

bool is_ordinal_suffix(string_view word) { return holds(ordinal_suffixes, word); }

char half_of_day(string_view word) {
  if (holds("am a.m 上午 早上 오전 ص صباحا", word)) return 'a';
  if (holds("pm p.m 下午 晚上 오후 م مساء", word)) return 'p';
  return 0;
}

char unit_of(string_view word) {
  if (holds("年 년", word)) return 'Y';
  if (holds("月 월", word)) return 'M';
  if (holds("日 号 號 일", word)) return 'D';
  if (holds("时 時 点 點 시", word)) return 'h';
  if (holds("分 분", word)) return 'm';
  if (holds("秒 초", word)) return 's';
  return 0;
}

}  // namespace rapporteur::parse
