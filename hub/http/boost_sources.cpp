// Asio, Beast and JSON are compiled here once; see BOOST_*_SEPARATE_COMPILATION in CMakeLists.txt.

#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
