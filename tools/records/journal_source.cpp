#include "tools/records/journal_source.hpp"

#include "common/loop/event_loop.hpp"
#include "common/record/record_keys.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include <systemd/sd-journal.h>

namespace hark {

namespace {

constexpr int ENTRIES_A_STEP = 64;
constexpr std::string_view NAME_FIELD = "SYSLOG_IDENTIFIER";
constexpr std::string_view OUR_NAME = "harkd";

std::uint64_t to_microseconds(WallTime time) noexcept {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(time.time_since_epoch().count(), 0));
}

}  // namespace

void LogJournalSource::Close::operator()(sd_journal* journal) const noexcept {
    ::sd_journal_close(journal);
}

void LogJournalSource::Free::operator()(char* text) const noexcept {
    // NOLINTNEXTLINE(cppcoreguidelines-no-malloc): what sd_journal_get_cursor(3) returns
    std::free(text);
}

LogJournalSource::LogJournalSource(EventLoop& loop, const LogFilter& filter, const LogInput& input,
                                   Callback<void()> on_more)
    : filter_{filter},
      input_{input},
      on_more_{on_more},
      watch_{loop, method<&LogJournalSource::on_ready>(*this)},
      poll_{loop, method<&LogJournalSource::on_timer>(*this)} {
    if (input_.files.empty()) {
        open_machine();
    } else {
        open_files();
    }
    prepare();
}

void LogJournalSource::prepare() {
    // Never truncate fields.
    ::sd_journal_set_data_threshold(journal_.get(), 0);
    add_matches();
    // Start before reading anything, so that no entry is missed.
    if (input_.follow) begin_to_watch();
    seek();
}

void LogJournalSource::add_match(std::string_view field, std::string_view value) {
    const std::string match = std::string{field} + "=" + std::string{value};
    const int error = ::sd_journal_add_match(journal_.get(), match.data(), match.size());
    if (error < 0) throw std::runtime_error{cannot_read_journal(error)};
}

void LogJournalSource::add_matches() {
    if (damaged_) return;
    add_common_matches();
    if (input_.follow || !filter_.pattern() || filter_.selection().invert ||
        filter_.selection().events) {
        return;
    }
    if (add_text_matches() || damaged_) return;
    ::sd_journal_flush_matches(journal_.get());
    add_common_matches();
}

void LogJournalSource::add_common_matches() {
    const LogSelection& wanted = filter_.selection();
    // The index needs only one of these, and takes longer for both; take_entry() also checks the
    // name.
    if (wanted.events) {
        add_match(NAME_FIELD, OUR_NAME);
    } else {
        add_match(journal_field(Key::event).text(), name(Event::message));
        // A `closed` may be the first sign that a message will not go on.
        if (input_.follow) add_match(journal_field(Key::event).text(), name(Event::closed));
    }
    if (wanted.client) {
        add_match(journal_field(Key::conn).text(), std::to_string(wanted.client->connection));
        if (!wanted.client->run.empty())
            add_match(journal_field(Key::run).text(), wanted.client->run);
    }
    if (wanted.peer) {
        if (const auto exact = wanted.peer->exact())
            add_match(journal_field(Key::peer).text(), *exact);
    }
}

// Entries are stored after their message was read, so none before `since` can match.
void LogJournalSource::seek() {
    const auto& since = filter_.selection().since;
    const int error = since
                          ? ::sd_journal_seek_realtime_usec(journal_.get(), to_microseconds(*since))
                          : ::sd_journal_seek_head(journal_.get());
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
    if (!section_only_ && checked_ < files_.size()) {
        check_next_file();
        return Step::working;
    }
    for (int i = 0; i < ENTRIES_A_STEP; ++i) {
        if (section_only_ && section_left_ == 0) return Step::end;
        if (!std::exchange(at_current_, false)) {
            const int moved = ::sd_journal_next(journal_.get());
            if (moved < 0) return fail(cannot_read_journal(moved));
            if (moved == 0) return Step::end;
        }
        if (section_only_) --section_left_;
        if (take_entry(into, true)) return Step::record;
    }
    return Step::working;
}

// Checks the time alone, which is cheaper than reading all fields.
bool LogJournalSource::may_match_time() const noexcept {
    if (!filter_.selection().since && !filter_.selection().until) return true;
    const void* data = nullptr;
    std::size_t size = 0;
    if (::sd_journal_get_data(journal_.get(), journal_field(Key::time).c_str(), &data, &size) < 0)
        return true;
    const std::string_view field{static_cast<const char*>(data), size};
    return filter_.may_match_time(field.substr(field.find('=') + 1));
}

bool LogJournalSource::is_part() const noexcept {
    const void* data = nullptr;
    std::size_t size = 0;
    return ::sd_journal_get_data(journal_.get(), journal_field(Key::part).c_str(), &data, &size) >=
           0;
}

bool LogJournalSource::take_entry(LogRecord& into, bool count) {
    if (!may_match_time() && !is_part()) return false;
    into.clear();
    bool ok = true;
    bool is_ours = false;
    bool has_our_name = false;
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
        if (field.substr(0, equals) == NAME_FIELD) {
            has_our_name = field.substr(equals + 1) == OUR_NAME;
        }
        const std::optional<Key> key = find_key_of_field(field.substr(0, equals));
        if (!key || into.has(*key)) continue;
        is_ours = is_ours || key == Key::run;
        if (!into.set(*key, field.substr(equals + 1))) ok = false;
    }
    // What harkd's service writes to standard error has none of our fields.
    if (!has_our_name || (ok && !is_ours)) return false;
    if (ok && into.is_record()) return true;
    if (count) count_malformed();
    return false;
}

}  // namespace hark
