#include "hub/ctl/dev_pki.hpp"

#include "hub/ctl/files.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>

namespace hub::ctl {
namespace {

template <auto Free>
struct Closer {
    template <class T>
    void operator()(T* p) const noexcept { Free(p); }
};
using Bio = std::unique_ptr<BIO, Closer<BIO_free_all>>;
using Number = std::unique_ptr<BIGNUM, Closer<BN_free>>;
using X509Ptr = std::unique_ptr<X509, Closer<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Closer<X509_EXTENSION_free>>;
using Pkey = std::unique_ptr<EVP_PKEY, Closer<EVP_PKEY_free>>;

struct Identity {
    Pkey key;
    X509Ptr certificate;
};

struct ExtensionText {
    int nid;
    const char* value;
};

constexpr std::array authority_extensions{
    ExtensionText{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
    ExtensionText{NID_key_usage, "critical,keyCertSign,cRLSign"},
    ExtensionText{NID_subject_key_identifier, "hash"},
};
constexpr std::array agency_extensions{
    ExtensionText{NID_basic_constraints, "critical,CA:FALSE"},
    ExtensionText{NID_key_usage, "critical,digitalSignature"},
    ExtensionText{NID_ext_key_usage, "clientAuth"},
    ExtensionText{NID_subject_key_identifier, "hash"},
    ExtensionText{NID_authority_key_identifier, "keyid"},
};
constexpr std::array server_extensions{
    ExtensionText{NID_basic_constraints, "critical,CA:FALSE"},
    ExtensionText{NID_key_usage, "critical,digitalSignature"},
    ExtensionText{NID_ext_key_usage, "serverAuth,clientAuth"},
    ExtensionText{NID_subject_key_identifier, "hash"},
    ExtensionText{NID_authority_key_identifier, "keyid"},
    ExtensionText{NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1"},
};

Problem crypto_trouble(Lang lang) {
    char text[200] = "";
    ERR_error_string_n(ERR_get_error(), text, sizeof text);
    ERR_clear_error();
    constexpr Both title{"Không tạo được khóa hoặc chứng thư", "Cannot make a key or certificate"};
    constexpr Both remedy{"Kiểm tra cài đặt OpenSSL của máy.", "Check the OpenSSL installation of this machine."};
    return {Exit::failed, "internal", std::string{title.in(lang)}, std::string{remedy.in(lang)}, {}, text};
}

Pkey make_key(KeyType type) {
    switch (type) {
    case KeyType::p256: return Pkey{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
    case KeyType::rsa2048: return Pkey{EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048})};
    case KeyType::ed25519: return Pkey{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
    }
    return nullptr;
}

bool set_serial(X509* certificate) {
    std::array<unsigned char, 16> octets{};
    if (RAND_bytes(octets.data(), octets.size()) != 1)
        return false;
    octets[0] &= 0x7f;  // A serial number is positive (RFC 5280 4.1.2.2).
    const Number number{BN_bin2bn(octets.data(), octets.size(), nullptr)};
    return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_subject(X509* certificate, const std::string& common_name) {
    X509_NAME* const name = X509_get_subject_name(certificate);
    const auto add = [name](const char* field, const std::string& text) {
        return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                          reinterpret_cast<const unsigned char*>(text.data()),
                                          static_cast<int>(text.size()), -1, 0)
               == 1;
    };
    return add("O", "LGSP Hub trial") && add("CN", common_name);
}

template <std::size_t Count>
bool add_extensions(X509* certificate, X509* issuer, const std::array<ExtensionText, Count>& extensions) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    for (const auto& [nid, value] : extensions) {
        const Extension extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value)};
        if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1)
            return false;
    }
    return true;
}

/// `issuer` null: signed by itself.
template <std::size_t Count>
Identity make_identity(const std::string& common_name, KeyType type, int days, const Identity* issuer,
                       const std::array<ExtensionText, Count>& extensions) {
    Identity made{make_key(type), X509Ptr{X509_new()}};
    X509* const x509 = made.certificate.get();
    if (!made.key || !x509)
        return {};
    X509* const issuer_x509 = issuer ? issuer->certificate.get() : x509;
    EVP_PKEY* const issuer_key = issuer ? issuer->key.get() : made.key.get();
    constexpr long backdated_seconds = 3600;  // Machines of a trial seldom agree on the time.
    const bool is_good = X509_set_version(x509, X509_VERSION_3) == 1 && set_serial(x509)
                         && set_subject(x509, common_name)
                         && X509_set_issuer_name(x509, X509_get_subject_name(issuer_x509)) == 1
                         && X509_gmtime_adj(X509_getm_notBefore(x509), -backdated_seconds)
                         && X509_time_adj_ex(X509_getm_notAfter(x509), days, 0, nullptr)
                         && X509_set_pubkey(x509, made.key.get()) == 1
                         && add_extensions(x509, issuer_x509, extensions)
                         && X509_sign(x509, issuer_key, EVP_sha256()) > 0;
    return is_good ? std::move(made) : Identity{};
}

