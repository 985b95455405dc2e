#pragma once
// Whom to telephone at an agency: an office or a person, as the file of agencies names it.

#include <cstddef>
#include <string>

namespace hub {

/// Texts are UTF-8 without control characters. It has a phone or an email.
struct Contact {
    std::string name;
    std::string phone;
    std::string email;
    std::string note;                         ///< When to call, for what.
    bool operator==(const Contact&) const = default;
};

inline constexpr std::size_t contacts_max = 8;                ///< Of one agency.
inline constexpr std::size_t contact_word_bytes_max = 100;    ///< Of name, phone and email.
inline constexpr std::size_t contact_note_bytes_max = 200;

}  // namespace hub
