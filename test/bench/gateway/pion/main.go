// Handshakes a second of a pion/dtls server on one core, by the time spent inside the server. Argument: how many.
// As in handshakes.ts: client and server in one process, no sockets, cookie, X.509 both ways, Connection ID.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/pion/dtls/v3"
	dtlselliptic "github.com/pion/dtls/v3/pkg/crypto/elliptic"
)

// Handshakes before those that count: tables of the curve, the heap's size.
const warmUp = 20

func main() {
	runtime.GOMAXPROCS(1)
	count, err := strconv.Atoi(os.Args[1])
	check(err)
	authority := issue("authority", nil)
	server := configOf(issue("server", &authority), authority)
	device := configOf(issue("device", &authority), authority)

	// A server that believes everyone would have less to do.
	impostor := issue("authority", nil)
	var unknown x509.UnknownAuthorityError
	if _, err := handshake(server, configOf(issue("device", &impostor), authority)); !errors.As(err, &unknown) {
		check(fmt.Errorf("an impostor's device was not refused as such: %w", err))
	}
	// pion remembers no chain: the same device is examined every time.
	var spent time.Duration
	for done := -warmUp; done < count; done++ {
		each, err := handshake(server, device)
		check(err)
		if done >= 0 {
			spent += each
		}
	}
	fmt.Println(version(), float64(count)/spent.Seconds())
}

func check(err error) {
	if err != nil {
		fmt.Println("FAILED", err)
		os.Exit(1)
	}
}

func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if module.Path == "github.com/pion/dtls/v3" {
			return module.Version
		}
	}
	return "unknown"
}

// handshake gives the time that the server took for one.
func handshake(serverConfig, clientConfig *dtls.Config) (time.Duration, error) {
	serverEnd, clientEnd := newEnd(), newEnd()
	results := make(chan error, 2)

	startedAt := time.Now()
	server, err := dtls.Server(serverEnd, serverEnd.LocalAddr(), serverConfig)
	check(err)
	go func() { results <- server.Handshake() }()
	settle()
	spent := time.Since(startedAt)

	client, err := dtls.Client(clientEnd, clientEnd.LocalAddr(), clientConfig)
	check(err)
	go func() { results <- client.Handshake() }()
	settle()
	for len(clientEnd.sent)+len(serverEnd.sent) > 0 {
		for len(clientEnd.sent) > 0 {
			spent += serverEnd.deliver(<-clientEnd.sent)
		}
		for len(serverEnd.sent) > 0 {
			clientEnd.deliver(<-serverEnd.sent)
		}
	}
	state, _ := server.ConnectionState()
	// Closing ends what a failed handshake still waits for; it is not part of one.
	_, _ = server.Close(), client.Close()
	err = errors.Join(<-results, <-results)
	if err == nil && len(state.PeerCertificates) != 1 {
		err = errors.New("no certificate of the device")
	}
	return spent, err
}

func configOf(own, authority tls.Certificate) *dtls.Config {
	roots := x509.NewCertPool()
	roots.AddCert(authority.Leaf)
	return &dtls.Config{
		Certificates:          []tls.Certificate{own},
		CipherSuites:          []dtls.CipherSuiteID{dtls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
		EllipticCurves:        []dtlselliptic.Curve{dtlselliptic.P256},
		ExtendedMasterSecret:  dtls.RequireExtendedMasterSecret,
		ClientAuth:            dtls.RequireAndVerifyClientCert,
		ClientCAs:             roots,
		RootCAs:               roots,
		ServerName:            "server",
		ConnectionIDGenerator: dtls.RandomCIDGenerator(8),
	}
}

// issue makes a P-256 certificate; without an issuer, one that signs itself.
func issue(name string, issuer *tls.Certificate) tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(17),
		Subject:               pkix.Name{CommonName: name},
		DNSNames:              []string{name},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(time.Hour),
		BasicConstraintsValid: true,
		IsCA:                  issuer == nil,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
	parent, signer := template, key
	if issuer != nil {
		template.KeyUsage = x509.KeyUsageDigitalSignature
		parent, signer = issuer.Leaf, issuer.PrivateKey.(*ecdsa.PrivateKey)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	check(err)
	leaf, err := x509.ParseCertificate(der)
	check(err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}
