// The state that the predecessor left to this process, read and checked.
#pragma once

#include "common/sys/unique_fd.hpp"
#include "daemon/config/config.hpp"
#include "daemon/config/options.hpp"
#include "daemon/confine/sandbox.hpp"
#include "daemon/server/server_state.hpp"
#include "daemon/state/state_file.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hark {

class Inheritance {
   public:
    // Reads all but the connections and their replies. Throws StateError.
    explicit Inheritance(UniqueFd file);

    [[nodiscard]] const DaemonState& daemon() const noexcept { return daemon_; }
    [[nodiscard]] const std::vector<ProfileState>& profiles() const noexcept { return profiles_; }
    [[nodiscard]] const std::vector<SinkHandover>& sinks() const noexcept { return sinks_; }
    [[nodiscard]] const std::vector<ListenerState>& listeners() const noexcept {
        return listeners_;
    }
    [[nodiscard]] const std::vector<AddressTable::Used>& used() const noexcept { return used_; }
    [[nodiscard]] const std::vector<ArrivalState>& arrivals() const noexcept { return arrivals_; }
    [[nodiscard]] const std::vector<int>& refused() const noexcept { return refused_; }

    // In the order in which they came. Throws StateError.
    void for_each_connection(const std::function<void(const ConnectionState&)>& visit) const;
    void for_each_reply(const std::function<void(const PendingReplyState&)>& visit) const;

    // The configuration that the predecessor left.
    [[nodiscard]] Config config(const Options& options) const;
    // What identifies the state.
    [[nodiscard]] std::string digest() const { return file_.digest(); }

    // Checks that all of it can be used here, as far as possible without taking it over. Throws
    // std::runtime_error, which says what cannot.
    void check(const Options& options) const;

   private:
    void read(const StateFile::Section& section);
    void check_connections() const;
    // Throws StateError if there is no charset `name` here.
    static void check_charset(CharsetDecoder& decoder, const std::string& name);

    StateFile file_;
    DaemonState daemon_;
    std::vector<ProfileState> profiles_;
    std::vector<SinkHandover> sinks_;
    std::vector<ListenerState> listeners_;
    std::vector<AddressTable::Used> used_;
    std::vector<ArrivalState> arrivals_;
    std::vector<int> refused_;
};

// Throws std::runtime_error if `config` asks for what a running process cannot change: another
// user, another sandbox, a log outside of its folders.
void require_unconfined(const Config& config, const Config& in_force, const Sandbox& sandbox);

}  // namespace hark
