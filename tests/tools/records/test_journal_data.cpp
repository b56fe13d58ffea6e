#include "tests/support/temporary_folder.hpp"
#include "tools/records/journal_data.hpp"

#include <array>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <zstd.h>

using namespace hark;
using namespace std::string_literals;

namespace {

constexpr char DATA_OBJECT = 1;
constexpr char ENTRY_OBJECT = 3;
constexpr char BY_XZ = 1;
constexpr char BY_ZSTD = 4;

std::string little_endian(std::uint64_t number, std::size_t size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) {
        bytes += static_cast<char>(number & 0xFFU);
        number >>= 8U;
    }
    return bytes;
}

std::string compressed(const std::string& text) {
    std::string packed(::ZSTD_compressBound(text.size()), '\0');
    packed.resize(::ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
    return packed;
}

// Makes a journal file of what is added to it.
class File {
   public:
    explicit File(bool compact = false) : compact_{compact} {}

    void add(char type, char flags, const std::string& payload) {
        const std::size_t head = type == DATA_OBJECT ? (compact_ ? 72 : 64) : 16;
        last_ = HEADER + objects_.size();
        if (type == DATA_OBJECT) data_.push_back(last_);
        ++count_;
        objects_ += std::string{type, flags} + std::string(6, '\0');
        objects_ += little_endian(head + payload.size(), 8);
        objects_.resize(objects_.size() + head - 16);
        objects_ += payload;
        while (objects_.size() % 8 != 0) objects_ += '\0';
    }
    // As it is while it is written to: nothing is known of its hash table then.
    [[nodiscard]] std::string bytes() const { return header(1, 0) + objects_; }
    // As it is afterwards, with all data in its hash table: each value has a bucket.
    [[nodiscard]] std::string closed_bytes() const {
        std::string table;
        for (const std::size_t place : data_) {
            table += little_endian(place, 8) + little_endian(place, 8);
        }
        return header(0, table.size()) + objects_ + table;
    }

   private:
    [[nodiscard]] std::string header(char state, std::size_t table_size) const {
        std::string header = "LPKSHHRH"s + std::string(4, '\0');
        header += little_endian(compact_ ? 0x1C : 0xC, 4);
        header += state;
        header.resize(88);
        header += little_endian(HEADER, 8);
        header.resize(104);
        header += little_endian(HEADER + objects_.size(), 8);
        header += little_endian(table_size, 8);
        header.resize(136);
        header += little_endian(last_, 8);
        header += little_endian(count_, 8);
        header.resize(HEADER);
        return header;
    }

    static constexpr std::size_t HEADER = 272;

    bool compact_;
    std::string objects_;
    std::vector<std::size_t> data_;
    std::size_t last_ = 0;
    std::size_t count_ = 0;
};

struct Scanned {
    JournalScan result;
    std::vector<std::string> texts;
    std::vector<std::string> parts;
};

Scanned scanned(const std::string& bytes, std::size_t most = SIZE_MAX) {
    const test::TemporaryFolder folder;
    const std::string path = folder / "a.journal";
    test::write_file(path, bytes);
    constexpr std::array<std::string_view, 2> FIELDS{"TEXT=", "PART="};
    Scanned scan{};
    scan.result = scan_journal_data(path, FIELDS, [&](std::size_t field, std::string_view value) {
        (field == 0 ? scan.texts : scan.parts).emplace_back(value);
        return --most != 0;
    });
    return scan;
}

}  // namespace

TEST_CASE("the values of the fields, in both layouts of a file") {
    for (const bool compact : {false, true}) {
        File file{compact};
        file.add(DATA_OBJECT, 0, "TEXT=one");
        file.add(ENTRY_OBJECT, 0, std::string(64, 'e'));
        file.add(DATA_OBJECT, 0, "OTHER=TEXT=no");
        file.add(DATA_OBJECT, 0, "PART=1");
        file.add(DATA_OBJECT, 0, "TEXT=");
        file.add(DATA_OBJECT, 0, "TEXT=two\nlines\0"s);
        const Scanned scan = scanned(file.bytes());
        CHECK(scan.result == JournalScan::whole);
        CHECK(scan.texts == std::vector{"one"s, ""s, "two\nlines\0"s});
        CHECK(scan.parts == std::vector{"1"s});
        const Scanned first = scanned(file.bytes(), 1);
        CHECK(first.result == JournalScan::stopped);
        CHECK(first.texts == std::vector{"one"s});
    }
}

TEST_CASE("many values, and long ones") {
    File file;
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < 3000; ++i) {
        texts.push_back(std::to_string(i) + std::string(i % 700, 'x'));
        file.add(DATA_OBJECT, 0, "TEXT=" + texts.back());
    }
    texts.emplace_back(400'000, 'y');
    file.add(DATA_OBJECT, 0, "TEXT=" + texts.back());
    // Another program's values are skipped, however long.
    file.add(DATA_OBJECT, 0, "CORE=" + std::string(2'000'000, 'z'));
    texts.emplace_back("last");
    file.add(DATA_OBJECT, 0, "TEXT=last");
    const Scanned scan = scanned(file.bytes());
    CHECK(scan.result == JournalScan::whole);
    CHECK(scan.texts == texts);
}

