#include "common/sys/unique_fd.hpp"
#include "daemon/state/state_file.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace hark;

namespace {

constexpr int SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
constexpr std::size_t DIGEST = 32;
// Where the version is: after the magic.
constexpr std::size_t VERSION_AT = 16;

struct Word {
    std::string text;
};

template <typename Archive>
void describe(Archive& archive, Word& word) {
    word.text = archive.text(1, word.text, 1 << 20);
}

UniqueFd file_of(std::string_view bytes, int seals = SEALS) {
    UniqueFd file{memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING)};
    REQUIRE(::write(file.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    if (seals != 0) REQUIRE(fcntl(file.get(), F_ADD_SEALS, seals) == 0);
    return file;
}

std::string bytes_of(const UniqueFd& file) {
    struct stat status {};
    REQUIRE(fstat(file.get(), &status) == 0);
    std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
    REQUIRE(pread(file.get(), bytes.data(), bytes.size(), 0) == status.st_size);
    return bytes;
}

// With the digest of everything before it.
std::string digested(std::string bytes) {
    bytes.resize(bytes.size() - DIGEST);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    REQUIRE(EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr) == 1);
    return bytes.append(reinterpret_cast<const char*>(digest), size);
}

UniqueFd written(const std::vector<std::string>& texts) {
    StateFileWriter writer;
    std::uint8_t kind = 0;
    for (const std::string& text : texts) {
        Word word{text};
        writer.add(kind++, word);
    }
    return writer.finish();
}

std::vector<std::string> read(const StateFile& file) {
    std::vector<std::string> texts;
    std::size_t at = 0;
    for (StateFile::Section section{}; file.next(at, section);) {
        CHECK(section.kind == texts.size());
        Word word;
        StateReader reader{section.bytes};
        describe(reader, word);
        texts.push_back(word.text);
    }
    return texts;
}

std::string problem_with(UniqueFd file) {
    try {
        static_cast<void>(read(StateFile{std::move(file)}));
    } catch (const StateError& problem) {
        return problem.what();
    }
    return {};
}

}  // namespace

TEST_CASE("state file: sections come back in their order, with their kinds") {
    const std::vector<std::string> texts{"", "one", std::string(700'000, 'x'), "last"};
    CHECK(read(StateFile{written(texts)}) == texts);
    CHECK(read(StateFile{written({})}).empty());
}

TEST_CASE("state file: both sides name the same digest") {
    StateFileWriter writer;
    Word word{"text"};
    writer.add(1, word);
    const UniqueFd file = writer.finish();
    CHECK(writer.digest().size() == 2 * DIGEST);
    CHECK(StateFile{UniqueFd{dup(file.get())}}.digest() == writer.digest());
    StateFileWriter other;
    word.text = "texu";
    other.add(1, word);
    static_cast<void>(other.finish());
    CHECK(other.digest() != writer.digest());
}

TEST_CASE("state file: it is sealed, and closed by an exec") {
    const UniqueFd file = written({"text"});
    CHECK(fcntl(file.get(), F_GET_SEALS) == SEALS);
    CHECK((fcntl(file.get(), F_GETFD) & FD_CLOEXEC) != 0);
    CHECK(::pwrite(file.get(), "x", 1, 0) == -1);
    CHECK(ftruncate(file.get(), 0) == -1);
}

TEST_CASE("state file: whatever is damaged is refused") {
    const std::string bytes = bytes_of(written({"one", "two"}));
    CHECK(problem_with(file_of(bytes)).empty());
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        std::string damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ 1);
        CAPTURE(at);
        CHECK_FALSE(problem_with(file_of(damaged)).empty());
        CHECK_FALSE(problem_with(file_of(bytes.substr(0, at))).empty());
    }
    CHECK(problem_with(file_of(bytes + "x")) == "it is damaged");
}

TEST_CASE("state file: sections that are cut off, under a digest that is right") {
    const std::string bytes = bytes_of(written({"one", "two"}));
    const std::size_t end = bytes.size() - DIGEST;
    std::size_t refused = 0;
    for (std::size_t size = VERSION_AT + 4; size < end; ++size) {
        std::string cut = bytes.substr(0, size);
        const std::string problem = problem_with(file_of(digested(cut.append(DIGEST, '\0'))));
        if (problem.empty()) continue;
        ++refused;
        CHECK(problem == "a section is cut off");
    }
    // It may also end before the first section, or after it.
    CHECK(refused == end - (VERSION_AT + 4) - 2);
}

TEST_CASE("state file: versions that are newer, and none") {
    std::string bytes = bytes_of(written({}));
    bytes[VERSION_AT] = static_cast<char>(STATE_VERSION + 1);
    CHECK(problem_with(file_of(digested(bytes))) ==
          "it has version 2, and this harkd reads up to 1");
    // That is reported before the digest is checked, which such a version may do differently.
    CHECK(problem_with(file_of(bytes)) == "it has version 2, and this harkd reads up to 1");
    bytes[VERSION_AT] = 0;
    CHECK(problem_with(file_of(digested(bytes))) ==
          "it has version 0, and this harkd reads up to 1");
}

TEST_CASE("state file: others are none") {
    CHECK(problem_with(file_of("")) == "it is cut off");
    CHECK(problem_with(file_of(std::string(1000, 'x'))) == "it is no state of harkd");
    const std::string bytes = bytes_of(written({"text"}));
    CHECK(problem_with(file_of(bytes, 0)) == "it is no sealed file");
    for (const int missing : {F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE}) {
        CHECK(problem_with(file_of(bytes, SEALS & ~missing)) == "it is no sealed file");
    }
    int pipe[2];
    REQUIRE(::pipe(pipe) == 0);
    const UniqueFd writer{pipe[1]};
    CHECK(problem_with(UniqueFd{pipe[0]}) == "it is no sealed file");
    CHECK(problem_with(UniqueFd{}) == "it is no sealed file");
    CHECK(problem_with(UniqueFd{::open("/dev/null", O_RDONLY | O_CLOEXEC)}) ==
          "it is no sealed file");
}
