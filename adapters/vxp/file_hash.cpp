#include "adapters/vxp/file_hash.hpp"

#include "adapters/edxml/octet_source.hpp"
#include "adapters/vxp/operations.hpp"

#include <openssl/evp.h>

#include <memory>

namespace hub::vxp {
namespace {

struct FreeDigest {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

constexpr std::size_t block_bytes = 64 * 1024;

}  // namespace

std::string hash_text(const Digest& digest, HashForm form) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const std::uint8_t octet : digest.octets) {
        if (form == HashForm::padded || octet >= 16)
            out += digits[octet >> 4];
        out += digits[octet & 15];
    }
    return out;
}

bool fits(std::string_view text, const Digest& digest, HashCheck check) {
    const auto is = [&](HashForm form) { return is_same_name(text, hash_text(digest, form)); };
    switch (check) {
    case HashCheck::ignored: return true;
    case HashCheck::sdk:     return is(HashForm::sdk);
    case HashCheck::padded:  return is(HashForm::padded);
    case HashCheck::either:  return text.empty() || is(HashForm::sdk) || is(HashForm::padded);
    }
    return false;
}

Result<FileMeasure> measure_file(const std::filesystem::path& file) {
    auto source = edxml::FileSource::open(file);
    if (!source)
        return source.error();
    const std::unique_ptr<EVP_MD_CTX, FreeDigest> context{EVP_MD_CTX_new()};
    bool is_ok = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
    const auto block = std::make_unique_for_overwrite<char[]>(block_bytes);
    FileMeasure measured;
    for (;;) {
        const auto got = source->read(block.get(), block_bytes);
        if (!got)
            return got.error();
        if (*got == 0)
            break;
        is_ok = is_ok && EVP_DigestUpdate(context.get(), block.get(), *got) == 1;
        measured.bytes += *got;
    }
    is_ok = is_ok && EVP_DigestFinal_ex(context.get(), measured.digest.octets.data(), nullptr) == 1;
    if (!is_ok)
        return Fault{Errc::internal, file.string(), "SHA-256"};
    return measured;
}

}  // namespace hub::vxp
