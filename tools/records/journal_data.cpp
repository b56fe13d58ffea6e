#include "tools/records/journal_data.hpp"

#include "common/sys/calls.hpp"
#include "common/sys/unique_fd.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <vector>

#include <endian.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <zstd.h>

namespace hark {

namespace {

// Where the fields that matter here are: see "Structure of header objects", "Objects" and "Data
// Objects" in the format's description. All numbers are little-endian.
constexpr std::size_t HEADER_FLAGS = 12;  // those that a reader must know
constexpr std::size_t HEADER_STATE = 16;
constexpr std::size_t HEADER_SIZE = 88;
constexpr std::size_t HEADER_HASH_TABLE = 104;  // of data: where, and how many bytes
constexpr std::size_t HEADER_LAST_OBJECT = 136;
constexpr std::size_t HEADER_OBJECTS = 144;  // how many there are
constexpr std::size_t HEADER_END = HEADER_OBJECTS + 8;
constexpr std::size_t OBJECT_FLAGS = 1;
constexpr std::size_t OBJECT_SIZE = 8;
constexpr std::size_t OBJECT_HEADER = 16;
constexpr std::size_t NEXT_IN_BUCKET = 24;
constexpr std::size_t BUCKET = 16;  // the first and the last object
constexpr std::size_t PAYLOAD = 64;
constexpr std::size_t COMPACT_PAYLOAD = 72;

constexpr std::uint64_t FILE_COMPACT = 1U << 4U;
// Compression with XZ, LZ4 or ZSTD, and another hash function.
constexpr std::uint64_t FILE_KNOWN = FILE_COMPACT | 0xFU;
constexpr char STATE_ONLINE = 1;
constexpr char TYPE_NONE = 0;
constexpr char TYPE_DATA = 1;
constexpr char TYPE_LAST = 7;
constexpr char OBJECT_COMPRESSED = 7;
constexpr char OBJECT_ZSTD = 4;

// The longest value that is decompressed: harkd's own are much shorter.
constexpr std::size_t LONGEST = std::size_t{256} * 1024;

std::uint32_t number32_at(const char* bytes) noexcept {
    std::uint32_t number = 0;
    std::memcpy(&number, bytes, sizeof number);
    return le32toh(number);
}

std::uint64_t number_at(const char* bytes) noexcept {
    std::uint64_t number = 0;
    std::memcpy(&number, bytes, sizeof number);
    return le64toh(number);
}

// The bytes of a file, mapped as libsystemd does: copying them would take as long as reading them.
class MappedFile {
   public:
    explicit MappedFile(const std::string& path) {
        const UniqueFd file{
            sys::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0)};
        // Read the header before the size: everything it refers to then exists, even if the file
        // grows meanwhile.
        if (!file || sys::pread(file.get(), header_.data(), HEADER_END, 0) !=
                         static_cast<ssize_t>(HEADER_END)) {
            return;
        }
        struct stat status {};
        if (sys::fstat(file.get(), status) < 0 || status.st_size <= 0) return;
        const auto size = static_cast<std::size_t>(status.st_size);
        void* const memory = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
        if (memory == MAP_FAILED) return;
        bytes_ = {static_cast<const char*>(memory), size};
        ::madvise(memory, size, MADV_SEQUENTIAL);
    }
    ~MappedFile() {
        if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
    }
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    MappedFile(MappedFile&&) = delete;
    MappedFile& operator=(MappedFile&&) = delete;

    // The first HEADER_END bytes, as they were when the file was opened; nullptr if it has fewer.
    [[nodiscard]] const char* header() const noexcept {
        return bytes_.empty() ? nullptr : header_.data();
    }
    // nullptr if the file has fewer.
    [[nodiscard]] const char* at(std::uint64_t place, std::size_t count) const noexcept {
        if (place > bytes_.size() || bytes_.size() - place < count) return nullptr;
        return bytes_.data() + place;
    }

   private:
    std::array<char, HEADER_END> header_{};
    std::string_view bytes_;
};

std::size_t field_of(std::string_view data, std::span<const std::string_view> fields) noexcept {
    const auto found = std::find_if(fields.begin(), fields.end(), [data](std::string_view field) {
        // The end of the name tells most of them apart.
        const std::size_t last = field.size() - 1;
        return data.size() > last && data[last] == '=' && data[last - 1] == field[last - 1] &&
               data.starts_with(field);
    });
    return static_cast<std::size_t>(found - fields.begin());
}

// Whether the hash table of data finds as many objects as there are. Each of them is either the
// first in its bucket or the next of another, once: so the sum of the places of objects is that of
// the pointers to them. `left_over`: the objects' places, less their own pointers.
bool is_hash_table_whole(const MappedFile& file, std::uint64_t left_over) noexcept {
    const std::uint64_t table = number_at(file.header() + HEADER_HASH_TABLE);
    const std::uint64_t size = number_at(file.header() + HEADER_HASH_TABLE + 8);
    const char* const buckets = file.at(table, size);
    if (buckets == nullptr) return false;
    for (std::uint64_t at = 0; at + BUCKET <= size; at += BUCKET) {
        left_over -= number_at(buckets + at);
    }
    return left_over == 0;
}

// Decompresses values; those of other fields only as far as it takes to tell.
class Zstd {
   public:
    explicit Zstd(std::span<const std::string_view> fields) : fields_{fields} {
        if (!state_) throw std::bad_alloc{};
    }

