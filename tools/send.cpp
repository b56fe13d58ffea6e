#include "tools/send.hpp"

#include "tools/sender.hpp"

namespace hark {

int send(const SendOptions& options) {
    const SystemClock clock;
    EventLoop loop{clock};
    Sender sender{loop, options};
    return sender.run();
}

}  // namespace hark
