#include "tools/cli/report.hpp"

#include "common/locale/i18n.hpp"
#include "common/locale/locale_charset.hpp"
#include "common/sys/calls.hpp"
#include "tools/cli/exit_status.hpp"

#include <cerrno>
#include <cstring>

#include <poll.h>
#include <unistd.h>

namespace hark {

void print_error(std::string_view text) {
    std::string lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.append("hark: ").append(text.substr(0, end)).append("\n");
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    // If even this cannot be written, only the exit status remains.
    write_all(STDERR_FILENO, LocaleCharset{}.encode(lines));
}

int status_of_lost_output(int error) {
    if (error == EPIPE) return EXIT_DONE;
    print_error(_("cannot write to standard output: {}"), std::strerror(error));
    return EXIT_REFUSED;
}

int print_all(std::string_view text) {
    return print_bytes(LocaleCharset{}.encode(text));
}

int print_bytes(std::string_view bytes) {
    const int error = write_all(STDOUT_FILENO, bytes);
    return error == 0 ? EXIT_DONE : status_of_lost_output(-error);
}

int write_all(int fd, std::string_view bytes) noexcept {
    while (!bytes.empty()) {
        const ssize_t size = sys::write(fd, bytes.data(), bytes.size());
        if (size == -EAGAIN) {
            // Another process shares the descriptor and has made it non-blocking.
            pollfd waiting{fd, POLLOUT, 0};
            if (::poll(&waiting, 1, -1) < 0 && errno != EINTR) return -errno;
            continue;
        }
        if (size < 0) return static_cast<int>(size);
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return 0;
}

}  // namespace hark