    // Valid until the next call. Empty if the value belongs to another field; nothing if it cannot
    // be decompressed, or is too long.
    [[nodiscard]] std::optional<std::string_view> value(std::string_view packed) {
        ::ZSTD_DCtx_reset(state_.get(), ZSTD_reset_session_only);
        ZSTD_inBuffer in{packed.data(), packed.size(), 0};
        ZSTD_outBuffer out{out_.data(), FIRST, 0};
        std::size_t left = 1;
        while (left != 0) {
            const std::size_t before = in.pos + out.pos;
            left = ::ZSTD_decompressStream(state_.get(), &out, &in);
            if (::ZSTD_isError(left) != 0) return std::nullopt;
            if (out.pos == out.size && out.size == FIRST) {
                if (field_of({out_.data(), FIRST}, fields_) == fields_.size()) return "";
                out.size = out_.size();
            } else if (in.pos + out.pos == before) {
                return std::nullopt;
            }
        }
        return std::string_view{out_.data(), out.pos};
    }

   private:
    static constexpr std::size_t FIRST = 64;  // longer than a field's name

    struct Free {
        void operator()(ZSTD_DCtx* state) const noexcept { ::ZSTD_freeDCtx(state); }
    };
    std::span<const std::string_view> fields_;
    std::unique_ptr<ZSTD_DCtx, Free> state_{::ZSTD_createDCtx()};
    std::vector<char> out_ = std::vector<char>(LONGEST);
};

}  // namespace

bool has_its_end(const std::string& path) {
    const MappedFile file{path};
    const char* const header = file.header();
    if (header == nullptr) return true;
    const std::uint64_t last = number_at(header + HEADER_LAST_OBJECT);
    if (last == 0) return true;  // it is empty
    const char* const object = file.at(last, OBJECT_HEADER);
    if (object == nullptr || *object == TYPE_NONE) return false;
    const std::uint64_t size = number_at(object + OBJECT_SIZE);
    return size >= OBJECT_HEADER && file.at(last, size) != nullptr;
}

JournalScan scan_journal_data(
    const std::string& path, std::span<const std::string_view> fields,
    const std::function<bool(std::size_t field, std::string_view value)>& take) {
    const MappedFile file{path};
    const char* const header = file.header();
    if (header == nullptr || !std::string_view{header, HEADER_END}.starts_with(JOURNAL_SIGNATURE)) {
        return JournalScan::unknown;
    }
    const std::uint64_t flags = number32_at(header + HEADER_FLAGS);
    if ((flags & ~FILE_KNOWN) != 0) return JournalScan::unknown;
    const std::size_t payload = (flags & FILE_COMPACT) != 0 ? COMPACT_PAYLOAD : PAYLOAD;
    const std::uint64_t last = number_at(header + HEADER_LAST_OBJECT);
    std::uint64_t left = number_at(header + HEADER_OBJECTS);
    std::uint64_t next = number_at(header + HEADER_SIZE);
    if (next < HEADER_END || last < next) return JournalScan::unknown;

    std::uint64_t left_over = 0;  // see is_hash_table_whole()
    std::optional<Zstd> zstd;     // only if there is something to decompress
    for (; next <= last; --left) {
        if (left == 0) return JournalScan::unknown;
        const std::uint64_t place = next;
        const char* object = file.at(place, OBJECT_HEADER);
        if (object == nullptr) return JournalScan::damaged;
        const char type = object[0];
        const auto how = static_cast<char>(object[OBJECT_FLAGS] & OBJECT_COMPRESSED);
        const std::uint64_t size = number_at(object + OBJECT_SIZE);
        if (type == TYPE_NONE || size < OBJECT_HEADER || size > INT64_MAX - place - 8) {
            return JournalScan::damaged;
        }
        if (type < 0 || type > TYPE_LAST) return JournalScan::unknown;
        constexpr std::uint64_t ALIGNMENT = 8;
        next = (place + size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
        if (type != TYPE_DATA) continue;
        if (size < payload) return JournalScan::damaged;

        object = file.at(place, size);
        if (object == nullptr) return JournalScan::damaged;
        left_over += place - number_at(object + NEXT_IN_BUCKET);
        if (fields.empty()) continue;
        std::string_view data{object + payload, size - payload};
        if (how != 0) {
            if (how != OBJECT_ZSTD) return JournalScan::unknown;
            if (!zstd) zstd.emplace(fields);
            const auto value = zstd->value(data);
            if (!value) return JournalScan::unknown;
            data = *value;
        }
        const std::size_t field = field_of(data, fields);
        if (field == fields.size()) continue;
        if (!take(field, data.substr(fields[field].size()))) return JournalScan::stopped;
    }
    if (left != 0) return JournalScan::unknown;
    if (header[HEADER_STATE] == STATE_ONLINE || is_hash_table_whole(file, left_over)) {
        return JournalScan::whole;
    }
    // If the file was written to meanwhile, its table is ahead of the header that was read.
    const char* const now = file.at(0, HEADER_END);
    const bool is_same = now != nullptr && std::memcmp(now, header, HEADER_END) == 0;
    return is_same ? JournalScan::damaged : JournalScan::whole;
}

}  // namespace hark
