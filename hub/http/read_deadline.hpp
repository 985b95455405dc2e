#pragma once
// A bound for reading that leaves the connection usable: Beast's own time-out closes the socket, and whoever was too
// slow could not be told so. For coroutines on the stream's executor.

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <chrono>
#include <memory>

namespace hub::http {

class ReadDeadline {
public:
    /// What is read on `stream` ends after `time` with operation_aborted, until this is gone. The stream's own time-out
    /// is set to somewhat later, for an end that comes between two reads.
    ReadDeadline(boost::beast::tcp_stream& stream, std::chrono::milliseconds time);
    ~ReadDeadline();
    ReadDeadline(const ReadDeadline&) = delete;
    ReadDeadline& operator=(const ReadDeadline&) = delete;

    bool has_passed() const noexcept { return held_->has_passed; }

private:
    struct Held {
        boost::beast::tcp_stream* stream;
        bool has_passed = false;
    };
    std::shared_ptr<Held> held_;            ///< The timer's handler may run after the end of this.
    boost::asio::steady_timer timer_;
};

}  // namespace hub::http
