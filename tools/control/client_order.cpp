#include "tools/control/client_order.hpp"

#include <algorithm>
#include <array>

namespace hark {

namespace {

constexpr std::array<std::string_view, 7> NAMES{"id",       "peer",  "age",   "idle",
                                                "messages", "bytes", "unread"};

bool is_before(const ClientStatus& a, const ClientStatus& b, ClientColumn by) noexcept {
    switch (by) {
        case ClientColumn::id:
            return a.id < b.id;
        case ClientColumn::peer:
            return a.peer < b.peer;
        case ClientColumn::age:
            return a.age < b.age;
        case ClientColumn::idle:
            return a.idle < b.idle;
        case ClientColumn::messages:
            return a.messages < b.messages;
        case ClientColumn::bytes:
            return a.bytes < b.bytes;
        case ClientColumn::unread:
            return a.unread_replies < b.unread_replies;
    }
    return false;
}

}  // namespace

std::optional<ClientColumn> client_column(std::string_view name) noexcept {
    for (std::size_t i = 0; i < NAMES.size(); ++i) {
        if (name == NAMES[i]) return static_cast<ClientColumn>(i);
    }
    return std::nullopt;
}

std::span<const std::string_view> client_columns() noexcept {
    return NAMES;
}

void sort_clients(std::vector<ClientStatus>& clients, ClientColumn by, bool descending) {
    std::sort(clients.begin(), clients.end(),
              [by, descending](const ClientStatus& a, const ClientStatus& b) {
                  const bool before = is_before(a, b, by);
                  const bool behind = is_before(b, a, by);
                  if (before == behind) return a.id < b.id;
                  return descending ? behind : before;
              });
}

}  // namespace hark
