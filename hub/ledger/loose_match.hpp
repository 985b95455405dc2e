#pragma once
// What a clerk says on the telephone, as an FTS5 expression: "công văn số 7816 ubnd vx", "7816/2026", "kh nghi tet".

#include <string>
#include <string_view>

namespace hub::ledger {

/// Finds whatever the strict reading finds, and besides:
/// - words that only introduce (số, công văn, ngày ...) and the year behind a number are left out;
/// - words that follow each other may be one notation, written with hyphens or blanks;
/// - kinds of documents and their abbreviations are the same (KH, kế hoạch; appendix III of decree 30/2020/NĐ-CP);
/// - a word with hyphens or strokes may be several.
/// Empty: nothing to match. Bounded like any other.
std::string loose_match_of(std::string_view text);

}  // namespace hub::ledger
