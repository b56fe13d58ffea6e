// What the next process gets: everything that this one knows, except TLS sessions and operators'
// connections.
#include "daemon/connection/connection.hpp"
#include "daemon/server/server.hpp"
#include "daemon/state/state_file.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace hark {

namespace {

constexpr std::size_t PAGE = 1024;

class StateBuilder {
   public:
    template <typename Struct>
    void add(StateSection section, Struct value) {
        file_.add(static_cast<std::uint8_t>(section), value);
    }
    void inherit(int fd) { inherited_.push_back(fd); }
    // The index of a profile, which is written on first use.
    [[nodiscard]] std::uint32_t place_of(const ListenerProfile& profile,
                                         const CharsetDecoder& decoder) {
        const auto [known, is_new] =
            profiles_.try_emplace(&profile, static_cast<std::uint32_t>(profiles_.size()));
        if (is_new) {
            add(StateSection::profile,
                ProfileState{profile, std::string{decoder.name(profile.charset)}});
        }
        return known->second;
    }
    [[nodiscard]] StateFileWriter& file() noexcept { return file_; }
    [[nodiscard]] std::vector<int>& inherited() noexcept { return inherited_; }

   private:
    StateFileWriter file_;
    std::vector<int> inherited_;
    std::unordered_map<const ListenerProfile*, std::uint32_t> profiles_;
};

}  // namespace

DaemonState Server::daemon_state() const {
    DaemonState daemon{.version = HARK_VERSION,
                       .run = run_,
                       .started = started_,
                       .frozen = loop_.now() + loop_.worked(),
                       .stood_still = context_->clock.stood_still(),
                       .restarts = restarts_,
                       .last_connection = last_connection_,
                       .last_record = log_.appended(),
                       .counters = context_->counters,
                       .refusals_left_out = refusal_records_.left_out(),
                       .accept_failures = accept_failures_,
                       .tail_dropped = control_ == nullptr ? 0 : control_->tail_dropped(),
                       .level = level_,
                       .has_config = next_config_.has_value(),
                       .config_name = next_config_ ? next_config_->name : std::string{},
                       .config_text = next_config_ ? next_config_->text : std::string{},
                       .user = config_.user,
                       .sandbox = config_.sandbox,
                       .core_dumps = config_.core_dumps,
                       .left_root = left_root_,
                       .program = program_.path,
                       .manager_address = systemd_.manager().address,
                       .watchdog = systemd_.manager().watchdog};
    for (const auto& [name, count] : context_->counters.in_others) {
        daemon.charsets.push_back({std::string{name}, count});
    }
    for (const auto& [reason, count] : admission_.counts()) {
        daemon.refusals.push_back({reason, count});
    }
    if (const auto folders = sandbox_.writable_folders()) {
        daemon.writing_is_limited = true;
        daemon.writable_folders = *folders;
    }
    if (control_ != nullptr) daemon.control = control_->socket().left();
    for (const ActivatedSocket& socket : sockets_) {
        daemon.passed.push_back({socket.name, socket.address});
    }
    return daemon;
}

Server::WrittenState Server::write_state() {
    StateBuilder state;
    const CharsetDecoder& decoder = context_->decoder;
    const DaemonState daemon = daemon_state();
    if (daemon.control) state.inherit(daemon.control->fd);
    state.add(StateSection::daemon, daemon);
    for (SinkHandover& sink : log_.hand_over(config_.sinks)) {
        if (sink.fd >= 0) state.inherit(sink.fd);
        state.add(StateSection::sink, std::move(sink));
    }
    for (const auto& listener : listeners_) {
        const ListenerConfig& config = listener->config();
        ListenerState into{.fd = listener->fd(),
                           .address = config.address,
                           .profile = state.place_of(listener->profile(), decoder),
                           .plain = !config.tls && config.proxies.empty()};
        if (config.activated) into.passed = static_cast<std::uint32_t>(*config.activated);
        state.inherit(into.fd);
        state.add(StateSection::listener, into);
    }
    for (const AddressTable::Used& used : context_->addresses.used()) {
        state.add(StateSection::used_address, used);
    }
    arrivals_.hand_over([&](ArrivalState arrival, const Entrance& entrance) {
        const auto listener = std::ranges::find_if(
            listeners_, [&](const auto& each) { return each->is_at(*entrance.config); });
        if (listener == listeners_.end()) return;
        arrival.listener = static_cast<std::uint32_t>(listener - listeners_.begin());
        state.inherit(arrival.fd);
        state.add(StateSection::arrival, std::move(arrival));
    });
    for (const int fd : refusals_.sockets()) {
        state.inherit(fd);
        state.add(StateSection::refused, RefusedSocket{fd});
    }
    const ConnectionIndex& index = context_->connections.index();
    for (std::uint64_t after = 0;;) {
        const std::vector<Connection*> page = index.page(after, PAGE);
        for (Connection* connection : page) {
            after = connection->number();
            if (!connection->can_travel()) continue;
            ConnectionState into =
                connection->state(state.place_of(connection->profile(), decoder));
            state.inherit(into.fd);
            state.add(StateSection::connection, std::move(into));
        }
        if (page.size() < PAGE) break;
    }
    for (const PendingReply& reply : context_->replies.pending()) {
        if (reply.to->is_over() || !reply.to->can_travel()) continue;
        state.add(StateSection::reply, PendingReplyState{.to = reply.to->number(),
                                                         .record = reply.record,
                                                         .message = reply.message,
                                                         .count = reply.count,
                                                         .kind = reply.kind});
    }
    UniqueFd file = state.file().finish();
    state.inherit(file.get());
    return {.file = std::move(file),
            .digest = state.file().digest(),
            .inherited = std::move(state.inherited())};
}

}  // namespace hark
