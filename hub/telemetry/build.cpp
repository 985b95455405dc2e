#include "hub/telemetry/build.hpp"

#include <boost/version.hpp>
#include <openssl/crypto.h>

#include <cstdint>
#include <cstring>
#include <elf.h>
#include <link.h>

namespace hub {
namespace {

std::string hex_of(const unsigned char* octets, std::size_t size) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < size; ++i)
        (text += digits[octets[i] >> 4U]) += digits[octets[i] & 0xFU];
    return text;
}

/// A note's parts stand on borders of four octets.
std::size_t padded(std::size_t size) { return (size + 3) / 4 * 4; }

std::string id_in_notes(const unsigned char* notes, std::size_t size) {
    for (std::size_t at = 0; at + sizeof(ElfW(Nhdr)) <= size;) {
        ElfW(Nhdr) note;
        std::memcpy(&note, notes + at, sizeof note);
        const std::size_t name = at + sizeof note, content = name + padded(note.n_namesz);
        at = content + padded(note.n_descsz);
        if (at > size)
            break;
        constexpr std::string_view gnu{"GNU\0", 4};
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == gnu.size() && std::memcmp(notes + name, gnu.data(), gnu.size()) == 0)
            return hex_of(notes + content, note.n_descsz);
    }
    return {};
}

/// The first that is told is the program itself.
int read_program(dl_phdr_info* program, std::size_t, void* id) {
    for (int i = 0; i < program->dlpi_phnum && static_cast<std::string*>(id)->empty(); ++i) {
        const auto& part = program->dlpi_phdr[i];
        if (part.p_type != PT_NOTE)
            continue;
        const auto at = program->dlpi_addr + part.p_vaddr;
        *static_cast<std::string*>(id) = id_in_notes(reinterpret_cast<const unsigned char*>(at), part.p_memsz);
    }
    return 1;
}

}  // namespace

Build build_of_this_program() {
    Build build;
    (void)dl_iterate_phdr(read_program, &build.id);
    build.compiler = std::string{"GCC "} + __VERSION__;
    build.boost = std::to_string(BOOST_VERSION / 100000) + "." + std::to_string(BOOST_VERSION / 100 % 1000) + "."
                  + std::to_string(BOOST_VERSION % 100);
    build.openssl = OpenSSL_version(OPENSSL_VERSION_STRING);
    return build;
}

}  // namespace hub
