#include "tools/terminal/line_editor.hpp"

#include "tools/terminal/job_control.hpp"
#include "tools/terminal/keys.hpp"
#include "tools/terminal/terminal_text.hpp"

#include <cerrno>
#include <stdexcept>

#include <unistd.h>

namespace hark {

namespace {

// The size of libedit's initial buffer: longer history lines would be truncated when recalled.
constexpr std::size_t LONGEST_REMEMBERED = 1000;

std::FILE* open_nowhere() {
    cookie_io_functions_t functions{};
    functions.write = [](void*, const char*, std::size_t size) {
        return static_cast<ssize_t>(size);
    };
    return ::fopencookie(nullptr, "w", functions);
}

}  // namespace

LineEditor::LineEditor() : nowhere_{open_nowhere()}, history_{::history_winit()} {
    if (!nowhere_ || !history_) throw std::runtime_error{"cannot set up the line editor"};
    editor_.reset(::el_init_fd("hark", stdin, nowhere_.get(), nowhere_.get(), STDIN_FILENO,
                               STDOUT_FILENO, STDERR_FILENO));
    if (!editor_) throw std::runtime_error{"cannot set up the line editor"};

    HistEventW event{};
    ::history_w(history_.get(), &event, H_SETSIZE, HISTORY_LINES);
    ::history_w(history_.get(), &event, H_SETUNIQUE, 1);

    EditLine* const editor = editor_.get();
    ::el_wset(editor, EL_CLIENTDATA, this);
    ::el_wset(editor, EL_SIGNAL, 0);
    ::el_wset(editor, EL_EDITOR, L"emacs");
    ::el_wset(editor, EL_HIST, ::history_w, history_.get());
    ::el_wset(editor, EL_GETCFN, &LineEditor::read_character);
    bind_keys();
    ::el_wset(editor, EL_UNBUFFERED, 1);
    ::el_wset(editor, EL_PREP_TERM, 1);
}

LineEditor::~LineEditor() {
    if (is_in_foreground()) {
        suspend();
    } else {
        // Keeps libedit from restoring the terminal.
        ::el_wset(editor_.get(), EL_SETFP, 0, nowhere_.get());
    }
}

void LineEditor::bind_keys() {
    struct Binding {
        const wchar_t* name;
        unsigned char (*function)(EditLine*, wint_t) noexcept;
        const wchar_t* keys[2];
    };
    const wchar_t delete_key[] = {TerminalKeys::DELETE_KEY, 0};
    const Binding own[] = {
        {L"hark-submit", &LineEditor::submit, {L"^M", L"^J"}},
        {L"hark-reset", &LineEditor::reset, {L"^C", nullptr}},
        {L"hark-end-or-delete", &LineEditor::end_or_delete, {L"^D", nullptr}},
        {L"hark-delete-next", &LineEditor::delete_next, {delete_key, nullptr}},
        {L"hark-left", &LineEditor::move_left, {L"^B", nullptr}},
        {L"hark-right", &LineEditor::move_right, {L"^F", nullptr}},
        {L"hark-redraw", &LineEditor::ask_redraw, {L"^L", nullptr}},
    };
    for (const Binding& each : own) {
        ::el_wset(editor_.get(), EL_ADDFN, each.name, each.name, each.function);
        for (const wchar_t* const key : each.keys) {
            if (key != nullptr) ::el_wset(editor_.get(), EL_BIND, key, each.name, nullptr);
        }
    }
    // As in the shell; libedit's own Emacs mode binds these differently.
    const wchar_t* const others[][2] = {
        {L"^H", L"em-delete-prev-char"}, {L"\x7F", L"em-delete-prev-char"},
        {L"^I", L"ed-insert"},           {L"^U", L"vi-kill-line-prev"},
        {L"^W", L"ed-delete-prev-word"}, {L"^R", L"ed-search-prev-history"},
    };
    for (const auto& [key, name] : others) {
        ::el_wset(editor_.get(), EL_BIND, key, name, nullptr);
    }
}

LineEditor::Outcome LineEditor::press(const std::wstring& key) {
    const bool inserts = key.front() >= 0x20 && key.front() != 0x7F;
    if (inserts && line().size() >= MAX_LINE) return Outcome::full;
    key_ = key;
    outcome_ = Outcome::edited;
    int length = 0;
    ::el_wgets(editor_.get(), &length);
    key_.clear();
    return outcome_;
}

std::wstring_view LineEditor::line() const noexcept {
    const LineInfoW* const info = ::el_wline(editor_.get());
    return {info->buffer, static_cast<std::size_t>(info->lastchar - info->buffer)};
}

std::size_t LineEditor::cursor() const noexcept {
    const LineInfoW* const info = ::el_wline(editor_.get());
    return static_cast<std::size_t>(info->cursor - info->buffer);
}

void LineEditor::clear() {
    static_cast<void>(press(L"\x03"));
}

void LineEditor::remember(const std::wstring& line) {
    if (line.empty() || line.size() > LONGEST_REMEMBERED) return;
    HistEventW event{};
    ::history_w(history_.get(), &event, H_ENTER, line.c_str());
}

void LineEditor::suspend() noexcept {
    ::el_wset(editor_.get(), EL_PREP_TERM, 0);
}

void LineEditor::resume() noexcept {
    ::el_wset(editor_.get(), EL_PREP_TERM, 1);
}

// --- Callbacks from libedit ---------------------------------------------------------------------

LineEditor& LineEditor::self(EditLine* editor) noexcept {
    void* data = nullptr;
    ::el_wget(editor, EL_CLIENTDATA, &data);
    return *static_cast<LineEditor*>(data);
}

int LineEditor::read_character(EditLine* editor, wchar_t* character) noexcept {
    std::wstring& key = self(editor).key_;
    if (key.empty()) {
        errno = EAGAIN;
        return -1;
    }
    *character = key.front();
    key.erase(0, 1);
    return 1;
}

unsigned char LineEditor::submit(EditLine* editor, wint_t) noexcept {
    LineEditor& me = self(editor);
    me.submitted_ = me.line();
    me.outcome_ = Outcome::submitted;
    return CC_FATAL;
}

// CC_FATAL makes libedit clear the line and its state: undo, and the position in the history.
// Anything else would briefly switch to cooked mode, in which keys typed would echo.
unsigned char LineEditor::reset(EditLine*, wint_t) noexcept {
    return CC_FATAL;
}

unsigned char LineEditor::end_or_delete(EditLine* editor, wint_t key) noexcept {
    LineEditor& me = self(editor);
    if (!me.line().empty()) return delete_next(editor, key);
    me.outcome_ = Outcome::end;
    return CC_NORM;
}

unsigned char LineEditor::delete_next(EditLine* editor, wint_t key) noexcept {
    LineEditor& me = self(editor);
    const std::size_t before = me.cursor();
    static_cast<void>(move_right(editor, key));
    ::el_deletestr(editor, static_cast<int>(me.cursor() - before));
    return CC_REFRESH;
}

// The cursor never stops between a character and the combining characters on it.
unsigned char LineEditor::move_left(EditLine* editor, wint_t) noexcept {
    LineEditor& me = self(editor);
    do {
        ::el_cursor(editor, -1);
    } while (me.cursor() > 0 && me.cursor() < me.line().size() &&
             is_combining(me.line()[me.cursor()]));
    return CC_REFRESH;
}

unsigned char LineEditor::move_right(EditLine* editor, wint_t) noexcept {
    LineEditor& me = self(editor);
    do {
        ::el_cursor(editor, 1);
    } while (me.cursor() < me.line().size() && is_combining(me.line()[me.cursor()]));
    return CC_REFRESH;
}

unsigned char LineEditor::ask_redraw(EditLine* editor, wint_t) noexcept {
    self(editor).outcome_ = Outcome::redraw;
    return CC_NORM;
}

}  // namespace hark
