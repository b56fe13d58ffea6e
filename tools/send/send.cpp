#include "tools/send/send.hpp"

#include "tools/send/sender.hpp"

namespace hark {

int send_messages(const SendOptions& options) {
    const SystemClock clock;
    EventLoop loop{clock};
    Sender sender{loop, options};
    return sender.run();
}

}  // namespace hark
