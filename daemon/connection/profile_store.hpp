// The profiles that connections refer to. They are never removed, since a connection outlives the
// configuration that it came in under; a profile that is there already is not stored twice.
#pragma once

#include "daemon/config/listener_profile.hpp"

#include <algorithm>
#include <deque>
#include <utility>

namespace hark {

class ProfileStore {
   public:
    // Lives as long as the store.
    [[nodiscard]] const ListenerProfile& keep(ListenerProfile profile) {
        const auto same = std::ranges::find(profiles_, profile);
        if (same != profiles_.end()) return *same;
        return profiles_.emplace_back(std::move(profile));
    }

   private:
    std::deque<ListenerProfile> profiles_;
};

}  // namespace hark
