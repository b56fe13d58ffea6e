#include "tools/peer/acknowledgements.hpp"

#include <algorithm>

namespace hark {

namespace {

void append_range(std::vector<NumberRange>& ranges, NumberRange range) {
    if (!ranges.empty() && ranges.back().last + 1 == range.first) {
        ranges.back().last = range.last;
    } else {
        ranges.push_back(range);
    }
}

}  // namespace

std::string text_of(const std::vector<NumberRange>& ranges) {
    std::string text;
    for (const NumberRange& range : ranges) {
        if (!text.empty()) text += ", ";
        text += std::to_string(range.first);
        if (range.last == range.first) continue;
        text += '-';
        text += std::to_string(range.last);
    }
    return text;
}

void Acknowledgements::sent(std::uint64_t line) {
    const std::uint64_t message = ++messages_;
    ++waiting_;
    if (!runs_.empty()) {
        Run& last = runs_.back();
        if (last.last + 1 == message && last.line + (message - last.first) == line) {
            last.last = message;
            return;
        }
    }
    runs_.push_back({message, message, line});
}

std::vector<NumberRange> Acknowledgements::answered(NumberRange messages) {
    std::vector<NumberRange> lines;
    auto run =
        std::lower_bound(runs_.begin(), runs_.end(), messages.first,
                         [](const Run& each, std::uint64_t number) { return each.last < number; });
    while (run != runs_.end() && run->first <= messages.last) {
        const Run before = *run;
        const std::uint64_t first = std::max(before.first, messages.first);
        const std::uint64_t last = std::min(before.last, messages.last);
        const auto line_of = [&before](std::uint64_t number) {
            return before.line + (number - before.first);
        };
        append_range(lines, {line_of(first), line_of(last)});
        waiting_ -= last - first + 1;

        const Run left{before.first, first - 1, before.line};
        const Run right{last + 1, before.last, line_of(last) + 1};
        const bool keeps_left = left.first <= left.last;
        const bool keeps_right = right.first <= right.last;
        if (keeps_left && keeps_right) {
            *run = right;
            run = runs_.insert(run, left);
            break;
        }
        if (keeps_left || keeps_right) {
            *run = keeps_left ? left : right;
            ++run;
        } else {
            run = runs_.erase(run);
        }
    }
    return lines;
}

std::vector<NumberRange> Acknowledgements::waiting_lines() const {
    std::vector<NumberRange> lines;
    for (const Run& run : runs_) {
        append_range(lines, {run.line, run.line + (run.last - run.first)});
    }
    return lines;
}

}  // namespace hark