std::string text_of(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return size > 0 ? std::string{data, static_cast<std::size_t>(size)} : std::string{};
}

std::string certificate_pem(const Identity& identity) {
    const Bio bio{BIO_new(BIO_s_mem())};
    return bio && PEM_write_bio_X509(bio.get(), identity.certificate.get()) == 1 ? text_of(bio.get()) : "";
}

std::string key_pem(const Identity& identity) {
    const Bio bio{BIO_new(BIO_s_mem())};
    const bool is_good = bio
                         && PEM_write_bio_PKCS8PrivateKey(bio.get(), identity.key.get(), nullptr, nullptr, 0,
                                                          nullptr, nullptr)
                                == 1;
    return is_good ? text_of(bio.get()) : "";
}

Outcome<void> write_identity(const PkiOrder& order, const std::string& name, const Identity& identity, Lang lang) {
    const Overwrite overwrite = order.is_overwriting ? Overwrite::yes : Overwrite::no;
    const std::string key = key_pem(identity);
    const std::string certificate = certificate_pem(identity);
    if (key.empty() || certificate.empty())
        return crypto_trouble(lang);
    if (auto written = write_file(order.folder / (name + ".key"), key, 0600, overwrite, lang); !written)
        return written;
    return write_file(order.folder / (name + ".pem"), certificate, 0644, overwrite, lang);
}

}  // namespace

Outcome<void> check_nothing_there(const std::filesystem::path& folder, const std::vector<std::string>& names,
                                  Lang lang) {
    std::string there;
    for (const std::string& name : names) {
        std::error_code error;
        if (std::filesystem::exists(std::filesystem::symlink_status(folder / name, error)))
            there += (there.empty() ? "" : ", ") + name;
    }
    if (there.empty())
        return {};
    constexpr Both title{"Thư mục đã có các tệp này, chưa ghi gì", "The folder has these files already; nothing was written"};
    constexpr Both remedy{"Dùng --force để thay tất cả, hoặc chọn thư mục khác.",
                          "Use --force to replace them all, or choose another folder."};
    return Problem{Exit::failed, "file_exists", std::string{title.in(lang)}, std::string{remedy.in(lang)},
                   folder.string(), there};
}

Outcome<std::vector<WrittenFile>> make_pki(const PkiOrder& order, Lang lang) {
    std::vector<WrittenFile> files{{"ca.pem", false}};
    std::vector<std::string> owners{"hub", "broker"};
    for (const AgencyCode& agency : order.agencies)
        owners.push_back(agency.text());
    for (const std::string& owner : owners) {
        files.push_back({owner + ".pem", false});
        files.push_back({owner + ".key", true});
    }
    if (!order.is_overwriting) {
        std::vector<std::string> names;
        for (const WrittenFile& file : files)
            names.push_back(file.name);
        if (auto free = check_nothing_there(order.folder, names, lang); !free)
            return free.error();
    }
    if (auto made = make_folder(order.folder, lang); !made)
        return made.error();

    const Identity authority =
        make_identity("LGSP Hub trial CA", KeyType::p256, order.days, nullptr, authority_extensions);
    if (!authority.key)
        return crypto_trouble(lang);
    const Overwrite overwrite = order.is_overwriting ? Overwrite::yes : Overwrite::no;
    if (auto written = write_file(order.folder / "ca.pem", certificate_pem(authority), 0644, overwrite, lang); !written)
        return written.error();
    for (const std::string& owner : owners) {
        const bool is_agency = owner != "hub" && owner != "broker";
        // Not every TLS stack of a broker takes Ed25519.
        const KeyType type = owner == "broker" ? KeyType::p256 : order.key_type;
        const Identity identity = is_agency
                                      ? make_identity(owner, type, order.days, &authority, agency_extensions)
                                      : make_identity(owner, type, order.days, &authority, server_extensions);
        if (!identity.key)
            return crypto_trouble(lang);
        if (auto written = write_identity(order, owner, identity, lang); !written)
            return written.error();
    }
    return files;
}

}  // namespace hub::ctl
