#include "hub/ctl/secret_input.hpp"

#include "hub/ctl/files.hpp"
#include "hub/ctl/interrupt.hpp"

#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace hub::ctl {
namespace {

constexpr std::size_t secret_bytes_max = 4096;

termios before_silence{};

void end_silence() { (void)::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_silence); }

/// What is typed is not shown, until it is gone; also Ctrl-C ends the silence.
class NoEcho {
public:
    NoEcho() {
        if (::tcgetattr(STDIN_FILENO, &before_silence) != 0)
            return;
        set_last_act(end_silence);
        termios silent = before_silence;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        is_set_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
    }
    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;
    ~NoEcho() {
        if (is_set_)
            end_silence();
        set_last_act(nullptr);
    }

private:
    bool is_set_ = false;
};

}  // namespace

Outcome<std::string> read_secret(const std::filesystem::path& file, Both question, const char* option, Lang lang) {
    if (!file.empty()) {
        auto content = read_file(file, secret_bytes_max, lang);
        if (content)
            content->resize(std::min(content->size(), content->find_first_of("\r\n")));
        return content;
    }
    if (::isatty(STDIN_FILENO) != 1) {
        constexpr Both title{"Thiếu mật khẩu hoặc mã", "A password or code is missing"};
        constexpr Both remedy{"Ghi vào một tệp (chmod 600) rồi nêu tên tệp.", "Write it into a file (chmod 600) and name that."};
        return Problem{Exit::usage, "usage", std::string{title.in(lang)}, std::string{remedy.in(lang)}, option, {}};
    }
    std::cerr << question.in(lang) << ": " << std::flush;
    std::string typed;
    {
        const NoEcho silence;
        std::getline(std::cin, typed);
    }
    std::cerr << "\n";
    return typed;
}

}  // namespace hub::ctl
