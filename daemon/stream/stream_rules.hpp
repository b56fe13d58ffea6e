// What a stream must be like so that an acknowledgement means what harkd takes it to mean.
#pragma once

#include "common/nats/answers.hpp"
#include "common/nats/server_info.hpp"
#include "common/stream/stream_config.hpp"

#include <string>
#include <string_view>

namespace hark {

// Why records must not be written to it; empty: they may.
[[nodiscard]] std::string why_unfit(const nats::StreamDescription& stream,
                                    const StreamConfig& config);
// The same for a server.
[[nodiscard]] std::string why_unfit(const nats::ServerInfo& server);

// What operators should know even though the stream can be used; empty: nothing.
[[nodiscard]] std::string caution(const nats::StreamDescription& stream,
                                  const nats::ServerInfo& server);

// The most text that a batch may have, in bytes.
[[nodiscard]] std::size_t max_batch(const nats::StreamDescription& stream,
                                    const nats::ServerInfo& server) noexcept;

// The largest size of a record in bytes, with its LF, which every fit stream and server accepts.
// Records of messages are smaller: 1024 bytes, each of which becomes at most six, and the same
// bytes in base64.
inline constexpr std::size_t MAX_STREAM_RECORD = 12 << 10;

}  // namespace hark
