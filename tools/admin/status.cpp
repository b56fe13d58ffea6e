#include "tools/admin/status.hpp"

#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "common/locale/translated.hpp"
#include "common/sys/error.hpp"
#include "tools/admin/openmetrics.hpp"
#include "tools/admin/whole_file.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/report.hpp"
#include "tools/control/control_session.hpp"
#include "tools/control/shown_json.hpp"
#include "tools/control/status_text.hpp"
#include "tools/terminal/terminal_text.hpp"

namespace hark {

namespace {

// In the reader's charset: the locale's for people, UTF-8 for machines.
std::string rendered(const StatusOptions& options, const varlink::Json& reply) {
    std::string fault;
    const std::optional<DaemonStatus> status = read_status(reply, fault);
    if (!status) throw ControlError{bad_reply(fault)};
    if (options.openmetrics) return openmetrics_text(*status);
    if (!options.json) {
        const LocaleCharset charset;
        return charset.encode(status_text(*status, charset));
    }
    std::string line;
    append_shown_json(line, reply);
    return line + "\n";
}

}  // namespace

int show_status(const StatusOptions& options) {
    if (options.json && options.openmetrics) {
        throw UsageError{_("--json and --openmetrics cannot be combined")};
    }
    prepare_locale_for_terminal();
    ControlSession session{options.control};
    const std::string text = rendered(options, *session.call("Status"));
    if (options.output.empty()) return print_bytes(text);
    try {
        replace_file(options.output, text);
    } catch (const SystemError& problem) {
        print_error(in_user_language(problem));
        return EXIT_REFUSED;
    }
    return EXIT_DONE;
}

void take_openmetrics(StatusOptions& into, const std::string&) {
    into.openmetrics = true;
}

void take_output(StatusOptions& into, const std::string& value) {
    if (value.empty()) throw UsageError{_("--output: expected a file name")};
    into.output = value;
}

}  // namespace hark
