// A stream of NATS JetStream to write to, as the configuration describes it.
#pragma once

#include "common/nats/options.hpp"
#include "common/tls/context.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace hark {

struct StreamConfig {
    static constexpr std::uint32_t DEFAULT_REPLICAS = 3;

    std::string stream{};
    std::string subject{};  // this daemon is its only writer
    std::uint32_t replicas = DEFAULT_REPLICAS;
    nats::Options servers{};
    // Made from the files in `servers.tls`; null: they cannot be used.
    std::shared_ptr<const tls::ClientContext> tls{};
};

}  // namespace hark
