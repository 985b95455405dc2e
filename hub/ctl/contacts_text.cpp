#include "hub/ctl/contacts_text.hpp"

namespace hub::ctl {
namespace {

std::string way_to(const Node& contact) {
    const std::string phone = contact["phone"].text();
    return phone.empty() ? contact["email"].text() : phone;
}

}  // namespace

std::string first_contact(const Node& contacts) {
    const auto all = contacts.items();
    return all.empty() ? "-" : shortened(all.front()["name"].text(), 30) + " " + shortened(way_to(all.front()), 40);
}

std::string contact_lines(const Node& contacts, const std::string& head) {
    std::string out;
    for (const Node& contact : contacts.items()) {
        out += head + contact["name"].text();
        for (const auto* key : {"phone", "email"})
            if (const std::string way = contact[key].text(); !way.empty())
                out += "  " + way;
        if (const std::string note = contact["note"].text(); !note.empty())
            out += "  (" + note + ")";
        out += "\n";
    }
    return out;
}

}  // namespace hub::ctl
