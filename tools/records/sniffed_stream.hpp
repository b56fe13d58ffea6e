// A stream whose first bytes tell whether it is compressed.
#pragma once

#include "tools/records/byte_stream.hpp"

#include <memory>
#include <string>

namespace hark {

class SniffedStream final : public ByteStream {
   public:
    explicit SniffedStream(std::unique_ptr<ByteStream> from) noexcept : from_{std::move(from)} {}
    [[nodiscard]] ssize_t read(char* into, std::size_t size) override;

   private:
    std::unique_ptr<ByteStream> from_;
    std::string begin_;                  // read to find out
    std::unique_ptr<ByteStream> found_;  // once that is known; `from_` then belongs to it
};

}  // namespace hark
