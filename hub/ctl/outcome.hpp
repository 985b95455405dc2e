#pragma once
// How a command ends: an exit code that scripts can rely on, and for anything but success a problem in words.

#include <boost/system/result.hpp>

#include <array>
#include <string>
#include <string_view>

namespace hub::ctl {

/// Part of the contract of `lgsp`: never renumber. partly: some of many was done; faulty: a check has found what somebody
/// must mend.
enum class Exit : int {
    ok = 0, failed = 1, usage = 2, not_found = 3, denied = 4, conflict = 5, unreachable = 6, partly = 7, faulty = 8,
    interrupted = 130
};

enum class Lang : unsigned char { vi, en };

/// A sentence in both languages; picked when the language of the run is known.
struct Both {
    std::string_view vi;
    std::string_view en;

    constexpr std::string_view in(Lang lang) const noexcept { return lang == Lang::vi ? vi : en; }
};

inline constexpr std::array exits{Exit::ok,       Exit::failed,      Exit::usage,  Exit::not_found, Exit::denied,
                                  Exit::conflict, Exit::unreachable, Exit::partly, Exit::faulty,
                                  Exit::interrupted};

/// For --help and the manual page.
constexpr Both words_of(Exit exit) noexcept {
    switch (exit) {
    case Exit::ok:          return {"xong", "done"};
    case Exit::failed:      return {"không làm được", "failed"};
    case Exit::usage:       return {"lệnh không đúng", "usage"};
    case Exit::not_found:   return {"không tìm thấy", "not found"};
    case Exit::denied:      return {"chưa đăng nhập hay không có quyền", "not signed in or not allowed"};
    case Exit::conflict:    return {"đã khác với lúc xem, chưa làm gì", "not as it was shown, nothing was done"};
    case Exit::unreachable: return {"không tới được, hay chưa có trả lời", "unreachable, or no answer yet"};
    case Exit::partly:      return {"chỉ làm được một phần", "partly done"};
    case Exit::faulty:      return {"kiểm tra thấy lỗi", "a check found faults"};
    case Exit::interrupted: return {"đã bấm Ctrl-C", "interrupted by Ctrl-C"};
    }
    return {};
}

struct Problem {
    Exit exit = Exit::failed;
    std::string code;     ///< As in the hub's problem documents, e.g. "not_found".
    std::string title;    ///< What is wrong, in the language of the run.
    std::string remedy;   ///< What to do about it; may be empty.
    std::string field;    ///< Which argument, field or file; may be empty.
    std::string detail;   ///< Foreign words: a library's, the system's, the hub's; may be empty.
};

template <class T>
using Outcome = boost::system::result<T, Problem>;

}  // namespace hub::ctl
