#include "hub/agency_contacts.hpp"

#include <algorithm>

namespace hub {
namespace {

constexpr std::size_t phone_digits_min = 3;   ///< Of an extension.

bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// What a person dials, and as people write it.
bool is_phone(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return is_digit(c) || std::string_view{" +.-()"}.find(c) != std::string_view::npos; })
           && std::cmp_greater_equal(std::ranges::count_if(text, is_digit), phone_digits_min);
}

bool is_email(std::string_view text) noexcept {
    const std::size_t at = text.find('@');
    return at != std::string_view::npos && at > 0 && at + 1 < text.size() && text.find('@', at + 1) == std::string_view::npos
           && std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F && std::string_view{"<>,;:\"()[]\\"}.find(c) == std::string_view::npos; });
}

/// Empty: it is not there, or wrong.
std::string word(TomlSection& section, std::string_view key, Presence presence, std::size_t bytes_max) {
    std::string text = section.text(key, presence).value_or(std::string{});
    if (text.size() <= bytes_max && !std::ranges::any_of(text, is_control))
        return text;
    const std::string most = std::to_string(bytes_max);
    section.refuse(key, shown(text) + ": at most " + most + " bytes in UTF-8, on one line",
                   shown(text) + ": tối đa " + most + " byte UTF-8, trên một dòng");
    return {};
}

Contact read_contact(TomlSection& section) {
    Contact contact;
    contact.name = word(section, "name", Presence::required, contact_word_bytes_max);
    contact.phone = word(section, "phone", Presence::optional, contact_word_bytes_max);
    contact.email = word(section, "email", Presence::optional, contact_word_bytes_max);
    contact.note = word(section, "note", Presence::optional, contact_note_bytes_max);
    if (!contact.phone.empty() && !is_phone(contact.phone))
        section.refuse("phone", shown(contact.phone) + ": not a telephone number (digits, spaces and + . - ( ))",
                       shown(contact.phone) + ": không phải số điện thoại (chữ số, dấu cách và + . - ( ))");
    if (!contact.email.empty() && !is_email(contact.email))
        section.refuse("email", shown(contact.email) + ": not an address of the form name@host",
                       shown(contact.email) + ": không phải địa chỉ thư dạng ten@maychu");
    if (!section.has("phone") && !section.has("email"))
        section.refuse("phone", "missing: a contact has a phone or an email", "thiếu: liên hệ phải có phone hoặc email");
    section.refuse_unknown();
    return contact;
}

}  // namespace

std::vector<Contact> read_contacts(TomlSection& agency) {
    std::vector<Contact> contacts;
    for (TomlSection& each : agency.sections("contacts"))
        contacts.push_back(read_contact(each));
    if (contacts.size() > contacts_max) {
        const std::string most = std::to_string(contacts_max);
        agency.refuse("contacts", "at most " + most, "tối đa " + most);
    }
    return contacts;
}

}  // namespace hub
