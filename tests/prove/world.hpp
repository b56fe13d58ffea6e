// A daemon's connections and its log, their clients, and whatever happens to them, all drawn from
// one seed, on a clock that only the world moves, and with a kernel whose calls fail.
//
// Sources: world.cpp, world_acts.cpp (what is done to a daemon), world_restart.cpp.
#pragma once

#include "daemon/connection/connection.hpp"
#include "daemon/connection/connection_context.hpp"
#include "daemon/log/event_log.hpp"
#include "tests/prove/client.hpp"
#include "tests/prove/disk.hpp"
#include "tests/prove/kernel.hpp"
#include "tests/prove/log_check.hpp"
#include "tests/prove/log_files.hpp"
#include "tests/prove/names.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/temporary_folder.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hark::prove {

// What can be done to a daemon, which is counted when it is.
enum class Act : std::uint8_t {
    rotate,
    remove,
    remove_folder,
    truncate,
    reload,
    restart,
    kill,
    cut_power,
    kick,
    set_clock,
    bad_weather,
    stay,  // instead of a restart, which was given up
};
inline constexpr std::size_t ACTS = 12;
[[nodiscard]] std::string_view name(Act act) noexcept;

class World {
   public:
    World(std::uint64_t seed, Bug bug);
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    ~World();

    // Something happens.
    void step();
    // Everything calms down; checks that all that was answered is in the log. Throws
    // std::runtime_error with what does not hold.
    void finish();

    [[nodiscard]] const Kernel& kernel() const noexcept { return kernel_; }
    [[nodiscard]] std::uint64_t count(Act act) const noexcept {
        return acts_[static_cast<std::size_t>(act)];
    }
    [[nodiscard]] std::uint64_t messages() const noexcept { return check_.messages(); }
    // A digest of all that the logs contain; the same for the same seed.
    [[nodiscard]] std::uint64_t digest() const noexcept { return check_.digest(); }

   private:
    // The parts of a daemon, as a Server has them.
    struct Daemon {
        Daemon(const Clock& clock, std::string name, const std::string& path, bool sync);
        void on_log_progress() noexcept;
        [[nodiscard]] Sink& sink() const { return *log.find(config.name()); }

        std::string run;
        EventLoop loop;
        EventLog log;
        SinkConfig config;
        std::unique_ptr<ConnectionContext> context;
        std::uint64_t last_connection = 0;
    };
    struct Peer {
        ConnectionName name;
        Client client;
    };

    [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    void begin_daemon();
    void end_daemon();
    void connect();
    void play(Peer& peer);
    void move_on();
    void act();
    [[nodiscard]] bool perform(Act act);
    [[nodiscard]] bool meddle(Act act);
    void kill();
    [[nodiscard]] bool restart();
    [[nodiscard]] bool part();
    void give_way();
    void rounds(int count);
    void pass(Duration time);
    void leave(Peer& peer);
    void calm_down();
    void note(Act act) noexcept { ++acts_[static_cast<std::size_t>(act)]; }

    Random random_;
    Disk disk_;
    Names names_;
    Kernel kernel_;
    test::TemporaryFolder folder_;
    test::ManualClock clock_;
    bool sync_;
    LogFiles files_;
    std::uint64_t runs_ = 0;
    std::unique_ptr<Daemon> daemon_;
    std::vector<std::unique_ptr<Peer>> peers_;
    std::map<ConnectionName, Told> told_;
    LogCheck check_;
    std::array<std::uint64_t, ACTS> acts_{};
};

}  // namespace hark::prove
