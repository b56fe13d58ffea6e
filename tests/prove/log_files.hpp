// The files that a daemon has written its log to, and what somebody else does to them.
#pragma once

#include "common/sys/clock.hpp"
#include "common/sys/unique_fd.hpp"
#include "tests/prove/disk.hpp"
#include "tests/prove/log_check.hpp"
#include "tests/prove/names.hpp"
#include "tests/support/temporary_folder.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hark::prove {

class LogFiles {
   public:
    // The files are in a folder of their own in `folder`. All arguments outlive this. `sync`: what
    // is not known to be on the disk may be written again.
    LogFiles(const test::TemporaryFolder& folder, bool sync, Disk& disk, Names& names);

    // The path of the log.
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    // These return whether there was a file to do this to.
    bool rename();
    // Perhaps with its folder. A daemon must notice within a second of `now`; `failures` counts the
    // faults that may keep it from noticing.
    bool remove(bool folder, TimePoint now, std::uint64_t failures);
    bool truncate();
    void make_folder() const;

    // The time is `now`, and a daemon has done what was due.
    void time_passed(TimePoint now, std::uint64_t failures);
    // The daemon that writes to `fd` is killed.
    void writer_dies(int fd);
    // The power fails; no daemon may run.
    void cut_power(Random& random);
    // Adds the files to `check`, once nothing is written any more. `torn_end`: the power was cut.
    void add_to(LogCheck& check, bool torn_end);

   private:
    static constexpr std::size_t ALL = ~std::size_t{0};
    enum class Fate : std::uint8_t { renamed, removed, copied };
    struct File {
        Fate fate;
        UniqueFd fd;
        std::string path;           // where it is; empty: nowhere
        std::size_t certain = ALL;  // bytes that are not written again
        bool torn_end = false;
        std::size_t size = ALL;  // what is behind that has no excuse
        TimePoint noticed{};     // by then at the latest
        std::uint64_t failures = 0;
    };
    // Null if there is none.
    [[nodiscard]] UniqueFd open() const;
    [[nodiscard]] static bool is_at_its_path(const File& file);

    const test::TemporaryFolder& folder_;
    std::string home_;
    std::string path_;
    bool sync_;
    Disk& disk_;
    Names& names_;
    std::vector<File> files_;  // that have left the path, in that order
    std::size_t renamed_ = 0;
};

}  // namespace hark::prove
