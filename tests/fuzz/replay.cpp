// Runs a fuzz target over a folder of files, and over each of them cut and damaged, with an ordinary compiler.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void feed(const std::string& octets) {
    (void)LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size());
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: " << argv[0] << " CORPUS_FOLDER\n";
        return 2;
    }
    constexpr int variations = 200;
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator{argv[1]}) {
        std::ifstream file{entry.path(), std::ios::binary};
        const std::string octets{std::istreambuf_iterator<char>{file}, {}};
        feed(octets);
        std::mt19937_64 random{files};
        for (int i = 0; i < variations && !octets.empty(); ++i) {
            feed(octets.substr(0, random() % octets.size()));
            std::string damaged = octets;
            for (int k = 0; k < 4; ++k)
                damaged[random() % damaged.size()] = static_cast<char>(random());
            feed(damaged);
        }
        ++files;
    }
    std::cout << files << " files, each with " << 2 * variations << " variations\n";
    return files == 0 ? 1 : 0;
}
