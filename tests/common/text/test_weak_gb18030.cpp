#include "common/text/weak_gb18030.hpp"

#include <doctest/doctest.h>

using hark::is_weak_gb18030;

TEST_CASE("weak: Chinese is not") {
    CHECK_FALSE(is_weak_gb18030("\xC4\xE3\xBA\xC3"));           // 你好
    CHECK_FALSE(is_weak_gb18030("temp \xCE\xC2 21 \xA1\xE6"));  // 温 ℃
    CHECK_FALSE(is_weak_gb18030("\xA3\xCF\xA3\xCB\xA1\xA3"));   // ＯＫ。
    CHECK_FALSE(is_weak_gb18030("\xB0\xA1"));                   // the first hanzi
    CHECK_FALSE(is_weak_gb18030("\xD7\xF9"));                   // the last common one
}

TEST_CASE("weak: codes that Chinese seldom needs") {
    CHECK(is_weak_gb18030("\xE4\xBD"));  // 浣, of GB2312's second level
    CHECK(is_weak_gb18030("\xD8\xA1"));
    CHECK(is_weak_gb18030("\xA4\xA2"));          // kana
    CHECK(is_weak_gb18030("\xB0\xA0"));          // GBK's, by its trail byte
    CHECK(is_weak_gb18030("\x81\x30\x81\x30"));  // four bytes
}

TEST_CASE("weak: half is enough") {
    CHECK_FALSE(is_weak_gb18030("\xC4\xE3\xE4\xBD"));
    CHECK(is_weak_gb18030("\xC4\xE3\xE4\xBD\xE4\xBD"));
    CHECK_FALSE(is_weak_gb18030("\xC4\xE3 and \x81\x30\x81\x30"));
    CHECK(is_weak_gb18030("\xE4\xBD\xC4\xE3\xE4\xBD"));
}

TEST_CASE("weak: the euro sign of Windows says nothing") {
    CHECK(is_weak_gb18030("5 \x80"));
    CHECK_FALSE(is_weak_gb18030("5 \x80\x80\x80 \xC4\xE3"));
}
