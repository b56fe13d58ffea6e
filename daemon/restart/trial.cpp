#include "daemon/restart/trial.hpp"

#include "common/sys/calls.hpp"
#include "common/sys/error.hpp"
#include "common/text/printable.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/core.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hark {

namespace {

using namespace std::chrono_literals;

// How often to check a running child.
constexpr Duration TICK = 10ms;
constexpr std::size_t MOST_OUTPUT = 4096;
// The longest version or reason, in bytes.
constexpr std::size_t MOST_WORDS = 300;
// The child's descriptor of the state, the first after the standard ones.
constexpr int STATE_FD = 3;

constexpr std::string_view BEGINNING = "harkd ";
constexpr std::string_view MIDDLE = " takes over ";

// posix_spawn(3)'s file actions.
class FileActions {
   public:
    FileActions() noexcept { posix_spawn_file_actions_init(&actions_); }
    ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
    FileActions(const FileActions&) = delete;
    FileActions& operator=(const FileActions&) = delete;
    void give(int fd, int as) noexcept { posix_spawn_file_actions_adddup2(&actions_, fd, as); }
    void open_null(int as) noexcept {
        posix_spawn_file_actions_addopen(&actions_, as, "/dev/null", O_RDONLY, 0);
    }
    [[nodiscard]] const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

   private:
    posix_spawn_file_actions_t actions_{};
};

// The child begins with no signal blocked.
class Attributes {
   public:
    Attributes() noexcept {
        posix_spawnattr_init(&attributes_);
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
    }
    ~Attributes() { posix_spawnattr_destroy(&attributes_); }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    [[nodiscard]] const posix_spawnattr_t* get() const noexcept { return &attributes_; }

   private:
    posix_spawnattr_t attributes_{};
};

// The first line of a text, without the program's name.
std::string_view first_line(std::string_view text) noexcept {
    text = text.substr(0, text.find('\n'));
    if (text.starts_with("harkd: ")) text.remove_prefix(7);
    return text.substr(0, MOST_WORDS);
}

// The version in an answer that confirms the state with `digest`; nullopt: it does not.
std::optional<std::string> version_in(std::string_view answer, std::string_view digest) {
    const std::string end = fmt::format("{}{}\n", MIDDLE, digest);
    if (!answer.starts_with(BEGINNING) || !answer.ends_with(end)) return std::nullopt;
    answer.remove_prefix(BEGINNING.size());
    answer.remove_suffix(end.size());
    if (answer.empty() || answer.size() > MOST_WORDS ||
        answer.find('\n') != std::string_view::npos) {
        return std::nullopt;
    }
    return std::string{answer};
}

}  // namespace

std::string trial_answer(std::string_view version, std::string_view digest) {
    return fmt::format("{}{}{}{}", BEGINNING, version, MIDDLE, digest);
}

void Trial::Output::read() noexcept {
    char bytes[1024];
    while (pipe) {
        const ssize_t count = sys::read(pipe.get(), bytes, sizeof bytes);
        if (count <= 0) return;
        // Keep the beginning: it says why.
        text.append(bytes, std::min(static_cast<std::size_t>(count), MOST_OUTPUT - text.size()));
    }
}

Trial::Trial(EventLoop& loop, Callback<void()> on_done) noexcept
    : loop_{loop}, on_done_{on_done}, timer_{loop, method<&Trial::on_tick>(*this)} {}

Trial::~Trial() {
    if (!running()) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
}

void Trial::start(const Program& program, const char* option, const UniqueFd& state,
                  std::string_view digest) {
    digest_ = digest;
    timed_out_ = false;
    result_ = {};
    answer_ = {};
    errors_ = {};
    deadline_ = loop_.now() + PATIENCE;
    if (const int error = spawn(program, option, state.get()); error != 0) {
        result_.problem = fmt::format("cannot execute {}: {}", program.path, errno_text(error));
        child_ = 0;
        timer_.arm(loop_.now());
        return;
    }
    timer_.arm_in(TICK);
}

int Trial::spawn(const Program& program, const char* option, int state) {
    UniqueFd ends[2];
    for (auto [output, end] : {std::pair{&answer_, &ends[0]}, std::pair{&errors_, &ends[1]}}) {
        int pipe[2];
        if (::pipe2(pipe, O_CLOEXEC) != 0) return errno;
        output->pipe.reset(pipe[0]);
        end->reset(pipe[1]);
        if (::fcntl(pipe[0], F_SETFL, O_NONBLOCK) != 0) return errno;
    }
    FileActions actions;
    actions.open_null(STDIN_FILENO);
    actions.give(ends[0].get(), STDOUT_FILENO);
    actions.give(ends[1].get(), STDERR_FILENO);
    actions.give(state, STATE_FD);
    const Attributes attributes;
    const std::vector<std::string> line = command_line(program, option, STATE_FD);
    const std::vector<char*> arguments = pointers_to(line);
    return ::posix_spawn(&child_, program.path.c_str(), actions.get(), attributes.get(),
                         arguments.data(), environ);
}

void Trial::on_tick() noexcept {
    if (child_ == 0) {
        on_done_();
        return;
    }
    answer_.read();
    errors_.read();
    int status = 0;
    const pid_t ended = ::waitpid(child_, &status, WNOHANG);
    if (ended == child_ || ended < 0) {
        finish(status);
        return;
    }
    if (loop_.now() >= deadline_ && !timed_out_) {
        timed_out_ = true;
        ::kill(child_, SIGKILL);
    }
    timer_.arm_in(TICK);
}

void Trial::finish(int status) {
    child_ = 0;
    answer_.read();
    errors_.read();
    const auto version = version_in(answer_.text, digest_);
    if (version && WIFEXITED(status) && WEXITSTATUS(status) == 0 && !timed_out_) {
        result_.version = *version;
    } else {
        result_.problem = reason(status);
    }
    answer_.pipe.reset();
    errors_.pipe.reset();
    on_done_();
}

std::string Trial::reason(int status) const {
    if (timed_out_) {
        return fmt::format("the new program gave no answer within {} s",
                           std::chrono::duration_cast<std::chrono::seconds>(PATIENCE).count());
    }
    const std::string_view words = first_line(errors_.text);
    if (!words.empty()) return fmt::format("the new program says: {}", printable(words));
    if (WIFSIGNALED(status)) {
        return fmt::format("the new program was ended by signal {}", WTERMSIG(status));
    }
    return fmt::format("the new program ended with status {} and did not confirm",
                       WEXITSTATUS(status));
}

}  // namespace hark
