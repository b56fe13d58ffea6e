// What a stream must be so that an acknowledgement means what harkd makes of it.
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
// The same of a server.
[[nodiscard]] std::string why_unfit(const nats::ServerInfo& server);

// What people should know although it can be used, if anything.
[[nodiscard]] std::string caution(const nats::StreamDescription& stream,
                                  const nats::ServerInfo& server);

// The most text that a batch may have, in bytes.
[[nodiscard]] std::size_t max_batch(const nats::StreamDescription& stream,
                                    const nats::ServerInfo& server) noexcept;

// A record has at most so many bytes, with its LF, and each stream and server that is fit takes
// that. Those of messages have less: 1024 bytes, each of which becomes six at most, and those in
// base64.
inline constexpr std::size_t MAX_STREAM_RECORD = 12 << 10;

}  // namespace hark
