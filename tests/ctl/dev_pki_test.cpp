#include "hub/ctl/dev_pki.hpp"

#include "hub/core/signature.hpp"
#include "hub/ctl/files.hpp"
#include "tests/ctl/content.hpp"
#include "tests/support/codes.hpp"
#include "tests/support/fresh_folder.hpp"

#include <catch2/catch.hpp>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>
#include <set>

#include <sys/stat.h>

using namespace hub;
using namespace hub::ctl;
using test::code;
using test::content_of;
using test::FreshFolder;

namespace fs = std::filesystem;

namespace {

template <auto Free>
struct Closer {
    template <class T>
    void operator()(T* p) const noexcept {
        Free(p);
    }
};
using X509Ptr = std::unique_ptr<X509, Closer<X509_free>>;
using Store = std::unique_ptr<X509_STORE, Closer<X509_STORE_free>>;
using Context = std::unique_ptr<X509_STORE_CTX, Closer<X509_STORE_CTX_free>>;
using Bio = std::unique_ptr<BIO, Closer<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Closer<EVP_PKEY_free>>;

X509Ptr certificate_in(const fs::path& file) {
    const std::string pem = content_of(file);
    const Bio bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    X509Ptr certificate{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
    REQUIRE(certificate);
    return certificate;
}

Key key_in(const fs::path& file) {
    const std::string pem = content_of(file);
    const Bio bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    Key key{PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr)};
    REQUIRE(key);
    return key;
}

/// What OpenSSL says of `certificate` when it trusts `authority` alone.
int verify(X509* certificate, X509* authority, int purpose) {
    const Store store{X509_STORE_new()};
    REQUIRE(X509_STORE_add_cert(store.get(), authority) == 1);
    const Context context{X509_STORE_CTX_new()};
    REQUIRE(X509_STORE_CTX_init(context.get(), store.get(), certificate, nullptr) == 1);
    X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_X509_STRICT);
    REQUIRE(X509_STORE_CTX_set_purpose(context.get(), purpose) == 1);
    X509_verify_cert(context.get());
    return X509_STORE_CTX_get_error(context.get());
}

std::string common_name(X509* certificate) {
    char name[100] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
    return name;
}

std::set<std::string> names_in(const fs::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator{folder})
        names.insert(entry.path().filename().string());
    return names;
}

PkiOrder pki_in(const FreshFolder& folder) { return {folder.path() / "pki", {code("H43"), code("H43.01")}}; }

}  // namespace

TEST_CASE("everybody has a certificate that stands under the authority", "[pki]") {
    FreshFolder folder;
    const auto order = pki_in(folder);
    const auto files = make_pki(order, Lang::en);
    REQUIRE(files.has_value());
    std::set<std::string> reported;
    for (const WrittenFile& file : *files) {
        reported.insert(file.name);
        CHECK(file.is_secret == file.name.ends_with(".key"));
        struct stat status {};
        REQUIRE(::stat((order.folder / file.name).c_str(), &status) == 0);
        CHECK((status.st_mode & 07777) == (file.is_secret ? 0600u : 0644u));
    }
    // The authority's key is written nowhere.
    CHECK(reported == std::set<std::string>{"ca.pem", "hub.pem", "hub.key", "broker.pem", "broker.key",
                                            "H43.pem", "H43.key", "H43.01.pem", "H43.01.key"});
    CHECK(names_in(order.folder) == reported);

    const auto authority = certificate_in(order.folder / "ca.pem");
    CHECK(verify(authority.get(), authority.get(), X509_PURPOSE_ANY) == X509_V_OK);
    std::set<std::string> serials;
    for (const char* owner : {"hub", "broker", "H43", "H43.01"}) {
        INFO(owner);
        const auto certificate = certificate_in(order.folder / (std::string{owner} + ".pem"));
        const bool is_server = owner == std::string{"hub"} || owner == std::string{"broker"};
        CHECK(verify(certificate.get(), authority.get(), X509_PURPOSE_SSL_CLIENT) == X509_V_OK);
        CHECK((verify(certificate.get(), authority.get(), X509_PURPOSE_SSL_SERVER) == X509_V_OK) ==
              is_server);
        CHECK((X509_check_host(certificate.get(), "localhost", 0, 0, nullptr) == 1) == is_server);
        CHECK((X509_check_ip_asc(certificate.get(), "127.0.0.1", 0) == 1) == is_server);
        CHECK((X509_check_ip_asc(certificate.get(), "::1", 0) == 1) == is_server);
        CHECK(common_name(certificate.get()) == owner);
        CHECK(X509_check_ca(certificate.get()) == 0);
        CHECK(X509_check_private_key(certificate.get(),
                                     key_in(order.folder / (std::string{owner} + ".key")).get()) == 1);
        const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate.get());
        serials.insert({reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
                        static_cast<std::size_t>(ASN1_STRING_length(serial))});
    }
    CHECK(serials.size() == 4);
}

