#include "tools/admin/clients.hpp"

#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "common/locale/locale_charset.hpp"
#include "common/varlink/json.hpp"
#include "tools/cli/report.hpp"
#include "tools/control/address_totals.hpp"
#include "tools/control/control_session.hpp"
#include "tools/control/json_fields.hpp"
#include "tools/control/shown_json.hpp"
#include "tools/terminal/columns.hpp"
#include "tools/terminal/quantity_text.hpp"
#include "tools/terminal/terminal_text.hpp"

#include <algorithm>
#include <map>

#include <fmt/core.h>

namespace hark {

namespace {

// No process can hold more connections than it may have descriptors (fs.nr_open).
constexpr std::size_t MOST = 1U << 20;

// Calls `on_page`, void(const ClientPage&, const varlink::Json& reply), for each page.
template <typename OnPage>
void for_each_page(const std::string& control, OnPage&& on_page) {
    ControlSession session{control};
    std::size_t clients = 0;
    std::optional<std::uint64_t> after = 0;
    while (after) {
        const varlink::JsonBox reply = session.call("Clients", {{"after", *after}});
        std::string fault;
        const std::optional<ClientPage> page = read_clients(*reply, *after, fault);
        if (!page) throw ControlError{bad_reply(fault)};
        clients += page->clients.size();
        if (clients > MOST) throw ControlError{bad_reply("next")};
        on_page(*page, *reply);
        after = page->next;
    }
}

// All clients and, for `--json`, each as the daemon sent it, by number.
struct Everybody {
    std::vector<ClientStatus> clients;
    std::map<std::uint64_t, std::string> lines;
};

Everybody ask(const ClientsOptions& options) {
    Everybody everybody;
    for_each_page(options.control, [&](const ClientPage& page, const varlink::Json& reply) {
        if (options.json) {
            const auto said = JsonFields{reply}.list("clients");
            for (std::size_t i = 0; i < page.clients.size(); ++i) {
                append_shown_json(everybody.lines[page.clients[i].id], *said[i]);
            }
        }
        everybody.clients.insert(everybody.clients.end(), page.clients.begin(), page.clients.end());
    });
    sort_clients(everybody.clients, options.sort, options.descending);
    return everybody;
}

std::string text_of(const TextTable& table) {
    std::string text;
    for (const std::string& line : table.lines()) text += line + "\n";
    return text;
}

std::string table_text(const std::vector<ClientStatus>& clients, const LocaleCharset& charset) {
    // If all clients use one local address, or get text replies, the column would say nothing.
    const bool several = std::any_of(clients.begin(), clients.end(), [&](const auto& client) {
        return client.local != clients.front().local;
    });
    const bool special = std::any_of(clients.begin(), clients.end(),
                                     [](const auto& client) { return client.replies != "text"; });
    const bool limited = std::any_of(clients.begin(), clients.end(),
                                     [](const auto& client) { return client.limited; });
    const bool proxied = std::any_of(clients.begin(), clients.end(),
                                     [](const auto& client) { return !client.via.empty(); });
    const bool certified = std::any_of(clients.begin(), clients.end(),
                                       [](const auto& client) { return !client.cert.empty(); });
    std::vector<TextTable::Column> columns{
        {_("ID"), true},       {_("Peer")},        {_("Age"), true}, {_("Idle"), true},
        {_("Messages"), true}, {_("Bytes"), true}, {_("Charset")},   {_("Framing")}};
    if (special) columns.push_back({_("Replies")});
    columns.push_back({_("Unread"), true});
    if (limited) columns.push_back({_("Rate")});
    if (proxied) columns.push_back({_("Via")});
    if (certified) columns.push_back({_("Certificate")});
    if (several) columns.push_back({_("Local address")});
    TextTable table{std::move(columns)};
    for (const ClientStatus& client : clients) {
        std::vector<std::string> cells{
            fmt::format("{}", client.id),
            shown_text(charset, client.peer),
            duration_text(client.age),
            duration_text(client.idle),
            fmt::format("{}", client.messages),
            fmt::format("{}", client.bytes),
            client.charset.empty() ? "-" : shown_text(charset, client.charset),
            shown_text(charset, client.framing)};
        if (special) cells.push_back(shown_text(charset, client.replies));
        // A peer that is not reading may have no unread replies yet.
        cells.push_back(fmt::format("{}{}", client.unread_replies, client.reading ? "" : "!"));
        if (limited) cells.emplace_back(client.limited ? _("limited") : "");
        if (proxied) cells.push_back(shown_text(charset, client.via));
        if (certified) cells.push_back(shown_text(charset, client.cert));
        if (several) cells.push_back(shown_text(charset, client.local));
        table.add(std::move(cells));
    }
    return text_of(table);
}

std::vector<AddressTotal> ask_by_address(const ClientsOptions& options) {
    AddressTotals totals;
    for_each_page(options.control, [&totals](const ClientPage& page, const varlink::Json&) {
        for (const ClientStatus& client : page.clients) totals.add(client);
    });
    return totals.sorted();
}

std::string table_text(const std::vector<AddressTotal>& totals, const LocaleCharset& charset) {
    TextTable table{{{_("Address")},
                     {_("Clients"), true},
                     {_("Limited"), true},
                     {_("Messages"), true},
                     {_("Bytes"), true}}};
    for (const AddressTotal& total : totals) {
        table.add({shown_text(charset, total.address), fmt::format("{}", total.clients),
                   fmt::format("{}", total.limited), fmt::format("{}", total.messages),
                   fmt::format("{}", total.bytes)});
    }
    return text_of(table);
}

// {"address":"192.0.2.7","clients":2,"limited":0,"messages":10,"bytes":100}
std::string json_lines(const std::vector<AddressTotal>& totals) {
    std::string text;
    for (const AddressTotal& total : totals) {
        append_shown_json(text, {{"address", total.address},
                                 {"clients", total.clients},
                                 {"limited", total.limited},
                                 {"messages", total.messages},
                                 {"bytes", total.bytes}});
        text += '\n';
    }
    return text;
}

}  // namespace

int show_clients(const ClientsOptions& options) {
    if (options.by_address && options.sorted) {
        throw UsageError{_("--by-address cannot be combined with --sort or --reverse")};
    }
    prepare_locale_for_terminal();
    if (options.by_address) {
        const std::vector<AddressTotal> totals = ask_by_address(options);
        if (options.json) return print_bytes(json_lines(totals));
        return print_all(table_text(totals, LocaleCharset{}));
    }
    const Everybody everybody = ask(options);
    if (!options.json) {
        const LocaleCharset charset;
        return print_all(table_text(everybody.clients, charset));
    }
    std::string text;
    for (const ClientStatus& client : everybody.clients) {
        text += everybody.lines.at(client.id) + "\n";
    }
    return print_bytes(text);
}

void take_sort(ClientsOptions& into, const std::string& value) {
    const bool descending = value.starts_with('-');
    const auto column = client_column(std::string_view{value}.substr(descending ? 1 : 0));
    if (!column) {
        throw UsageError{formatted(_("--sort: invalid column \"{}\": expected id, peer, age, "
                                     "idle, messages, bytes or unread"),
                                   argument_text(value))};
    }
    into.sort = *column;
    into.sorted = true;
    into.descending = descending;
}

void take_reverse(ClientsOptions& into, const std::string&) {
    into.descending = true;
    into.sorted = true;
}

void take_by_address(ClientsOptions& into, const std::string&) {
    into.by_address = true;
}

}  // namespace hark
