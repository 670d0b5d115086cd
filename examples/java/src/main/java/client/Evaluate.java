package client;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.JsonFormat;
import gate.v1.DecisionOuterClass.Decision;
import gate.v1.DecisionOuterClass.Finding;
import gate.v1.DecisionOuterClass.Mode;
import gate.v1.DecisionOuterClass.Outcome;
import gate.v1.DecisionOuterClass.RuleOutcome;
import gate.v1.DecisionOuterClass.Verdict;
import gate.v1.IssuanceGate.EvaluateRequest;
import gate.v1.IssuanceGate.EvaluateResponse;
import gate.v1.IssuanceGate.IssuanceContext;
import gate.v1.IssuanceGateServiceGrpc;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.TimeUnit;

/**
 * Asks the gate whether a to-be-signed certificate may be signed.
 *
 * <p>Exits 0 where the gate released the bytes, 1 where it did not, and 2 where there is no answer.
 * Only exit code 0 is leave to sign.
 */
public final class Evaluate {
  private static final long DEADLINE_SECONDS = 30;

  private Evaluate() {}

  public static void main(String[] arguments) {
    String requestId = "none was sent";
    int exitCode = 2;
    try {
      Options options = Options.read(arguments);
      requestId = options.requestId();
      exitCode = released(options) ? 0 : 1;
    } catch (Exception error) {
      // Every status but OK comes here as an exception, and an exception is never a release.
      System.err.printf("not released: %s (request id %s)%n", reason(error), requestId);
    }
    System.exit(exitCode);
  }

  private static String reason(Throwable error) {
    Throwable cause = error.getCause();
    String said = error.getClass().getSimpleName() + ": " + error.getMessage();
    return said + (cause == null ? "" : ": " + cause.getMessage());
  }

  private static boolean released(Options options) throws IOException, NoSuchAlgorithmException {
    EvaluateRequest request = request(options);
    ManagedChannel channel = Grpc.newChannelBuilder(options.server(), identity(options)).build();
    try {
      EvaluateResponse answer =
          IssuanceGateServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
              .evaluate(request);
      byte[] tbs = request.getTbsCertificate().toByteArray();
      byte[] sent = MessageDigest.getInstance("SHA-256").digest(tbs);
      if (!answer.getDecision().getTbsSha256().equals(ByteString.copyFrom(sent))) {
        throw new IOException("the answer is about other bytes than those sent");
      }
      show(answer);
      return answer.getDecision().getVerdict() == Verdict.VERDICT_RELEASE && answer.hasRelease();
    } finally {
      channel.shutdownNow();
    }
  }

  private static EvaluateRequest request(Options options) throws IOException {
    IssuanceContext.Builder context = IssuanceContext.newBuilder();
    JsonFormat.parser().merge(Files.readString(Path.of(options.context())), context);
    return EvaluateRequest.newBuilder()
        .setRequestId(options.requestId())
        .setTbsCertificate(ByteString.copyFrom(Files.readAllBytes(Path.of(options.tbs()))))
        .setContext(context)
        .build();
  }

  /** TLS in which each side shows a certificate. */
  private static ChannelCredentials identity(Options options) throws IOException {
    return TlsChannelCredentials.newBuilder()
        .trustManager(new File(options.ca()))
        .keyManager(new File(options.cert()), new File(options.key()))
        .build();
  }

  /** Prints the verdict, why the gate blocks, and what a signer needs to verify a release. */
  private static void show(EvaluateResponse answer) {
    Decision decision = answer.getDecision();
    System.out.printf(
        "%s decision %s, log entry %d%n",
        decision.getVerdict().name().replace("VERDICT_", ""),
        decision.getDecisionId(),
        decision.getLogIndex());
    for (Finding finding : decision.getFindingsList()) {
      System.out.printf("  %s: %s%n", finding.getCode(), finding.getMessage());
    }
    for (RuleOutcome rule : decision.getRulesList()) {
      if (!blocks(rule)) {
        continue;
      }
      System.out.printf("  %s: %s%n", rule.getRuleId(), rule.getTitle());
      for (Finding finding : rule.getFindingsList()) {
        System.out.printf("    %s%n", finding.getMessage());
      }
    }
    if (answer.hasRelease()) {
      System.out.printf("  token: %s%n", answer.getRelease().getToken());
    }
  }

  private static boolean blocks(RuleOutcome rule) {
    boolean failed =
        rule.getOutcome() == Outcome.OUTCOME_FAIL || rule.getOutcome() == Outcome.OUTCOME_ERROR;
    return failed && rule.getMode() == Mode.MODE_ENFORCE;
  }
}
