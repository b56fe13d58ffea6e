#include "tools/terminal/progress_bar.hpp"

#include "common/locale/i18n.hpp"
#include "common/locale/locale_charset.hpp"
#include "common/loop/event_loop.hpp"
#include "tools/cli/report.hpp"
#include "tools/terminal/capabilities.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <fmt/core.h>
#include <unistd.h>

namespace hark {

namespace {

constexpr Duration DELAY = std::chrono::seconds{1};
constexpr Duration INTERVAL = std::chrono::milliseconds{100};
constexpr std::string_view ERASE_LINE = "\r\x1b[K";
constexpr std::size_t LONGEST_BAR = 30;
constexpr std::size_t SHORTEST_BAR = 5;

}  // namespace

std::string progress_line(const Progress& progress, std::size_t columns) {
    const std::string count =
        formatted(_("{} sent, {} acknowledged"), progress.sent, progress.acknowledged);
    // `count` has at least as many bytes as columns. The last column stays free: some terminals
    // wrap at it.
    const std::size_t used = count.size() + std::string_view{"[] 100 %  "}.size() + 1;
    if (progress.part < 0 || used + SHORTEST_BAR > columns) {
        return count.size() < columns ? count : std::string{};
    }
    const std::size_t width = std::min(LONGEST_BAR, columns - used);
    const auto filled = static_cast<std::size_t>(progress.part * static_cast<double>(width));
    return fmt::format("[{}{}] {:3} %  {}", std::string(filled, '#'),
                       std::string(width - filled, '-'), static_cast<unsigned>(progress.part * 100),
                       count);
}

ProgressBar::ProgressBar(EventLoop& loop, int fd, Callback<Progress()> ask) noexcept
    : fd_{fd}, ask_{ask}, timer_{loop, method<&ProgressBar::draw>(*this)} {}

void ProgressBar::start() noexcept {
    if (can_draw(fd_)) timer_.arm_in(DELAY);
}

void ProgressBar::draw() noexcept {
    std::string text{ERASE_LINE};
    text += LocaleCharset{}.encode(progress_line(ask_(), terminal_size(fd_).columns));
    shown_ = true;
    if (write_all(fd_, text) == 0) timer_.arm_in(INTERVAL);
}

void ProgressBar::clear() noexcept {
    if (std::exchange(shown_, false)) write_all(fd_, ERASE_LINE);
}

void ProgressBar::stop() noexcept {
    timer_.cancel();
    clear();
}

}  // namespace hark
