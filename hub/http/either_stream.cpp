#include "hub/http/either_stream.hpp"

namespace hub::http {

EitherStream::Plain& EitherStream::next_layer() noexcept {
    Tls* const over_tls = tls();
    return over_tls ? over_tls->next_layer() : *std::get_if<Plain>(&stream_);
}

void EitherStream::read(boost::asio::mutable_buffer into, std::function<void(Error, std::size_t)> done) {
    std::visit([&](auto& stream) { stream.async_read_some(into, std::move(done)); }, stream_);
}

void EitherStream::write(Octets octets, std::function<void(Error, std::size_t)> done) {
    std::visit([&](auto& stream) { stream.async_write_some(octets, std::move(done)); }, stream_);
}

void EitherStream::shake_hands(boost::asio::ssl::stream_base::handshake_type type, std::function<void(Error)> done) {
    std::get<Tls>(stream_).async_handshake(type, std::move(done));
}

void EitherStream::say_goodbye(std::function<void(Error)> done) { std::get<Tls>(stream_).async_shutdown(std::move(done)); }

}  // namespace hub::http
