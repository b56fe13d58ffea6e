#include "tools/send/input_lines.hpp"

#include "common/loop/event_loop.hpp"
#include "common/protocol/wire_message.hpp"
#include "common/sys/calls.hpp"

#include <algorithm>
#include <cerrno>

#include <poll.h>
#include <sys/epoll.h>

namespace hark {

// --- The command line ---------------------------------------------------------------------------

InputLines::State TextLines::next(InputLine& line) {
    if (!splitting_) {
        if (next_text_ == texts_.size()) return State::end;
        const auto text = charset_.decode(texts_[next_text_++]);
        in_charset_ = text.has_value();
        text_ = text.value_or(std::string{});
        begin_ = 0;
        splitting_ = true;
    }
    line = {{}, ++number_, InputLine::Fault::none};
    if (!in_charset_) {
        line.fault = InputLine::Fault::charset;
        splitting_ = false;
        return State::line;
    }
    const std::size_t end = std::min(text_.find('\n', begin_), text_.size());
    line.text = std::string_view{text_}.substr(begin_, end - begin_);
    begin_ = end + 1;
    splitting_ = begin_ < text_.size();
    if (shows_telnet(line.text)) line = {{}, number_, InputLine::Fault::telnet};
    return State::line;
}

bool TextLines::has_more() const noexcept {
    return splitting_ || next_text_ < texts_.size();
}

double TextLines::progress() const noexcept {
    return static_cast<double>(next_text_) / static_cast<double>(texts_.size());
}

// --- Standard input -----------------------------------------------------------------------------

FileLines::FileLines(EventLoop& loop, int fd, Callback<void()> on_lines)
    : fd_{fd},
      on_lines_{on_lines},
      watch_{loop, method<&FileLines::on_ready>(*this)},
      read_task_{loop, Stage::process, method<&FileLines::read_now>(*this)} {
    pollable_ = watch_.start(fd_, EPOLLIN) == 0 && watch_.set_interest(0) == 0;
    struct stat status {};
    if (sys::fstat(fd_, status) == 0 && S_ISREG(status.st_mode)) {
        size_ = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
    }
}

bool FileLines::has_more() const noexcept {
    const std::string_view rest = buffer_.view().substr(returned_);
    return rest.find('\n') != std::string_view::npos || (ended_ && error_ == 0 && !rest.empty());
}

double FileLines::progress() const noexcept {
    if (size_ == 0) return -1;
    return std::min(1.0, static_cast<double>(bytes_) / static_cast<double>(size_));
}

void FileLines::take(std::string_view text, InputLine& line) {
    line = {text, ++number_, InputLine::Fault::none};
    if (text.size() > MAX_LINE) {
        line = {{}, number_, InputLine::Fault::length};
    } else if (text.find('\0') != std::string_view::npos) {
        line = {{}, number_, InputLine::Fault::nul};
    } else if (shows_telnet(text)) {
        line = {{}, number_, InputLine::Fault::telnet};
    }
}

InputLines::State FileLines::next(InputLine& line) {
    for (;;) {
        buffer_.consume(std::exchange(returned_, 0));
        const std::string_view rest = buffer_.view();
        const std::size_t end = rest.find('\n', scanned_);
        if (end != std::string_view::npos) {
            returned_ = end + 1;
            scanned_ = 0;
            if (std::exchange(skipping_, false)) continue;
            take(rest.substr(0, end), line);
            return State::line;
        }
        scanned_ = rest.size();
        if (skipping_) {
            buffer_.clear();
            scanned_ = 0;
        } else if (rest.size() > MAX_LINE) {
            skipping_ = true;
            take(rest, line);
            return State::line;
        } else if (ended_ && error_ == 0 && !rest.empty()) {
            returned_ = rest.size();
            scanned_ = 0;
            take(rest, line);
            return State::line;
        }
        if (ended_) return error_ == 0 ? State::end : State::trouble;
        want_more();
        return State::none;
    }
}

void FileLines::want_more() {
    if (!pollable_) {
        read_task_.schedule();
    } else if (const int error = watch_.set_interest(EPOLLIN); error < 0) {
        pollable_ = false;
        read_task_.schedule();
    }
}

void FileLines::on_ready(std::uint32_t) noexcept {
    static_cast<void>(watch_.set_interest(0));
    read_now();
}

bool FileLines::look_ahead() noexcept {
    pollfd readable{fd_, POLLIN, 0};
    if (ended_ || ::poll(&readable, 1, 0) <= 0) return false;
    read_once();
    return true;
}

void FileLines::read_now() noexcept {
    read_once();
    on_lines_();
}

void FileLines::read_once() noexcept {
    std::string& into = buffer_.back();
    const std::size_t before = into.size();
    into.resize(before + READ_SIZE);
    const ssize_t size = sys::read(fd_, into.data() + before, READ_SIZE);
    into.resize(before + static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    if (size > 0) {
        bytes_ += static_cast<std::uint64_t>(size);
    } else if (size != -EAGAIN) {
        ended_ = true;
        error_ = static_cast<int>(-size);
    }
}

}  // namespace hark
