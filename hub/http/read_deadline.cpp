#include "hub/http/read_deadline.hpp"

namespace hub::http {
namespace {

constexpr std::chrono::seconds somewhat_later{2};

}  // namespace

ReadDeadline::ReadDeadline(boost::beast::tcp_stream& stream, std::chrono::milliseconds time)
    : held_{std::make_shared<Held>(Held{&stream})}, timer_{stream.get_executor(), time} {
    stream.expires_after(time + somewhat_later);
    timer_.async_wait([held = held_](boost::system::error_code cancelled) {
        if (cancelled || !held->stream)
            return;
        held->has_passed = true;
        held->stream->cancel();
    });
}

ReadDeadline::~ReadDeadline() { held_->stream = nullptr; }

}  // namespace hub::http
