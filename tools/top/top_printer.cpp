#include "tools/top/top_printer.hpp"

#include "common/locale/i18n.hpp"
#include "common/loop/event_loop.hpp"
#include "common/varlink/json.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/report.hpp"
#include "tools/control/shown_json.hpp"

#include <algorithm>
#include <utility>

#include <unistd.h>

namespace hark {

namespace {

constexpr std::size_t CLIENTS_SHOWN = 20;

// {"status":{...},"clients":[{"id":...,"peer":...,"message_rate":...,"byte_rate":...,
// "limited":...}]}
std::string line_of(const TopModel& model) {
    varlink::Json clients = varlink::Json::array();
    const std::size_t count = std::min(model.clients().size(), CLIENTS_SHOWN);
    for (std::size_t i = 0; i < count; ++i) {
        const BusyClient& each = model.clients()[i];
        clients.push_back({{"id", each.client.id},
                           {"peer", each.client.peer},
                           {"messages", each.client.messages},
                           {"bytes", each.client.bytes},
                           {"message_rate", each.message_rate},
                           {"byte_rate", each.byte_rate},
                           {"limited", each.client.limited}});
    }
    std::string line = "{\"status\":" + model.status_said() + ",\"clients\":";
    append_shown_json(line, clients);
    return line + "}\n";
}

}  // namespace

TopPrinter::TopPrinter(EventLoop& loop, const TopOptions& options)
    : loop_{loop},
      signals_{loop, method<&TopPrinter::on_signal>(*this)},
      output_{loop,
              STDOUT_FILENO,
              {.on_room = method<&TopPrinter::on_output>(*this),
               .on_empty = method<&TopPrinter::on_output>(*this),
               .on_error = method<&TopPrinter::on_output>(*this)}},
      poller_{loop, *this, options.control} {}

int TopPrinter::run() {
    start();
    if (!over()) loop_.run();
    return status_;
}

void TopPrinter::start() {
    poller_.start();
}

void TopPrinter::on_sample(TopSample& sample) noexcept {
    reported_lost_ = false;
    model_.take(sample);
    // A line that cannot be written now would be useless later.
    if (output_.has_room()) output_.write(line_of(model_));
    on_output();
}

void TopPrinter::on_lost(const ControlFailure& failure) noexcept {
    if (model_.empty() || !failure.temporary) {
        print_error(failure.text);
        finish(failure.status);
    } else if (!std::exchange(reported_lost_, true)) {
        print_error(failure.text);
        print_error(_("waiting for the daemon"));
    }
}

void TopPrinter::on_output() noexcept {
    const int error = output_.error();
    if (finished_ || error == 0) return;
    finish(status_of_lost_output(error));
}

void TopPrinter::finish(int status) noexcept {
    finished_ = true;
    status_ = status;
    poller_.stop();
    loop_.stop();
}

}  // namespace hark
