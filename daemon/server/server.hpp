// The daemon as a whole: its components, admission, and its reactions to signals.
//
// Sources: server.cpp (start, the log's state), server_admission.cpp, server_tls.cpp,
// server_confinement.cpp, server_reload.cpp, server_stop.cpp, server_control.cpp,
// server_restart.cpp (how a restart proceeds), server_handover.cpp (what the next process gets),
// server_resume.cpp (what this one got).
#pragma once

#include "common/loop/event_loop.hpp"
#include "common/loop/signal_watch.hpp"
#include "common/stats/rate_meter.hpp"
#include "common/sys/status.hpp"
#include "daemon/config/config.hpp"
#include "daemon/config/options.hpp"
#include "daemon/confine/privileges.hpp"
#include "daemon/confine/sandbox.hpp"
#include "daemon/connection/connection_context.hpp"
#include "daemon/control/control_server.hpp"
#include "daemon/listen/activated_sockets.hpp"
#include "daemon/listen/admission.hpp"
#include "daemon/listen/arrivals.hpp"
#include "daemon/listen/listener.hpp"
#include "daemon/listen/refusal_records.hpp"
#include "daemon/listen/refusals.hpp"
#include "daemon/log/diagnostics.hpp"
#include "daemon/log/event_log.hpp"
#include "daemon/restart/program.hpp"
#include "daemon/restart/trial.hpp"
#include "daemon/server/inheritance.hpp"
#include "daemon/server/round_times.hpp"
#include "daemon/server/systemd_notifier.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hark {

class Server final : private ListenerOwner, private ArrivalsOwner, private ControlOwner {
   public:
    // Binds the addresses that have no activated socket, becomes `account`, if any, and opens the
    // logs and the control socket. Throws std::runtime_error.
    Server(EventLoop& loop, Program program, Options options, Config config,
           const std::optional<Account>& account, std::vector<ActivatedSocket> sockets);
    // Goes on with what the predecessor left. Throws only if this machine lacks something; what can
    // no longer be opened is reported, and the rest goes on.
    Server(EventLoop& loop, Program program, Options options, Config config,
           const Inheritance& inheritance);

    // Serves until a signal stops it. Returns the exit status.
    [[nodiscard]] int run();

   private:
    // What a start finds, or a predecessor has left.
    struct Beginning {
        std::string run;
        TimePoint started;
        std::optional<SystemdNotifier::Manager> manager{};
        std::uint64_t messages = 0;
        std::uint64_t bytes = 0;
    };
    Server(EventLoop& loop, Program program, Options options, Config config,
           const Beginning& beginning);

    void on_accepted(const Listener& listener, UniqueFd socket,
                     const SocketAddress& peer) noexcept override;
    void on_overrun(const Listener& listener, UniqueFd socket,
                    const SocketAddress& peer) noexcept override;
    void on_header(Newcomer newcomer) noexcept override;
    void on_secured(Newcomer newcomer) noexcept override;
    void on_turned_away(Newcomer newcomer, Refusal refusal, tls::Failure failure) noexcept override;
    void on_accept_failed(const Listener& listener, int error) noexcept override;
    [[nodiscard]] bool accepting_paused() const noexcept override;

    void on_log_progress() noexcept;
    void on_signal(int signal) noexcept;
    void record_event(Event event, std::span<const Detail> details) noexcept;
    // The client is known; a TLS handshake follows if its listener requires it.
    void admit(Newcomer newcomer) noexcept;
    void open_connection(Newcomer newcomer) noexcept;
    // Why the client is rejected; nullopt: it is admitted.
    [[nodiscard]] std::optional<Refusal> check(const Newcomer& newcomer) noexcept;
    // Counts it, and records it unless there are too many.
    void note_refused(const Newcomer& newcomer, std::string_view reason) noexcept;
    // The number of clients, including those not known yet.
    [[nodiscard]] std::size_t connections() const noexcept {
        return context_->connections.size() + arrivals_.size();
    }
    void record_listening(const Listener& listener) noexcept;
    void tell_remark(Sink& sink);
    void set_limits();
    // Sets the modes of the listeners' charsets.
    void open_charsets(Config& config);
    // Warns about a secret that everybody may read.
    void check_secrets();
    // Warns about certificates that expire soon, and again tomorrow.
    void check_certificates() noexcept;
    [[nodiscard]] std::unique_ptr<Listener> make_listener(const ListenerConfig& config,
                                                          const ConnectionLimits& limits);
    // Sets the profile that its configuration now describes.
    void set_profile(Listener& listener);
    [[nodiscard]] ServiceFigures figures() noexcept;

