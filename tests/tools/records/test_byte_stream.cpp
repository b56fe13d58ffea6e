#include "tools/records/byte_stream.hpp"
#include "tools/records/sniffed_stream.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::string_literals;

namespace {

// Gives a few bytes at a time, and sometimes none yet.
class Trickle final : public ByteStream {
   public:
    explicit Trickle(std::string bytes) : bytes_{std::move(bytes)} {}
    [[nodiscard]] ssize_t read(char* into, std::size_t size) override {
        if (++calls_ % 3 == 0) return -EAGAIN;
        const std::size_t count = bytes_.copy(into, std::min<std::size_t>(size, 2));
        bytes_.erase(0, count);
        return static_cast<ssize_t>(count);
    }

   private:
    std::string bytes_;
    int calls_ = 0;
};

std::string all_of(const std::string& bytes) {
    SniffedStream stream{std::make_unique<Trickle>(bytes)};
    std::string all;
    std::array<char, 100> some{};
    for (;;) {
        const ssize_t got = stream.read(some.data(), some.size());
        if (got == -EAGAIN) continue;
        if (got < 0) return all + "!";
        if (got == 0) return all;
        all.append(some.data(), static_cast<std::size_t>(got));
    }
}

// "hi\n", compressed.
const std::string GZIP =
    "\x1f\x8b\x08\0\0\0\0\0\0\x03\xcb\xc8\xe4\x02\0\x7a\x7a\x6f\xed\x03\0\0\0"s;
const std::string ZSTD = "\x28\xb5\x2f\xfd\x20\x03\x19\0\0hi\n"s;

}  // namespace

TEST_CASE("what begins as nothing known is read as it is") {
    for (const std::string& bytes : {""s, "a"s, "hello, all of you\n"s, "\x1f"s}) {
        CHECK(all_of(bytes) == bytes);
    }
}

TEST_CASE("compressed streams, one or several, with zeros behind them") {
    for (const std::string& packed : {GZIP, ZSTD}) {
        CHECK(all_of(packed) == "hi\n");
        CHECK(all_of(packed + packed) == "hi\nhi\n");
        CHECK(all_of(packed + "\0\0\0\0\0"s) == "hi\n");
        CHECK(all_of(packed + "garbage") == "hi\n!");
        CHECK(all_of(packed.substr(0, packed.size() - 2)).ends_with("!"));
    }
}

TEST_CASE("compression by name") {
    CHECK(compression_of_name("a.gz") == Compression::gzip);
    CHECK(compression_of_name("a.zst") == Compression::zstd);
    CHECK(compression_of_name("a.xz") == Compression::xz);
    CHECK(compression_of_name("a.gz.1") == Compression::none);
}
