// The beginning of a record's text: the messages of one read differ only after the peer, so what
// comes before is rendered once for all of them.
#pragma once

#include "common/record/record.hpp"

#include <cstdint>
#include <string>

namespace hark {

class RecordHead {
   public:
    // Appends what `render(std::string&, const Record&)` does, which may depend only on the event,
    // the time, the connection and its peer.
    template <typename Render>
    void append(std::string& into, const Record& record, Render render) {
        if (record.event != Event::message) {
            render(into, record);
            return;
        }
        if (record.connection != connection_ || record.time != time_) {
            text_.clear();
            render(text_, record);
            connection_ = record.connection;
            time_ = record.time;
        }
        into.append(text_);
    }

   private:
    std::string text_;  // of a message
    WallTime time_{};
    std::uint64_t connection_ = 0;
};

}  // namespace hark
