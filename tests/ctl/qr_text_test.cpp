// The QR code that a terminal shows.

#include "hub/ctl/qr_text.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using hub::ctl::qr_text;

TEST_CASE("a QR code is printed two rows to a line, dark on light", "[qr]") {
    CHECK(qr_text({}).empty());
    CHECK(qr_text({"10", "11"}) == "██████\n██ ▀██\n██████\n");
    // What an answer should not hold is light, as if it were not there.
    CHECK(qr_text({"1", 7}) == "██████\n██▄███\n██████\n");
}
