// Asio, its TLS and Beast are compiled here once; see BOOST_*_SEPARATE_COMPILATION in CMakeLists.txt.

#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
