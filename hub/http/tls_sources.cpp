// The TLS half of Asio, compiled here once. Apart from boost_sources.cpp: most programs need none of it.

#include <boost/asio/ssl/impl/src.hpp>
