#include "tools/log/journal_source.hpp"

#include "common/locale/i18n.hpp"
#include "common/loop/event_loop.hpp"
#include "common/record/record_keys.hpp"
#include "common/sys/calls.hpp"
#include "common/sys/unique_fd.hpp"
#include "common/text/printable.hpp"
#include "tools/log/journal_access.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <systemd/sd-journal.h>

namespace hark {

namespace {

constexpr int ENTRIES_A_STEP = 64;

std::string cannot_read(const std::string& name, const char* reason) {
    return formatted(_("cannot read {}: {}"), name, reason);
}

std::string cannot_read_journal(int error) {
    return cannot_read(_("the journal"), std::strerror(-error));
}

// Explains an error of sd_journal_open_files() to a user who named a file.
const char* reason_of_file(int error) {
    switch (-error) {
        case EBADMSG:
        case ENODATA:
            return _("it is not a valid journal file");
        case EPROTONOSUPPORT:
            return _("it is not a valid journal file, or from a newer systemd");
        default:
            return std::strerror(-error);
    }
}

std::uint64_t to_microseconds(WallTime time) noexcept {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(time.time_since_epoch().count(), 0));
}

}  // namespace

bool is_journal_file(const std::string& path) noexcept {
    constexpr std::string_view SIGNATURE = "LPKSHHRH";
    const UniqueFd fd{sys::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0)};
    std::array<char, SIGNATURE.size()> begin{};
    return fd &&
           sys::pread(fd.get(), begin.data(), begin.size(), 0) ==
               static_cast<ssize_t>(begin.size()) &&
           std::string_view{begin.data(), begin.size()} == SIGNATURE;
}

void LogJournalSource::Close::operator()(sd_journal* journal) const noexcept {
    ::sd_journal_close(journal);
}

LogJournalSource::LogJournalSource(EventLoop& loop, LogFilter& filter, Callback<void()> on_more)
    : filter_{filter},
      options_{filter.options()},
      on_more_{on_more},
      watch_{loop, method<&LogJournalSource::on_ready>(*this)},
      poll_{loop, method<&LogJournalSource::on_timer>(*this)} {
    if (options_.file.empty()) {
        open_machine();
    } else {
        open_file(options_.file);
    }
    // Never truncate fields.
    ::sd_journal_set_data_threshold(journal_.get(), 0);
    add_matches();
    // Start before reading anything, so that no entry is missed.
    if (options_.follow) begin_to_watch();
    seek();
}

void LogJournalSource::open_machine() {
    sd_journal* journal = nullptr;
    const int error = ::sd_journal_open_namespace(
        &journal, nullptr, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_ALL_NAMESPACES);
    if (error < 0) throw std::runtime_error{cannot_read_journal(error)};
    journal_.reset(journal);
    const JournalAccess access = journal_access();
    may_miss_some_ = access == JournalAccess::denied;
    const bool any = ::sd_journal_has_runtime_files(journal) > 0 ||
                     ::sd_journal_has_persistent_files(journal) > 0;
    if (!any && access == JournalAccess::none) {
        throw std::runtime_error{
            _("there is no journal on this machine; to read a file: hark log --file PATH")};
    }
    if (!any) {
        throw std::runtime_error{
            _("no permission to read the journal: only root and members of the groups "
              "systemd-journal and adm may; try sudo")};
    }
}

void LogJournalSource::open_file(const std::string& path) {
    std::array<const char*, 2> paths{path.c_str(), nullptr};
    sd_journal* journal = nullptr;
    const int error = ::sd_journal_open_files(&journal, paths.data(), 0);
    if (error < 0) throw std::runtime_error{cannot_read(printable(path), reason_of_file(error))};
    journal_.reset(journal);
}

void LogJournalSource::add_match(std::string_view field, std::string_view value) {
    const std::string match = std::string{field} + "=" + std::string{value};
    const int error = ::sd_journal_add_match(journal_.get(), match.data(), match.size());
    if (error < 0) throw std::runtime_error{cannot_read_journal(error)};
}

void LogJournalSource::add_matches() {
    add_match("SYSLOG_IDENTIFIER", "harkd");
    if (!options_.events) add_match(journal_field(Key::event).text(), name(Event::message));
    if (options_.client) {
        add_match(journal_field(Key::conn).text(), std::to_string(options_.client->connection));
        if (!options_.client->run.empty())
            add_match(journal_field(Key::run).text(), options_.client->run);
    }
    if (options_.peer) {
        if (const auto exact = options_.peer->exact())
            add_match(journal_field(Key::peer).text(), *exact);
    }
}

