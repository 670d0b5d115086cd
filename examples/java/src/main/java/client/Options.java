package client;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The words of the command line.
 *
 * @param server the gate, as host:port
 * @param ca the CA of the gate's certificate, a PEM file
 * @param cert this client's certificate, a PEM file
 * @param key this client's key, a PEM file (PKCS #8)
 * @param context the IssuanceContext, a JSON file
 * @param requestId unique; the id of the first time, to ask again for the same answer
 * @param tbs the TBSCertificate, a DER file
 */
record Options(
    String server,
    String ca,
    String cert,
    String key,
    String context,
    String requestId,
    String tbs) {
  private static final String USAGE =
      "usage: evaluate --server HOST:PORT --ca FILE --cert FILE --key FILE"
          + " --context FILE [--request-id ID] TBS_FILE";
  private static final Set<String> NEEDED =
      Set.of("--server", "--ca", "--cert", "--key", "--context", "--request-id");

  static Options read(String[] arguments) {
    Map<String, String> given = new HashMap<>();
    given.put("--request-id", UUID.randomUUID().toString());
    for (int at = 0; at + 1 < arguments.length; at += 2) {
      given.put(arguments[at], arguments[at + 1]);
    }
    if (arguments.length % 2 == 0 || !given.keySet().equals(NEEDED)) {
      throw new IllegalArgumentException(USAGE);
    }
    return new Options(
        given.get("--server"),
        given.get("--ca"),
        given.get("--cert"),
        given.get("--key"),
        given.get("--context"),
        given.get("--request-id"),
        arguments[arguments.length - 1]);
  }
}