    // server_confinement.cpp
    void leave_root(const Account& account);
    void open_logs();
    void enter_sandbox();
    // Like make_listener(), after the start. The error says if the right to open low ports is gone.
    [[nodiscard]] std::unique_ptr<Listener> make_listener_late(const ListenerConfig& config,
                                                               const ConnectionLimits& limits);

    // server_reload.cpp
    // ok() if the new configuration is in force.
    Status reload() noexcept;
    Status reload_or_refuse() noexcept;
    void reopen_logs();
    void reload_from(const Config& config);

    // server_control.cpp
    void open_control();
    void use_control(ControlSocket socket);
    void on_round(Duration work) noexcept;
    void note_rates() noexcept;
    [[nodiscard]] ServiceStatus status() override;
    Status reload_now() override;
    void on_call(const Credentials& who, std::string_view method) override;
    void set_level(std::string_view level) override;

    // server_restart.cpp
    // Runs the program on disk on trial, and lets it take over if it can. ok() if that has begun.
    Status begin_restart() noexcept override;
    void on_trial_over() noexcept;
    void note_refusal(std::string_view problem) noexcept;
    void refuse_restart(std::string_view problem) noexcept;
    void begin_parting() noexcept;
    void stay(std::string_view problem) noexcept;
    void on_restart_tick() noexcept;
    [[nodiscard]] bool some_cannot_travel() const;
    // Ends this program, unless something goes wrong.
    void give_way() noexcept;

    // server_handover.cpp
    struct WrittenState {
        UniqueFd file;
        std::string digest;
        std::vector<int> inherited;  // the descriptors in it
    };
    [[nodiscard]] WrittenState write_state();
    [[nodiscard]] DaemonState daemon_state() const;

    // server_resume.cpp
    [[nodiscard]] static Beginning beginning_of(const Inheritance& inheritance);
    [[nodiscard]] ListenerProfile profile_of(const Inheritance& inheritance, std::uint32_t place);
    void resume_counters(const Inheritance& inheritance);
    void resume_logs(const Inheritance& inheritance);
    void resume_tls();
    void resume_listeners(const Inheritance& inheritance);
    void resume_control(const DaemonState& daemon);
    void resume_arrivals(const Inheritance& inheritance);
    void resume_connections(const Inheritance& inheritance);
    void finish_resuming();

    // server_stop.cpp
    void begin_stop(std::string_view reason) noexcept;
    void shut_down_connections() noexcept;
    void on_stop_tick() noexcept;
    [[nodiscard]] bool all_is_over() const noexcept;

    EventLoop& loop_;
    Program program_;
    Options options_;
    Config config_;
    std::string run_;
    std::string default_greeting_;
    bool left_root_ = false;
    Sandbox sandbox_;
    EventLog log_;
    Diagnostics diagnostics_;
    std::unique_ptr<ConnectionContext> context_;
    Admission admission_;
    Refusals refusals_;
    Arrivals arrivals_;
    RefusalRecords refusal_records_;
    std::vector<ActivatedSocket> sockets_;  // descriptors are owned by `listeners_`
    std::vector<std::unique_ptr<Listener>> listeners_;
    SignalWatch signals_;
    SystemdNotifier systemd_;
    std::uint64_t memory_limit_ = 0;
    // For a restart.
    std::optional<ConfigText> next_config_;
    FileIdentity tried_program_;
    Trial trial_;
    Timer restart_timer_;
    DeferredTask give_way_task_;
    TimePoint parting_began_{};
    bool restarting_ = false;
    bool reload_is_due_ = false;  // after the restart that is under way
    std::uint64_t restarts_ = 0;
    // After a restart: what the predecessor left, until we go on.
    struct Predecessor {
        std::string version;
        TimePoint frozen;
        std::vector<const Listener*> new_listeners{};
        std::vector<std::unique_ptr<Listener>> dropped_listeners{};
        std::vector<SinkConfig> dropped_sinks{};
    };
    std::optional<Predecessor> predecessor_;
    std::string level_ = "info";

    std::string refusal_;  // "reload was refused: ..."; empty: the last one was not
    TimePoint started_;
    RateMeter message_rate_;
    RateMeter byte_rate_;
    RoundTimes round_times_;
    std::unique_ptr<ControlServer> control_;
    std::uint64_t last_connection_ = 0;
    TimePoint last_accept_report_{};
    std::uint64_t accept_failures_ = 0;

    Timer certificates_timer_;
    Timer stop_timer_;
    TimePoint stop_began_{};
    bool stopping_ = false;
    bool gave_up_ = false;
    int exit_status_ = 0;
};

}  // namespace hark