// Entries are stored after their message was read, so none before `since` can match.
void LogJournalSource::seek() {
    int error = 0;
    if (options_.lines) {
        backward_ = true;
        error = ::sd_journal_seek_tail(journal_.get());
    } else if (options_.since) {
        error = ::sd_journal_seek_realtime_usec(journal_.get(), to_microseconds(*options_.since));
    } else {
        error = ::sd_journal_seek_head(journal_.get());
    }
    if (error < 0) throw std::runtime_error{cannot_read_journal(error)};
}

// --- Following ----------------------------------------------------------------------------------

void LogJournalSource::begin_to_watch() {
    const int fd = ::sd_journal_get_fd(journal_.get());
    const int events = fd < 0 ? fd : ::sd_journal_get_events(journal_.get());
    // The event bits of poll(2) and epoll are the same.
    polls_ = events < 0 || watch_.start(fd, static_cast<std::uint32_t>(events)) < 0 ||
             ::sd_journal_reliable_fd(journal_.get()) <= 0;
}

// Also picks up and releases files after a rotation; our position is kept.
void LogJournalSource::on_ready(std::uint32_t) noexcept {
    if (::sd_journal_process(journal_.get()) != SD_JOURNAL_NOP) on_more_();
}

void LogJournalSource::on_timer() noexcept {
    static_cast<void>(::sd_journal_process(journal_.get()));
    on_more_();
}

void LogJournalSource::wait() noexcept {
    if (polls_) poll_.arm_in(LOG_POLL_INTERVAL);
}

// --- Reading ------------------------------------------------------------------------------------

LogSource::Step LogJournalSource::next(LogRecord& into) {
    return backward_ ? step_backward(into) : step_forward(into);
}

LogSource::Step LogJournalSource::step_backward(LogRecord& into) {
    for (int i = 0; i < ENTRIES_A_STEP; ++i) {
        const int moved = ::sd_journal_previous(journal_.get());
        if (moved < 0) return fail(cannot_read_journal(moved));
        if (moved == 0) {
            ::sd_journal_seek_head(journal_.get());
            backward_ = false;
            return Step::working;
        }
        // With no lines wanted, the position is now the last entry; reading goes on after it.
        if (*options_.lines == 0 || is_before_since()) {
            backward_ = false;
            return Step::working;
        }
        if (take_entry(into, false) && ++found_ == *options_.lines) {
            backward_ = false;
            return Step::record;
        }
    }
    return Step::working;
}

LogSource::Step LogJournalSource::step_forward(LogRecord& into) {
    for (int i = 0; i < ENTRIES_A_STEP; ++i) {
        const int moved = ::sd_journal_next(journal_.get());
        if (moved < 0) return fail(cannot_read_journal(moved));
        if (moved == 0) return Step::end;
        if (take_entry(into, true)) return Step::record;
    }
    return Step::working;
}

bool LogJournalSource::is_before_since() const noexcept {
    std::uint64_t stored = 0;
    return options_.since && ::sd_journal_get_realtime_usec(journal_.get(), &stored) == 0 &&
           stored < to_microseconds(*options_.since);
}

// Checks the time alone, which is cheaper than reading all fields.
bool LogJournalSource::may_match_time() const noexcept {
    if (!options_.since && !options_.until) return true;
    const void* data = nullptr;
    std::size_t size = 0;
    if (::sd_journal_get_data(journal_.get(), journal_field(Key::time).c_str(), &data, &size) < 0)
        return true;
    const std::string_view field{static_cast<const char*>(data), size};
    return filter_.may_match_time(field.substr(field.find('=') + 1));
}

bool LogJournalSource::take_entry(LogRecord& into, bool count) {
    if (!may_match_time()) return false;
    into.clear();
    bool ok = true;
    bool is_ours = false;
    ::sd_journal_restart_data(journal_.get());
    for (;;) {
        const void* data = nullptr;
        std::size_t size = 0;
        const int there = ::sd_journal_enumerate_available_data(journal_.get(), &data, &size);
        if (there < 0) ok = false;
        if (there <= 0) break;
        const std::string_view field{static_cast<const char*>(data), size};
        const std::size_t equals = field.find('=');
        if (equals == std::string_view::npos) continue;
        const std::optional<Key> key = find_key_of_field(field.substr(0, equals));
        if (!key || into.has(*key)) continue;
        is_ours = is_ours || key == Key::run;
        if (!into.set(*key, field.substr(equals + 1))) ok = false;
    }
    // Standard error of harkd's service has none of our fields.
    if (ok && !is_ours) return false;
    if (ok && into.is_record()) return filter_.matches(into);
    if (count) count_malformed();
    return false;
}

}  // namespace hark
