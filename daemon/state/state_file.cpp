#include "daemon/state/state_file.hpp"

#include "common/sys/calls.hpp"
#include "common/sys/error.hpp"
#include "common/text/hex.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <openssl/evp.h>
#include <sys/mman.h>

namespace hark {

namespace {

constexpr std::string_view MAGIC = "harkd's state\r\n\x1a";
constexpr std::size_t NUMBER_BYTES = 4;
constexpr std::size_t HEADER_BYTES = MAGIC.size() + NUMBER_BYTES;
constexpr std::size_t SECTION_HEADER_BYTES = 1 + NUMBER_BYTES;
constexpr std::size_t DIGEST_BYTES = 32;
constexpr std::size_t WRITTEN_AT_ONCE = 256 << 10;
constexpr int SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

[[noreturn]] void fail(int error) {
    throw SystemError{error, N_("cannot write the state")};
}

// In the byte order of the machine, which stays the same.
void append_number(std::string& into, std::uint32_t number) {
    char bytes[NUMBER_BYTES];
    std::memcpy(bytes, &number, sizeof bytes);
    into.append(bytes, sizeof bytes);
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) noexcept {
    std::uint32_t number = 0;
    std::memcpy(&number, bytes.data() + at, sizeof number);
    return number;
}

}  // namespace

class StateFileWriter::Digest {
   public:
    Digest() : context_{EVP_MD_CTX_new(), &EVP_MD_CTX_free} {
        if (context_ == nullptr || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) {
            fail(ENOMEM);
        }
    }
    void add(std::string_view bytes) {
        if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) fail(ENOMEM);
    }
    [[nodiscard]] std::string finish() {
        std::string digest(DIGEST_BYTES, '\0');
        if (EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()),
                               nullptr) != 1) {
            fail(ENOMEM);
        }
        return digest;
    }

   private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

StateFileWriter::StateFileWriter()
    : file_{sys::memfd_create("harkd-state")}, digest_{std::make_unique<Digest>()} {
    if (!file_) fail(-file_.get());
    buffer_.append(MAGIC);
    append_number(buffer_, STATE_VERSION);
}

StateFileWriter::~StateFileWriter() = default;

void StateFileWriter::add_section(std::uint8_t kind) {
    buffer_.push_back(static_cast<char>(kind));
    append_number(buffer_, static_cast<std::uint32_t>(section_.size()));
    buffer_.append(section_);
    if (buffer_.size() >= WRITTEN_AT_ONCE) flush();
}

void StateFileWriter::flush() {
    digest_->add(buffer_);
    for (std::string_view left = buffer_; !left.empty();) {
        const ssize_t count = sys::write(file_.get(), left.data(), left.size());
        if (count <= 0) fail(count == 0 ? ENOSPC : static_cast<int>(-count));
        left.remove_prefix(static_cast<std::size_t>(count));
    }
    buffer_.clear();
}

UniqueFd StateFileWriter::finish() {
    flush();
    const std::string digest = digest_->finish();
    append_hex(digest_text_, digest);
    if (sys::write(file_.get(), digest.data(), digest.size()) !=
        static_cast<ssize_t>(digest.size())) {
        fail(EIO);
    }
    if (fcntl(file_.get(), F_ADD_SEALS, SEALS) != 0) fail(errno);
    return std::move(file_);
}

StateFile::StateFile(UniqueFd file) : file_{std::move(file)}, mapping_{file_} {
    const std::string_view bytes = mapping_.bytes();
    if (!bytes.starts_with(MAGIC)) throw StateError{"it is no state of harkd"};
    const std::uint32_t version = number_at(bytes, MAGIC.size());
    if (version == 0 || version > STATE_VERSION) {
        throw StateError{fmt::format("it has version {}, and this harkd reads up to {}", version,
                                     STATE_VERSION)};
    }
    const std::string_view digested = bytes.substr(0, bytes.size() - DIGEST_BYTES);
    digest_ = bytes.substr(digested.size());
    unsigned char found[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_Digest(digested.data(), digested.size(), found, &size, EVP_sha256(), nullptr) != 1 ||
        digest_ != std::string_view{reinterpret_cast<const char*>(found), size}) {
        throw StateError{"it is damaged"};
    }
    sections_ = digested.substr(HEADER_BYTES);
}

StateFile::Mapping::Mapping(const UniqueFd& file) {
    const int seals = fcntl(file.get(), F_GET_SEALS);
    if (seals < 0 || (seals & SEALS) != SEALS) {
        throw StateError{"it is no sealed file"};
    }
    struct stat status {};
    if (sys::fstat(file.get(), status) < 0 ||
        status.st_size < static_cast<off_t>(HEADER_BYTES + DIGEST_BYTES)) {
        throw StateError{"it is cut off"};
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    void* const memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (memory == MAP_FAILED) throw StateError{errno_text(errno)};
    bytes_ = {static_cast<const char*>(memory), size};
}

StateFile::Mapping::~Mapping() {
    ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

bool StateFile::next(std::size_t& at, Section& section) const {
    if (at == sections_.size()) return false;
    if (sections_.size() - at < SECTION_HEADER_BYTES) throw StateError{"a section is cut off"};
    const std::size_t size = number_at(sections_, at + 1);
    const auto kind = static_cast<std::uint8_t>(sections_[at]);
    at += SECTION_HEADER_BYTES;
    if (size > sections_.size() - at) throw StateError{"a section is cut off"};
    section = {kind, sections_.substr(at, size)};
    at += size;
    return true;
}

std::string StateFile::digest() const {
    std::string text;
    append_hex(text, digest_);
    return text;
}

}  // namespace hark
