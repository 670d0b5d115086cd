// Evaluate asks the gate whether a to-be-signed certificate may be signed.
//
// It exits 0 where the gate released the bytes, 1 where it did not, and 2 where there is no
// answer. Only exit code 0 is leave to sign.
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/protobuf/encoding/protojson"

	gatev1 "gate.example/evaluate/gen/gate/v1"
)

const deadline = 30 * time.Second

var (
	server      = flag.String("server", "127.0.0.1:8443", "the gate, as `host:port`")
	caFile      = flag.String("ca", "", "the CA of the gate's certificate, a PEM `file`")
	certFile    = flag.String("cert", "", "this client's certificate, a PEM `file`")
	keyFile     = flag.String("key", "", "this client's key, a PEM `file`")
	contextFile = flag.String("context", "", "the IssuanceContext, a JSON `file`")
	requestID   = flag.String("request-id", rand.Text(), "to ask again for the same answer, the `id` of the first time")
)

func main() {
	flag.Parse()
	released, err := run(flag.Args())
	if err != nil {
		fmt.Fprintf(os.Stderr, "not released: %v (request id %s)\n", err, *requestID)
		os.Exit(2)
	}
	if !released {
		os.Exit(1)
	}
}

func run(files []string) (bool, error) {
	if len(files) != 1 {
		return false, errors.New("name one file with a TBSCertificate in DER")
	}
	request, err := readRequest(files[0])
	if err != nil {
		return false, err
	}
	identity, err := readIdentity()
	if err != nil {
		return false, err
	}
	connection, err := grpc.NewClient(*server, grpc.WithTransportCredentials(identity))
	if err != nil {
		return false, err
	}
	defer connection.Close()

	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	// Every status but OK comes back as an error, and an error is never a release.
	answer, err := gatev1.NewIssuanceGateServiceClient(connection).Evaluate(ctx, request)
	if err != nil {
		return false, err
	}
	sent := sha256.Sum256(request.TbsCertificate)
	if !bytes.Equal(answer.GetDecision().GetTbsSha256(), sent[:]) {
		return false, errors.New("the answer is about other bytes than those sent")
	}
	show(answer)
	return answer.GetDecision().GetVerdict() == gatev1.Verdict_VERDICT_RELEASE && answer.Release != nil, nil
}

func readRequest(tbsFile string) (*gatev1.EvaluateRequest, error) {
	tbs, err := os.ReadFile(tbsFile)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(*contextFile)
	if err != nil {
		return nil, err
	}
	circumstances := &gatev1.IssuanceContext{}
	if err := protojson.Unmarshal(text, circumstances); err != nil {
		return nil, fmt.Errorf("%s: %w", *contextFile, err)
	}
	return &gatev1.EvaluateRequest{
		RequestId:      *requestID,
		TbsCertificate: tbs,
		Context:        circumstances,
	}, nil
}

// readIdentity gives TLS in which each side shows a certificate.
func readIdentity() (credentials.TransportCredentials, error) {
	pair, err := tls.LoadX509KeyPair(*certFile, *keyFile)
	if err != nil {
		return nil, err
	}
	ca, err := os.ReadFile(*caFile)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		return nil, fmt.Errorf("%s: holds no certificate in PEM", *caFile)
	}
	return credentials.NewTLS(&tls.Config{
		Certificates: []tls.Certificate{pair},
		RootCAs:      roots,
		MinVersion:   tls.VersionTLS13,
	}), nil
}

// show prints the verdict, why the gate blocks, and what a signer needs to verify a release.
func show(answer *gatev1.EvaluateResponse) {
	decision := answer.Decision
	verdict := strings.TrimPrefix(decision.Verdict.String(), "VERDICT_")
	fmt.Printf("%s decision %s, log entry %d\n", verdict, decision.DecisionId, decision.LogIndex)
	for _, finding := range decision.Findings {
		fmt.Printf("  %s: %s\n", finding.Code, finding.Message)
	}
	for _, rule := range decision.Rules {
		failed := rule.Outcome == gatev1.Outcome_OUTCOME_FAIL || rule.Outcome == gatev1.Outcome_OUTCOME_ERROR
		if rule.Mode != gatev1.Mode_MODE_ENFORCE || !failed {
			continue
		}
		fmt.Printf("  %s: %s\n", rule.RuleId, rule.Title)
		for _, finding := range rule.Findings {
			fmt.Printf("    %s\n", finding.Message)
		}
	}
	if answer.Release != nil {
		fmt.Printf("  token: %s\n", answer.Release.Token)
	}
}