TEST_CASE("compressed values") {
    File file;
    const std::vector<std::string> texts{std::string(59, 'a'), std::string(10'000, 'b'), "c"};
    for (const std::string& text : texts)
        file.add(DATA_OBJECT, BY_ZSTD, compressed("TEXT=" + text));
    file.add(DATA_OBJECT, BY_ZSTD, compressed("CORE=" + std::string(2'000'000, 'z')));
    file.add(DATA_OBJECT, BY_ZSTD, compressed("PART=12"));
    const Scanned scan = scanned(file.bytes());
    CHECK(scan.result == JournalScan::whole);
    CHECK(scan.texts == texts);
    CHECK(scan.parts == std::vector{"12"s});
}

TEST_CASE("what it cannot read for certain is left to libsystemd") {
    File file;
    file.add(DATA_OBJECT, 0, "TEXT=one");
    SUBCASE("a value compressed in another way") {
        file.add(DATA_OBJECT, BY_XZ, "some");
    }
    SUBCASE("a damaged compressed value") {
        file.add(DATA_OBJECT, BY_ZSTD, "some");
    }
    SUBCASE("a torn compressed value") {
        file.add(DATA_OBJECT, BY_ZSTD, compressed("TEXT=" + std::string(500, 'a')).substr(0, 12));
    }
    SUBCASE("a compressed value that is too long") {
        file.add(DATA_OBJECT, BY_ZSTD, compressed("TEXT=" + std::string(300'000, 'a')));
    }
    SUBCASE("an object of an unknown type") {
        file.add(9, 0, "some");
    }
    CHECK(scanned(file.bytes()).result == JournalScan::unknown);
}

TEST_CASE("damaged files") {
    File file;
    file.add(DATA_OBJECT, 0, "TEXT=one");
    file.add(DATA_OBJECT, 0, "TEXT=two");
    const std::string whole = file.bytes();
    CHECK(scanned(whole).result == JournalScan::whole);
    CHECK(scanned("").result == JournalScan::unknown);
    for (std::size_t size = 0; size < whole.size() - 8; size += 7) {
        const JournalScan expected = size < 152 ? JournalScan::unknown : JournalScan::damaged;
        CHECK(scanned(whole.substr(0, size)).result == expected);
    }
    const auto with = [&](std::size_t place, const std::string& bytes) {
        return scanned(std::string{whole}.replace(place, bytes.size(), bytes)).result;
    };
    CHECK(with(0, "X") == JournalScan::unknown);
    CHECK(with(12, "\x20") == JournalScan::unknown);  // a flag of the future
    CHECK(with(88, std::string(8, '\0')) == JournalScan::unknown);
    CHECK(with(136, std::string(8, '\xFF')) == JournalScan::unknown);
    CHECK(with(136, little_endian(272, 8)) == JournalScan::unknown);
    for (const std::uint64_t objects : {0U, 1U, 3U}) {
        CHECK(with(144, little_endian(objects, 8)) == JournalScan::unknown);
    }
    for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{15}, std::uint64_t{60},
                                     std::uint64_t{1} << 40U, UINT64_MAX, UINT64_MAX - 272}) {
        CHECK(with(272 + 8, little_endian(size, 8)) == JournalScan::damaged);
    }
    CHECK(with(272, std::string(16, '\0')) == JournalScan::damaged);
    constexpr std::array<std::string_view, 1> FIELDS{"TEXT="};
    CHECK(scan_journal_data("/nonexistent/file", FIELDS, [](std::size_t, std::string_view) {
              return true;
          }) == JournalScan::unknown);
}

TEST_CASE("damage of the index") {
    for (const bool compact : {false, true}) {
        File file{compact};
        file.add(DATA_OBJECT, 0, "TEXT=one");
        file.add(ENTRY_OBJECT, 0, std::string(64, 'e'));
        file.add(DATA_OBJECT, 0, "TEXT=two");
        const std::string whole = file.closed_bytes();
        CHECK(scanned(whole).result == JournalScan::whole);
        for (const std::size_t bucket : {whole.size() - 32, whole.size() - 16}) {
            CHECK(scanned(std::string{whole}.replace(bucket, 8, 8, '\0')).result ==
                  JournalScan::damaged);
        }
        // A value that the other one's bucket leads to, and one that nothing leads to.
        std::string chained = whole;
        chained.replace(272 + 24, 8, whole.substr(whole.size() - 16, 8));
        CHECK(scanned(chained).result == JournalScan::damaged);
        chained.replace(whole.size() - 16, 8, 8, '\0');
        CHECK(scanned(chained).result == JournalScan::whole);
        CHECK(scanned(std::string{whole}.replace(104, 8, 8, '\xFF')).result ==
              JournalScan::damaged);
        CHECK(scanned(std::string{whole}.replace(112, 8, 8, '\xFF')).result ==
              JournalScan::damaged);
    }
}

TEST_CASE("whether a file has its end") {
    const test::TemporaryFolder folder;
    const std::string path = folder / "a.journal";
    const auto has_end = [&](const std::string& bytes) {
        test::write_file(path, bytes);
        return has_its_end(path);
    };
    File file;
    CHECK(has_end(file.bytes()));
    file.add(DATA_OBJECT, 0, "TEXT=one");
    file.add(DATA_OBJECT, 0, "TEXT=two");
    const std::string whole = file.bytes();
    CHECK(has_end(whole));
    CHECK_FALSE(has_end(whole.substr(0, whole.size() - 10)));
    CHECK_FALSE(has_end(whole.substr(0, whole.size() - 100)));
    CHECK_FALSE(has_end(whole.substr(0, whole.size() - 80) + std::string(80, '\0')));
    CHECK(has_end(""));
    CHECK(has_its_end("/nonexistent/file"));
}
