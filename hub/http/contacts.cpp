#include "hub/http/contacts.hpp"

#include "hub/core/routing.hpp"
#include "hub/http/json.hpp"

#include <boost/json.hpp>

namespace hub::http {
namespace {

namespace json = boost::json;

json::array rows_of(const std::vector<Contact>& contacts) {
    json::array rows;
    for (const Contact& contact : contacts)
        rows.push_back(json::object{{"name", json_text(contact.name)},
                                    {"phone", json_text(contact.phone)},
                                    {"email", json_text(contact.email)},
                                    {"note", json_text(contact.note)}});
    return rows;
}

}  // namespace

const Agency& called_for(const Directory& directory, const Agency& agency, Instant now) {
    const Agency* next = &agency;
    // Successors may lead in a circle.
    for (std::size_t step = 0; step < directory.agencies().size(); ++step) {
        const bool is_closed = next->closed_at && *next->closed_at <= now;
        if (!is_closed || !next->successor)
            break;
        next = directory.find(*next->successor);
        if (!next->contacts.empty())
            return *next;
    }
    return agency;
}

json::array contact_rows(const Directory& directory, const Agency& agency, const Call& call) {
    const Scope scope = call.caller.scope();
    return scope && *scope != agency.code ? json::array{} : rows_of(called_for(directory, agency, call.now).contacts);
}

json::array contact_rows_of_receiver(const Directory& directory, const AgencyCode& receiver, Instant now) {
    const Resolution resolution = resolution_of(directory, receiver, now);
    return resolution.agency ? rows_of(called_for(directory, *resolution.agency, now).contacts) : json::array{};
}

std::string contacts_line(const Directory& directory, const Agency& agency, Instant now) {
    std::string line;
    for (const Contact& contact : called_for(directory, agency, now).contacts)
        line += (line.empty() ? "" : "; ") + contact.name + ' ' + (contact.phone.empty() ? contact.email : contact.phone);
    return line;
}

}  // namespace hub::http
