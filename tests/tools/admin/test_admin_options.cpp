#include "tests/support/parsed_options.hpp"
#include "tools/admin/clients.hpp"
#include "tools/admin/say.hpp"
#include "tools/admin/status.hpp"

using namespace hark;

TEST_CASE("options of status") {
    const StatusOptions options =
        test::parsed<STATUS_OPTIONS, StatusOptions>({"--openmetrics", "--output", "f"});
    CHECK(options.openmetrics);
    CHECK(options.output == "f");
    CHECK(test::complaint<STATUS_OPTIONS, StatusOptions>({"--output="}) ==
          "--output: expected a file name");
}

TEST_CASE("options of clients") {
    const auto parse = test::parsed<CLIENTS_OPTIONS, ClientsOptions>;
    CHECK(parse({}).sort == ClientColumn::id);
    CHECK(parse({"--sort", "idle"}).sort == ClientColumn::idle);
    CHECK_FALSE(parse({"--sort", "idle"}).descending);
    CHECK(parse({"--sort=-age"}).sort == ClientColumn::age);
    CHECK(parse({"--sort=-age"}).descending);
    CHECK(parse({"-r"}).descending);
    CHECK(parse({"--by-address"}).by_address);
    CHECK_FALSE(parse({"--by-address"}).sorted);
    CHECK(parse({"--sort", "id"}).sorted);
    CHECK(parse({"-r"}).sorted);
    for (const char* column : {"", "--", "ages", "-"}) {
        CAPTURE(column);
        CHECK(test::complaint<CLIENTS_OPTIONS, ClientsOptions>({"--sort", column})
                  .starts_with("--sort: invalid column "));
    }
}

TEST_CASE("options of say") {
    CHECK(test::parsed<SAY_OPTIONS, SayOptions>({"--all"}).all);
    CHECK_FALSE(test::parsed<SAY_OPTIONS, SayOptions>({}).all);
}
