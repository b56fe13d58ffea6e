// The control socket: serves operators with the methods of org.harkd.varlink.
//
// No client here can slow down the data port: each round works on one call, and on one page of
// connections within a call; all calls together have a limited share of the loop's time
// (work_share.hpp); what each client may occupy is bounded (control_client.hpp); and followers get
// a limited number of bytes per round: further records are left out and counted.
//
// Sources: control_server.cpp (the clients, their turns, and the records of Tail),
// control_calls.cpp (finding a call's method, and answering), control_methods.cpp (what each method
// does).
#pragma once

#include "common/loop/deferred_task.hpp"
#include "common/loop/event_loop.hpp"
#include "common/record/json_lines.hpp"
#include "common/sys/status.hpp"
#include "common/varlink/message.hpp"
#include "daemon/connection/connection_context.hpp"
#include "daemon/control/control_client.hpp"
#include "daemon/control/control_socket.hpp"
#include "daemon/control/service_status.hpp"
#include "daemon/control/work_share.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hark {

class Parameters;

// The daemon as a whole, for methods that concern it.
class ControlOwner {
   public:
    ControlOwner() noexcept = default;
    ControlOwner(const ControlOwner&) = delete;
    ControlOwner& operator=(const ControlOwner&) = delete;
    virtual ~ControlOwner() = default;

    // The reply to Status, except for what the control server itself knows.
    [[nodiscard]] virtual ServiceStatus status() = 0;
    // ok() if the new configuration is in force.
    virtual Status reload_now() = 0;
    // Restarts in place. ok(): it has begun, and answer_restart() is called later.
    virtual Status begin_restart() = 0;
    // A client has made a call.
    virtual void on_call(const Credentials& who, std::string_view method) = 0;
    // "debug", "info", "warning", "error"
    virtual void set_level(std::string_view level) = 0;
};

class ControlServer final : private ControlClientOwner, private RecordObserver {
   public:
    static constexpr std::size_t MAX_CLIENTS = 64;  // descriptors, in addition to the socket's own
    static constexpr std::size_t MAX_TAILS = 32;
    static constexpr std::size_t MAX_READ_ONLY_TAILS = 16;  // of clients that may only read

    // `run` identifies this run in records. `context` and `owner` must outlive it.
    ControlServer(EventLoop& loop, ConnectionContext& context, ControlOwner& owner,
                  ControlSocket socket, AccessRules rules, std::string run);
    ~ControlServer() override;

    // Answers the clients that asked for a restart: `version` takes over; or it is empty, and
    // `problem` says why none does.
    void answer_restart(std::string_view version, std::string_view problem);

    // Whether everyone may read, from now on.
    void open_to_everyone(bool open) noexcept;

    [[nodiscard]] const std::string& path() const noexcept { return socket_.path(); }
    // For the process that takes over.
    [[nodiscard]] const ControlSocket& socket() const noexcept { return socket_; }
    [[nodiscard]] std::uint64_t tail_dropped() const noexcept { return tail_dropped_; }
    void resume(std::uint64_t tail_dropped) noexcept { tail_dropped_ = tail_dropped; }

   private:
    // A client that a broadcast did not reach.
    struct Missed {
        std::uint64_t client = 0;
        std::string reason;
    };
    // A line for all clients, sent one page of clients at a time.
    struct Broadcast {
        ControlClient* from = nullptr;  // null: gone
        bool oneway = false;            // no reply wanted
        std::string text;
        std::uint64_t after = 0;
        std::uint64_t said = 0;
        std::vector<Missed> missed{};
        std::uint64_t missed_count = 0;
    };

    void on_connecting(std::uint32_t events) noexcept;
    void on_backoff_over() noexcept;
    void on_share() noexcept { work_task_.schedule(); }
    [[nodiscard]] bool make_room(Access access) noexcept;
    void on_call(ControlClient& client) noexcept override;
    void on_over(ControlClient& client) noexcept override;
    void on_record(const Record& record) noexcept override;
    void work() noexcept;
    void reap() noexcept;
    [[nodiscard]] std::size_t tails() const noexcept;

    // control_calls.cpp
    void handle(ControlClient& client);
    void reply(ControlClient& client, const varlink::Reply& reply);
    void refuse(ControlClient& client, std::string_view error, varlink::JsonBox parameters = {});
    using Method = void (ControlServer::*)(ControlClient& client, Parameters& parameters);
    struct MethodSpec {
        std::string_view name;
        Method method;
        Access needs;
    };
    [[nodiscard]] static const MethodSpec* find_method(std::string_view name) noexcept;
    // Answers and returns false when a parameter is wrong.
    [[nodiscard]] bool accept(ControlClient& client, const Parameters& parameters);
    void get_info(ControlClient& client, Parameters& parameters);
    void get_interface(ControlClient& client, Parameters& parameters);

    // control_methods.cpp
    // Rejects words that are too long for a client, whatever its charset is.
    static void bound_words(std::string_view words, const char* name, Parameters& parameters);
    void record_operator(const ControlClient& client, std::string_view action, const Connection* to,
                         std::optional<Detail> detail);
    void status(ControlClient& client, Parameters& parameters);
    void clients(ControlClient& client, Parameters& parameters);
    void tail(ControlClient& client, Parameters& parameters);
    void say(ControlClient& client, Parameters& parameters);
    void broadcast(ControlClient& client, Parameters& parameters);
    void go_on_broadcasting();
    void kick(ControlClient& client, Parameters& parameters);
    void reload(ControlClient& client, Parameters& parameters);
    void restart(ControlClient& client, Parameters& parameters);
    void set_level(ControlClient& client, Parameters& parameters);

    EventLoop& loop_;
    ConnectionContext& context_;
    ControlOwner& owner_;
    ControlSocket socket_;
    AccessRules rules_;
    FdWatch watch_;
    Timer backoff_timer_;
    std::vector<std::unique_ptr<ControlClient>> clients_;
    IntrusiveList<ControlClient> waiting_;  // with a call, in order of arrival
    DeferredTask work_task_;
    WorkShare share_;
    Timer share_timer_;
    DeferredTask reap_task_;
    std::optional<Broadcast> broadcast_;
    std::vector<ControlClient*> restarters_;  // clients that wait for the outcome of a restart

    // For the current call.
    bool more_ = false;
    bool oneway_ = false;

    JsonLines renderer_;
    std::string line_;             // the current record as JSON
    std::string lowered_;          // its text in lower case
    std::size_t round_bytes_ = 0;  // sent to followers in this round
    std::uint64_t tail_dropped_ = 0;
};

}  // namespace hark
