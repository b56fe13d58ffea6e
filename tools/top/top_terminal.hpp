// `hark top` on a terminal: redrawn for each reply, key and change of size, in one write each.
// Takes over the terminal when there is something to show, and restores it however the program
// ends.
#pragma once

#include "common/io/output_stream.hpp"
#include "common/locale/locale_charset.hpp"
#include "common/loop/deferred_task.hpp"
#include "common/loop/fd_watch.hpp"
#include "common/loop/signal_watch.hpp"
#include "tools/terminal/keys.hpp"
#include "tools/terminal/modes.hpp"
#include "tools/top/top.hpp"
#include "tools/top/top_model.hpp"
#include "tools/top/top_screen.hpp"

#include <optional>
#include <string>

namespace hark {

class TopTerminal final : private TopListener {
   public:
    // Both must outlive it. Throws SystemError.
    TopTerminal(EventLoop& loop, const TopOptions& options);
    ~TopTerminal() override;

    // Returns the exit status.
    [[nodiscard]] int run();

   private:
    // How long to wait for pending output when it ends or is suspended.
    static constexpr Duration LAST_WORDS = std::chrono::milliseconds{500};

    void on_sample(TopSample& sample) noexcept override;
    void on_lost(const ControlFailure& failure) noexcept override;
    void on_signal(int signal) noexcept;
    void on_input(std::uint32_t events) noexcept;
    void on_output_room() noexcept { draw_task_.schedule(); }
    void on_output_error() noexcept;

    void press(const std::wstring& key);
    void enter();
    void leave() noexcept;
    void suspend();
    void resume();
    void take_size() noexcept;
    void draw() noexcept;
    void finish(int status) noexcept;

    EventLoop& loop_;
    LocaleCharset charset_;
    bool in_colour_;
    TopModel model_;
    TopLook look_;
    TerminalKeys keys_;
    SignalWatch signals_;
    std::optional<TerminalModes> modes_;  // as long as the terminal is ours
    OutputStream output_;
    FdWatch input_watch_;
    DeferredTask draw_task_;
    TopPoller poller_;
    bool finished_ = false;
    int status_ = 0;
    std::string complaint_;  // printed at the end, once the terminal is restored
};

}  // namespace hark
