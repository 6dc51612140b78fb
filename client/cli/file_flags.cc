#include "client/cli/commands.h"
#include "client/cli/flags.h"

namespace credlink::cli {
namespace {

constexpr int kMaxConcurrency = 64;

void AddImport(CLI::App& app, Invocation& invocation) {
  Options& options = invocation.options;
  CLI::App& importing =
      AddCommand(app, "import", "Link every account that a file names", Import, invocation);
  AddTenant(importing, options);
  importing
      .add_option("file", options.file, "CSV with a header, or JSON lines; - is standard input")
      ->type_name("FILE")
      ->required();
  importing
      .add_option("--import-id", options.import_id,
                  "Names this import; the same one again repeats it safely [a new one, printed]")
      ->type_name("ID");
  importing
      .add_option("--concurrency", options.concurrency, "How many accounts at a time, 1 to 64")
      ->check(CLI::Range(1, kMaxConcurrency).description(""))
      ->type_name("COUNT")
      ->capture_default_str();
  importing
      .add_option("--results", options.results_file,
                  "Where to write what became of each line [standard output]")
      ->type_name("FILE");
  importing.add_flag("--validate-only", options.validate_only, "Check everything, store nothing");
  importing.footer(R"(
Columns, or keys: account_number, provisioning_hash, owner_id, owner_name, owner_login, account_id, label,
environment (production, test), annotation.KEY (in JSON: annotations, an object), request_id. The first
three are needed. Every line is checked before anything is sent. After a break, run the same command again
with the --import-id that was printed: what is linked stays as it is.

Example:
  credlink import accounts.csv --tenant acme --results results.jsonl --output json)");
}

void AddExport(CLI::App& app, Invocation& invocation) {
  Options& options = invocation.options;
  CLI::App& exporting =
      AddCommand(app, "export", "Write all accounts to a file; there are no secrets in it", Export,
                 invocation);
  AddTenant(exporting, options);
  exporting.add_option("file", options.file, "Where to; - or nothing is standard output")
      ->type_name("FILE");
  exporting
      .add_option(
          "--format", options.file_format,
          "csv, or jsonl: an account as protobuf JSON a line [csv; jsonl with --output json]")
      ->transform(
          CLI::CheckedTransformer(std::map<std::string, FileFormat>{
                                      {"csv", FileFormat::kCsv}, {"jsonl", FileFormat::kJsonLines}})
              .description(""))
      ->type_name("csv|jsonl");
  exporting.add_option("--filter", options.filter, "Only these; as for list")->type_name("FILTER");
  exporting.add_flag("--show-deleted", options.show_deleted, "Also deleted accounts");
  exporting.footer(R"(
In CSV, a cell that a spreadsheet would run as a formula has an apostrophe before it; import takes that
away again. import passes over the columns that it does not need.

Example:
  credlink export accounts.csv --tenant acme --show-deleted)");
}

}  // namespace

void AddFileCommands(CLI::App& app, Invocation& invocation) {
  AddImport(app, invocation);
  AddExport(app, invocation);
}

}  // namespace credlink::cli
