#include "tools/records/time_zone.hpp"

#include <cstdlib>
#include <ctime>

#include <unistd.h>

namespace hark {

namespace {

constexpr const char* FOLDER = "/usr/share/zoneinfo/";

}  // namespace

bool is_time_zone(const std::string& name) {
    if (name == "UTC") return true;
    const bool is_name = !name.empty() && name.front() >= 'A' && name.front() <= 'Z' &&
                         name.find("..") == std::string::npos;
    return is_name && ::access((FOLDER + name).c_str(), R_OK) == 0 &&
           ::access((FOLDER + name + "/").c_str(), F_OK) != 0;
}

TimeZoneForNow::TimeZoneForNow(const std::string& name) {
    if (const char* const before = std::getenv("TZ")) before_ = before;
    ::setenv("TZ", name == "UTC" ? "UTC0" : name.c_str(), 1);
    ::tzset();
}

TimeZoneForNow::~TimeZoneForNow() {
    if (before_) {
        ::setenv("TZ", before_->c_str(), 1);
    } else {
        ::unsetenv("TZ");
    }
    ::tzset();
}

}  // namespace hark
