#include "cli/grammar/common.h"
#include "cli/grammar/families.h"

namespace mpegflow::cli::grammar {
namespace {

void add_serve(const Syntax& root, Arguments& arguments) {
  const Syntax serve = root.add("serve", "Serve jobs over HTTP, with a worker inside");
  add_state(serve, arguments);
  ConfigFlags& flags = arguments.flags;
  serve.option("--listen", &flags.listen,
               "Also on these addresses, as in 127.0.0.1:8080,[::1]:8080; each request\n"
               "there needs a key",
               "ADDRESS:PORT");
  serve.option("--socket", &flags.socket, "Local socket (default: STATE/mpegflow.sock)", "PATH");
  serve.option("--root", &flags.roots,
               "Folders, with : between, that clients on the network may name files in", "FOLDERS");
  serve.option("--host-name", &flags.host_names, "Names that the server is asked under", "NAMES");
  serve.option("--tls-cert", &flags.tls_certificate, "Certificate chain (PEM): TLS on --listen",
               "FILE");
  serve.option("--tls-key", &flags.tls_key, "Its key (PEM)", "FILE");
  serve.option("--log-format", &flags.log_format, "console or json", "FORMAT");
  serve.flag("--no-worker", arguments.has_no_worker, "No worker inside");
  serve.option("-j,--jobs", &flags.jobs, "Encoders at once (default: cores)", "N");
  add_sandbox(serve, arguments);
}

void add_keys(const Syntax& root, Arguments& arguments) {
  const Syntax key = root.add_noun("key", "Look at API keys, make and revoke them");
  const Syntax create = add_read(key, arguments, "create", "Make a key; its token is printed once");
  KeyWords& words = arguments.key_words;
  create.option("--name", &words.name, "For people", "TEXT");
  create.required_option("--scope", &words.scopes, "submit, read, admin, worker, raw; with commas",
                         "WORDS");
  create.option("--tenant", &words.tenant, "Whose jobs it is for (default local)", "NAME");
  create.option("--pool", &words.pools, "What a worker may claim from (default: any)", "POOLS");
  create.option("--expires", &words.expires, "Good for so long, as in 90d", "AGE");
  add_read(key, arguments, "list", "List keys, also revoked ones");
  add_read(key, arguments, "revoke", "End a key for good")
      .required_word("KEY", &arguments.key, "Its id");
}

}  // namespace

void add_server(const Syntax& root, Arguments& arguments) {
  add_serve(root, arguments);
  add_keys(root, arguments);
}

}  // namespace mpegflow::cli::grammar