TEST_CASE("another authority's certificates do not pass", "[pki]") {
    FreshFolder one, other;
    REQUIRE(make_pki(pki_in(one), Lang::en).has_value());
    REQUIRE(make_pki(pki_in(other), Lang::en).has_value());
    const auto authority = certificate_in(one.path() / "pki" / "ca.pem");
    const auto stranger = certificate_in(other.path() / "pki" / "H43.pem");
    CHECK(verify(stranger.get(), authority.get(), X509_PURPOSE_SSL_CLIENT) != X509_V_OK);
}

TEST_CASE("the hub and the kit take keys of every kind", "[pki]") {
    for (const KeyType type : {KeyType::p256, KeyType::rsa2048, KeyType::ed25519}) {
        FreshFolder folder;
        auto order = pki_in(folder);
        order.key_type = type;
        REQUIRE(make_pki(order, Lang::en).has_value());
        for (const char* owner : {"hub", "H43"}) {
            const auto signer = Signer::parse(content_of(order.folder / (std::string{owner} + ".pem")),
                                              content_of(order.folder / (std::string{owner} + ".key")));
            CHECK(signer.has_value());
        }
        const int wanted = type == KeyType::p256      ? EVP_PKEY_EC
                           : type == KeyType::rsa2048 ? EVP_PKEY_RSA
                                                      : EVP_PKEY_ED25519;
        CHECK(EVP_PKEY_get_base_id(key_in(order.folder / "H43.key").get()) == wanted);
        CHECK(EVP_PKEY_get_base_id(key_in(order.folder / "broker.key").get()) == EVP_PKEY_EC);
    }
}

TEST_CASE("certificates are valid for as long as was ordered", "[pki]") {
    FreshFolder folder;
    auto order = pki_in(folder);
    order.days = 3;
    REQUIRE(make_pki(order, Lang::en).has_value());
    const auto certificate = certificate_in(order.folder / "H43.pem");
    int days = 0, seconds = 0;
    REQUIRE(ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(certificate.get()),
                           X509_get0_notAfter(certificate.get())));
    CHECK(days == 3);
    CHECK(X509_cmp_current_time(X509_get0_notBefore(certificate.get())) < 0);
}

TEST_CASE("nothing is written over, nothing is written at all, unless asked for", "[pki]") {
    FreshFolder folder;
    auto order = pki_in(folder);
    REQUIRE(make_folder(order.folder, Lang::en).has_value());
    REQUIRE(write_file(order.folder / "H43.key", "theirs", 0600, Overwrite::no, Lang::en).has_value());
    const auto vi = make_pki(order, Lang::vi);
    REQUIRE_FALSE(vi.has_value());
    CHECK(vi.error().exit == Exit::failed);
    CHECK(vi.error().code == "file_exists");
    CHECK(vi.error().field == order.folder.string());
    CHECK(vi.error().detail == "H43.key");
    CHECK(vi.error().remedy == "Dùng --force để thay tất cả, hoặc chọn thư mục khác.");
    CHECK(content_of(order.folder / "H43.key") == "theirs");
    CHECK(names_in(order.folder) == std::set<std::string>{"H43.key"});

    order.is_overwriting = true;
    REQUIRE(make_pki(order, Lang::en).has_value());
    CHECK(content_of(order.folder / "H43.key") != "theirs");
    CHECK(names_in(order.folder).size() == 9);
    const auto authority = certificate_in(order.folder / "ca.pem");
    CHECK(verify(certificate_in(order.folder / "H43.pem").get(), authority.get(), X509_PURPOSE_SSL_CLIENT) ==
          X509_V_OK);
}

TEST_CASE("a link that leads nowhere is something that is there", "[pki]") {
    FreshFolder folder;
    fs::create_symlink(folder.path() / "nowhere", folder.path() / "ca.pem");
    CHECK_FALSE(check_nothing_there(folder.path(), {"hub.pem", "ca.pem"}, Lang::en).has_value());
    CHECK(check_nothing_there(folder.path(), {"hub.pem"}, Lang::en).has_value());
    CHECK(check_nothing_there(folder.path() / "absent", {"hub.pem"}, Lang::en).has_value());
}
