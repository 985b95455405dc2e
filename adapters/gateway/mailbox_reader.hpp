#pragma once
// A read-only connection for one question to the mailbox. Only for the mailbox's own files.

#include "adapters/gateway/mailbox.hpp"

namespace hub::gateway {

/// A borrowed connection, given back however the question ends.
class Mailbox::Reader {
public:
    explicit Reader(Mailbox& mailbox) : mailbox_{mailbox}, connection_{mailbox.borrow()} {}
    ~Reader() {
        if (connection_)
            mailbox_.give_back(std::move(*connection_));
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    template <class Take, class... Values>
    Result<void> ask(std::string_view sql, Take take, const Values&... values) {
        return connection_ ? (*connection_)->ask(sql, take, values...) : Result<void>{connection_.error()};
    }
    Connection& connection() { return **connection_; }

private:
    Mailbox& mailbox_;
    Result<std::unique_ptr<Connection>> connection_;
};

}  // namespace hub::gateway
