#include "common/locale/i18n.hpp"
#include "common/record/log_json.hpp"
#include "common/text/printable.hpp"
#include "tools/cli/report.hpp"
#include "tools/records/file_source.hpp"
#include "tools/records/file_trouble.hpp"
#include "tools/records/timed_file.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>

namespace hark {

namespace {

// Section sizes in a plain file: small at first, in case a few last lines are enough.
constexpr std::int64_t FIRST_SECTION = 64 * 1024;
constexpr std::int64_t LARGEST_SECTION = 4 * 1024 * 1024;
// How far before the beginning, or after the end, to look for the parts of a message.
constexpr std::int64_t PARTS_REACH = 16 * 1024 * 1024;
// The same for the content of a compressed file, which can only be read from its beginning.
constexpr std::int64_t COMPRESSED_REACH = 64 * 1024 * 1024;

}  // namespace

void LogFileSource::open_all() {
    if (input_.files.size() == 1 && input_.files[0] != "-") {
        const int error = open_with_kin(false);
        if (error == -ENOENT && input_.follow) {
            print_error(_("{} does not exist yet; waiting for it"), printable(input_.files[0]));
        } else if (error < 0) {
            throw std::runtime_error{cannot_read_file(input_.files[0], -error)};
        }
        return;
    }
    for (const std::string& path : input_.files) {
        LogFile file;
        const int error = open_log_file(path, file);
        if (error < 0) throw std::runtime_error{cannot_read_file(path, -error)};
        files_.push_back(std::move(file));
        // Each is a log of its own.
        const LogSelection& wanted = filter_.selection();
        for (FileSpan span : find_spans({&files_.back(), 1}, wanted.since, wanted.until)) {
            span.file = files_.size() - 1;
            spans_.push_back(span);
        }
    }
    start_span(0);
}

int LogFileSource::open_with_kin(bool only_newer) {
    const std::string& path = input_.files[0];
    LogFile named;
    const int error = open_log_file(path, named);
    // Rotated files can be shown without it.
    if (error < 0 && (only_newer || error != -ENOENT)) return error;
    std::vector<LogFile> files = only_newer ? newer_kin() : all_kin();
    if (error == 0) files.push_back(std::move(named));
    if (files.empty()) return error;
    if (!head_.empty()) older_head_ = std::move(head_);
    files_ = std::move(files);
    const LogSelection& wanted = filter_.selection();
    spans_ = find_spans(files_, wanted.since, input_.follow ? std::nullopt : wanted.until);
    if (input_.follow && (spans_.empty() || spans_.back().file + 1 != files_.size())) {
        spans_.push_back({.file = files_.size() - 1});
    }
    head_ = head_of_file(files_.back());
    for (std::size_t older = files_.size() - 1; older-- > 0;) {
        std::string head = head_of_file(files_[older]);
        if (head.empty()) continue;
        older_head_ = std::move(head);
        break;
    }
    leaving_ = false;
    start_span(0);
    return 0;
}

std::vector<LogFile> LogFileSource::all_kin() {
    std::vector<LogFile> files;
    for (const std::string& path : rotated_files(input_.files[0])) {
        LogFile file;
        const int error = open_log_file(path, file);
        if (error == 0) {
            files.push_back(std::move(file));
        } else if (error != -ENOENT) {
            report_damage(cannot_read_file(path, -error));
        }
    }
    return files;
}

void LogFileSource::start_span(std::size_t span) {
    section_only_ = false;
    if (span >= spans_.size()) {
        span_ = spans_.size();
        phase_ = Phase::done;
        return;
    }
    start_reading(span, spans_[span].from, spans_[span].to);
    started_span_ = span;
    section_from_ = spans_[span].from;
}

void LogFileSource::start_reading(std::size_t span, std::int64_t from, std::int64_t to) {
    span_ = span;
    lines_.start(file().stream(from, to < 0 ? INT64_MAX : to), from);
    phase_ = Phase::reading;
}

// --- Backwards ----------------------------------------------------------------------------------

bool LogFileSource::can_go_back() const noexcept {
    return std::none_of(files_.begin(), files_.end(),
                        [](const LogFile& file) { return file.is_pipe; });
}

bool LogFileSource::to_previous_section() {
    std::size_t span = section_only_ ? started_span_ : spans_.size();
    std::int64_t to = section_from_;
    if (!section_only_) section_size_ = FIRST_SECTION / 2;
    if (span == spans_.size() || section_from_ <= spans_[span].from) {
        if (span == 0) return false;
        --span;
        const LogFile& file = files_[spans_[span].file];
        to = spans_[span].to < 0 ? file.size : spans_[span].to;
    }
    std::int64_t from = spans_[span].from;
    const LogFile& file = files_[spans_[span].file];
    if (file.is_plain()) {
        const TimedFile lines{file.fd.get(), file.size};
        do {
            section_size_ = std::min(2 * section_size_, LARGEST_SECTION);
            from = std::max(spans_[span].from, to - section_size_);
            if (from > spans_[span].from) from = lines.line_from(from);
            // The line is longer than that.
            if (from >= to && section_size_ == LARGEST_SECTION) from = spans_[span].from;
        } while (from >= to && from > spans_[span].from);
    }
    section_only_ = true;
    started_span_ = span;
    section_from_ = from;
    start_reading(span, from, to);
    return true;
}

void LogFileSource::go_forward() {
    if (files_.empty()) return;
    set_malformed(0);
    section_only_ = false;
    if (started_span_ < spans_.size()) {
        start_reading(started_span_, section_from_, spans_[started_span_].to);
    } else {
        start_span(0);
    }
}

// --- Parts before the beginning, and after the end ----------------------------------------------

void LogFileSource::read_parts_before(const std::function<void(const LogRecord&)>& take) {
    if (started_span_ >= spans_.size()) return;
    const std::size_t place = spans_[started_span_].file;
    // Start with the oldest file within reach.
    std::size_t first = place;
    std::int64_t reached = section_from_;
    while (reached < PARTS_REACH && first > 0 && !files_[first - 1].is_pipe) {
        reached += files_[--first].size;
    }
    for (std::size_t each = first; each < place; ++each) {
        const LogFile& file = files_[each];
        if (file.is_plain()) {
            const std::int64_t from = each == first ? reached - PARTS_REACH : 0;
            read_parts_of(file, std::max<std::int64_t>(from, 0), file.size, take);
        } else {
            read_parts_of(file, 0, COMPRESSED_REACH, take);
        }
    }
    const std::int64_t from = std::max<std::int64_t>(section_from_ - PARTS_REACH, 0);
    if (section_from_ > 0) read_parts_of(files_[place], from, section_from_, take);
}

void LogFileSource::read_parts_of(const LogFile& file, std::int64_t from, std::int64_t to,
                                  const std::function<void(const LogRecord&)>& take) const {
    if (file.is_plain()) from = TimedFile{file.fd.get(), file.size}.line_from(from);
    LineReader lines;
    lines.start(file.is_plain() ? file.stream(from, to) : file.stream(), from);
    LogRecord record;
    while (lines.offset() < to) {
        const FileLine line = lines.next();
        switch (line.kind) {
            case FileLine::Kind::line:
                if (may_concern_parts(line.text) && view_log_json(line.text, record)) take(record);
                break;
            case FileLine::Kind::too_long:
            case FileLine::Kind::working:
                break;
            case FileLine::Kind::end:
            case FileLine::Kind::failed:
                return;
        }
    }
}

bool LogFileSource::read_on() {
    if (spans_.empty() || input_.follow) return false;
    FileSpan& last = spans_.back();
    const LogFile& file = files_[last.file];
    const bool to_its_end = last.to < 0 || last.to >= file.size;
    if (!to_its_end) {
        const std::int64_t from = last.to;
        last.to = TimedFile{file.fd.get(), file.size}.line_from(from + PARTS_REACH);
        start_reading(spans_.size() - 1, from, last.to);
        return true;
    }
    // Go on with the next younger file.
    const std::size_t next = last.file + 1;
    if (section_only_ || input_.files.size() > 1 || next >= files_.size()) return false;
    const LogFile& younger = files_[next];
    spans_.push_back({.file = next});
    if (younger.is_plain()) {
        spans_.back().to = TimedFile{younger.fd.get(), younger.size}.line_from(PARTS_REACH);
    }
    start_reading(spans_.size() - 1, 0, spans_.back().to);
    return true;
}

}  // namespace hark
