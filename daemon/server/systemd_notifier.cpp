#include "daemon/server/systemd_notifier.hpp"

#include "common/net/unix_datagram.hpp"
#include "common/sys/calls.hpp"
#include "common/sys/clock.hpp"
#include "common/sys/environment.hpp"
#include "common/text/number.hpp"
#include "common/text/printable.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/core.h>
#include <unistd.h>

namespace hark {

namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

constexpr Duration FIRST_RETRY = 10ms;
constexpr Duration LAST_RETRY = 1s;
// The resolution of the loop's timers.
constexpr Duration SHORTEST_WATCHDOG = 1ms;
// Maximum size of a refusal, which may contain an arbitrarily long path: the manager's messages are
// limited to 4096 bytes (NOTIFY_BUFFER_MAX), and escaping makes text up to four times as long.
constexpr std::size_t MAX_REFUSAL = 600;
// Longer than any sensible value, without overflow.
constexpr std::uint64_t LONGEST_WATCHDOG_USEC = microseconds{std::chrono::hours{24 * 365}}.count();

std::string counted(std::uint64_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

SystemdNotifier::SystemdNotifier(EventLoop& loop, Callback<ServiceFigures()> figures)
    : loop_{loop},
      figures_{figures},
      address_{take_variable("NOTIFY_SOCKET").value_or("")},
      watchdog_timer_{loop, method<&SystemdNotifier::feed_watchdog>(*this)},
      retry_timer_{loop, method<&SystemdNotifier::deliver>(*this)},
      counted_at_{loop.now()},
      status_timer_{loop, method<&SystemdNotifier::notify_status>(*this)} {
    if (!is_datagram_address(address_)) address_.clear();
    take_watchdog();
}

SystemdNotifier::SystemdNotifier(EventLoop& loop, Callback<ServiceFigures()> figures,
                                 const Manager& manager)
    : SystemdNotifier{loop, figures} {
    address_ = manager.address;
    watchdog_interval_ = manager.watchdog;
}

void SystemdNotifier::take_watchdog() {
    const auto interval = take_variable("WATCHDOG_USEC");
    const auto process = take_variable("WATCHDOG_PID");
    if (!interval || (process && parse_number<pid_t>(*process) != ::getpid())) return;
    const std::uint64_t usec = parse_number<std::uint64_t>(*interval).value_or(0);
    if (usec == 0) return;
    // Twice per interval.
    watchdog_interval_ = std::max<Duration>(microseconds{std::min(usec, LONGEST_WATCHDOG_USEC)} / 2,
                                            SHORTEST_WATCHDOG);
}

void SystemdNotifier::ready() noexcept {
    notify(Notice::ready, "READY=1");
    if (!exists()) return;
    notify_status();
    if (watchdog_interval_ > 0ns) watchdog_timer_.arm_in(watchdog_interval_);
}

void SystemdNotifier::ready_again() noexcept {
    ready();
    if (watchdog_timer_.armed()) feed_watchdog();
}

void SystemdNotifier::reloading() noexcept {
    // The manager ignores timestamps older than its request. The signal may have arrived after the
    // round's clocks were read, so read the clock again.
    const auto now = SystemClock{}.monotonic().time_since_epoch();
    // If the announcement of an earlier reload was not sent yet, this one replaces it.
    const auto earlier = std::ranges::find(waiting_, Notice::reloading, &Waiting::notice);
    waiting_.erase(std::remove_if(earlier, waiting_.end(),
                                  [](const Waiting& waiting) {
                                      return waiting.notice == Notice::reloading ||
                                             waiting.notice == Notice::ready;
                                  }),
                   waiting_.end());
    notify(Notice::reloading, fmt::format("RELOADING=1\nMONOTONIC_USEC={}",
                                          std::chrono::floor<microseconds>(now).count()));
}

void SystemdNotifier::reloaded() noexcept {
    notify(Notice::ready, "READY=1");
    changed();
}

void SystemdNotifier::stopping() noexcept {
    stopping_ = true;
    notify(Notice::stopping, "STOPPING=1");
    if (exists()) notify_status();
}

void SystemdNotifier::feed_watchdog() noexcept {
    // One pending message is enough.
    if (std::ranges::find(waiting_, Notice::watchdog, &Waiting::notice) == waiting_.end()) {
        notify(Notice::watchdog, "WATCHDOG=1");
    }
    watchdog_timer_.arm_in(watchdog_interval_);
}

void SystemdNotifier::changed() noexcept {
    if (!exists() || status_timer_.armed()) return;
    status_timer_.arm(std::max(loop_.now(), counted_at_ + STATUS_INTERVAL));
}

void SystemdNotifier::notify_status() noexcept {
    const ServiceFigures figures = figures_();
    std::string text = status_text(figures);
    const bool goes_on = figures.messages != counted_messages_ || !figures.trouble.empty();
    counted_at_ = loop_.now();
    counted_messages_ = figures.messages;
    // Send another status until the rate is down to 0; during a pause nobody calls changed().
    status_timer_.cancel();
    if (goes_on) changed();
    if (text == status_) return;
    status_ = std::move(text);
    status_waits_ = true;
    deliver();
}

std::string SystemdNotifier::status_text(const ServiceFigures& figures) const {
    std::string text = stopping_ ? "stopping: " : "";
    text += counted(figures.connections, "connection");
    text += ", " + counted(figures.messages, "message");
    // A stop may come too soon after the last status to compute a rate.
    if (!stopping_) {
        const std::chrono::duration<double> time = loop_.now() - counted_at_;
        const auto messages = static_cast<double>(figures.messages - counted_messages_);
        text += fmt::format(", {:.0f} a second", messages / std::max(time.count(), 1.0));
    }
    if (figures.refused > 0) text += fmt::format(", {} refused", figures.refused);
    if (!figures.trouble.empty()) {
        text += fmt::format("; the log is paused: {}", printable(figures.trouble));
    }
    if (!figures.refusal.empty()) {
        text += fmt::format("; the last {}",
                            printable(std::string_view{figures.refusal}.substr(0, MAX_REFUSAL)));
    }
    return text;
}

void SystemdNotifier::notify(Notice notice, std::string text) noexcept {
    if (!exists()) return;
    waiting_.push_back({notice, std::move(text)});
    deliver();
}

void SystemdNotifier::deliver() noexcept {
    if (deliver_all()) {
        retry_delay_ = {};
        retry_timer_.cancel();
    } else if (!retry_timer_.armed()) {
        retry_delay_ = std::clamp(retry_delay_ * 2, FIRST_RETRY, LAST_RETRY);
        retry_timer_.arm_in(retry_delay_);
    }
}

bool SystemdNotifier::deliver_all() noexcept {
    while (!waiting_.empty()) {
        if (!send(waiting_.front().text)) return false;
        waiting_.erase(waiting_.begin());
    }
    if (status_waits_ && !send("STATUS=" + status_)) return false;
    status_waits_ = false;
    return true;
}

bool SystemdNotifier::send(std::string_view text) noexcept {
    if (!socket_ && connect_datagram(address_, socket_) < 0) return false;
    const ssize_t sent = sys::send(socket_.get(), text.data(), text.size());
    if (sent >= 0) return true;
    // Any other error means that the manager's socket has gone; there may be a new one.
    if (sent != -EAGAIN && sent != -ENOBUFS && sent != -ENOMEM) socket_.reset();
    return false;
}

}  // namespace hark
