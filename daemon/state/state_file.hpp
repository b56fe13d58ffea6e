// The state that one process leaves to the next, as a sealed file in memory: a header with the
// version, sections, each with a kind, and a digest (SHA-256) of all that. Sections are written and
// read one at a time, since there may be as many as there are connections.
//
// The reader trusts nothing: it checks the seals, the version and the digest before it reads the
// first section, and it checks every value that it reads (archive.hpp).
#pragma once

#include "common/sys/unique_fd.hpp"
#include "daemon/state/archive.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace hark {

// The version that is written; all versions from 1 to this one can be read.
inline constexpr std::uint32_t STATE_VERSION = 1;

class StateFileWriter {
   public:
    // Throws SystemError, as do the other members.
    StateFileWriter();
    ~StateFileWriter();
    StateFileWriter(const StateFileWriter&) = delete;
    StateFileWriter& operator=(const StateFileWriter&) = delete;

    template <typename Struct>
    void add(std::uint8_t kind, Struct& value) {
        section_.clear();
        StateWriter writer{section_};
        describe(writer, value);
        add_section(kind);
    }
    // The sealed file: close-on-exec. Nothing can be added after this.
    [[nodiscard]] UniqueFd finish();
    // The digest of the finished file, in hexadecimal digits.
    [[nodiscard]] const std::string& digest() const noexcept { return digest_text_; }

   private:
    class Digest;

    void add_section(std::uint8_t kind);
    void flush();

    UniqueFd file_;
    std::unique_ptr<Digest> digest_;
    std::string section_;
    std::string buffer_;
    std::string digest_text_;
};

class StateFile {
   public:
    // Takes ownership of `file`. Throws StateError if it is not a state that this version can read.
    explicit StateFile(UniqueFd file);

    struct Section {
        std::uint8_t kind;
        std::string_view bytes;  // lives as long as the file
    };
    // Gets the section at `at` and advances `at`, which starts at 0, past it. False at the end.
    // Throws StateError.
    [[nodiscard]] bool next(std::size_t& at, Section& section) const;
    // In hexadecimal digits.
    [[nodiscard]] std::string digest() const;

   private:
    // A mapping of the whole file, which cannot change, since it is sealed.
    class Mapping {
       public:
        explicit Mapping(const UniqueFd& file);
        ~Mapping();
        Mapping(const Mapping&) = delete;
        Mapping& operator=(const Mapping&) = delete;
        [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }

       private:
        std::string_view bytes_;
    };

    UniqueFd file_;
    Mapping mapping_;
    std::string_view digest_;
    std::string_view sections_;
};

}  // namespace hark
