// A device that links pion/dtls and go-coap: CoAP over DTLS with a Connection ID, block-wise both ways, over a socket
// whose source port changes under the session. Arguments: port mode(cert|psk) ca cert key psk-hex
package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"

	piondtls "github.com/pion/dtls/v3"
	"github.com/plgd-dev/go-coap/v3/dtls"
	"github.com/plgd-dev/go-coap/v3/message"
	"github.com/plgd-dev/go-coap/v3/message/codes"
	"github.com/plgd-dev/go-coap/v3/net/blockwise"
	"github.com/plgd-dev/go-coap/v3/options"
	"github.com/plgd-dev/go-coap/v3/udp/client"
)

// movingConn is one connection to the gateway whose local port can change.
type movingConn struct {
	mutex sync.Mutex
	conn  net.Conn
	peer  string
}

func (m *movingConn) current() net.Conn {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.conn
}

func (m *movingConn) move() error {
	next, err := net.Dial("udp", m.peer)
	if err != nil {
		return err
	}
	m.mutex.Lock()
	before := m.conn
	m.conn = next
	m.mutex.Unlock()
	if before != nil {
		return before.Close()
	}
	return nil
}

func (m *movingConn) Read(octets []byte) (int, error) {
	for {
		conn := m.current()
		count, err := conn.Read(octets)
		if err != nil && conn != m.current() {
			continue
		}
		return count, err
	}
}
func (m *movingConn) Write(octets []byte) (int, error)     { return m.current().Write(octets) }
func (m *movingConn) Close() error                         { return m.current().Close() }
func (m *movingConn) LocalAddr() net.Addr                  { return m.current().LocalAddr() }
func (m *movingConn) RemoteAddr() net.Addr                 { return m.current().RemoteAddr() }
func (m *movingConn) SetDeadline(when time.Time) error     { return m.current().SetDeadline(when) }
func (m *movingConn) SetReadDeadline(when time.Time) error { return m.current().SetReadDeadline(when) }
func (m *movingConn) SetWriteDeadline(when time.Time) error {
	return m.current().SetWriteDeadline(when)
}

func check(err error, what string) {
	if err != nil {
		fmt.Printf("FAILED %s: %v\n", what, err)
		os.Exit(1)
	}
}

func configOf(arguments []string) *piondtls.Config {
	// No server name: pion takes the empty acknowledgement of one (RFC 6066 §3) for a malformed list.
	config := &piondtls.Config{
		ConnectionIDGenerator: piondtls.RandomCIDGenerator(6),
		ExtendedMasterSecret:  piondtls.RequireExtendedMasterSecret,
		SessionStore:          &sessionStore{map[string]piondtls.Session{}},
	}
	if arguments[1] == "psk" {
		key, err := hex.DecodeString(arguments[5])
		check(err, "psk")
		config.PSK = func([]byte) ([]byte, error) { return key, nil }
		config.PSKIdentityHint = []byte("meter-7")
		config.CipherSuites = []piondtls.CipherSuiteID{piondtls.TLS_PSK_WITH_AES_128_CCM_8}
		return config
	}
	pem, err := os.ReadFile(arguments[2])
	check(err, "ca")
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	config.InsecureSkipVerify = true
	config.VerifyPeerCertificate = func(chain [][]byte, _ [][]*x509.Certificate) error {
		leaf, err := x509.ParseCertificate(chain[0])
		if err != nil {
			return err
		}
		if leaf.Subject.CommonName != "eim.example.com" {
			return fmt.Errorf("this is %s", leaf.Subject.CommonName)
		}
		_, err = leaf.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
		return err
	}
	own, err := tls.LoadX509KeyPair(arguments[3], arguments[4])
	check(err, "certificate")
	config.Certificates = []tls.Certificate{own}
	config.CipherSuites = []piondtls.CipherSuiteID{piondtls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}
	return config
}

// sessionStore remembers one session for one server.
type sessionStore struct{ sessions map[string]piondtls.Session }

func (s *sessionStore) Set(key []byte, session piondtls.Session) error {
	s.sessions[string(key)] = session
	return nil
}
func (s *sessionStore) Get(key []byte) (piondtls.Session, error) { return s.sessions[string(key)], nil }
func (s *sessionStore) Del(key []byte) error {
	delete(s.sessions, string(key))
	return nil
}

func connect(ctx context.Context, transport *movingConn, peer net.Addr, config *piondtls.Config) *client.Conn {
	check(transport.move(), "socket")
	secured, err := piondtls.Client(packetConn{transport, peer}, peer, config)
	check(err, "client")
	check(secured.HandshakeContext(ctx), "handshake")
	fmt.Println("handshake: done")
	return dtls.Client(secured, options.WithBlockwise(true, blockwise.SZX512, 10*time.Second))
}

func main() {
	arguments := os.Args[1:]
	transport := &movingConn{peer: "127.0.0.1:" + arguments[0]}
	peer, err := net.ResolveUDPAddr("udp", transport.peer)
	check(err, "address")
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	config := configOf(arguments)
	conn := connect(ctx, transport, peer, config)
	post := func(name string, body []byte) {
		response, err := conn.Post(ctx, "/e", message.AppOctets, bytes.NewReader(body))
		check(err, name)
		answer, err := io.ReadAll(response.Body())
		check(err, name)
		if response.Code() != codes.Changed {
			fmt.Printf("FAILED %s: %v\n", name, response.Code())
			os.Exit(1)
		}
		fmt.Printf("%s: %v %d octets\n", name, response.Code(), len(answer))
	}
	post("poll", []byte("poll"))
	check(transport.move(), "move")
	post("moved", []byte("poll"))
	post("large", bytes.Repeat([]byte("x"), 5000))
	if arguments[1] == "cert" {
		// Without Connection ID: pion leaves it out of the Finished of a resumption, where RFC 9146 §4 asks for it.
		config.ConnectionIDGenerator = nil
		conn = connect(ctx, &movingConn{peer: transport.peer}, peer, config)
		post("resumed", []byte("poll"))
	}
	fmt.Println("done")
}

// packetConn is what pion wants of a transport.
type packetConn struct {
	conn *movingConn
	peer net.Addr
}

func (p packetConn) ReadFrom(octets []byte) (int, net.Addr, error) {
	count, err := p.conn.Read(octets)
	return count, p.peer, err
}
func (p packetConn) WriteTo(octets []byte, _ net.Addr) (int, error) { return p.conn.Write(octets) }
func (p packetConn) Close() error                                   { return p.conn.Close() }
func (p packetConn) LocalAddr() net.Addr                            { return p.conn.LocalAddr() }
func (p packetConn) SetDeadline(when time.Time) error               { return p.conn.SetDeadline(when) }
func (p packetConn) SetReadDeadline(when time.Time) error           { return p.conn.SetReadDeadline(when) }
func (p packetConn) SetWriteDeadline(when time.Time) error          { return p.conn.SetWriteDeadline(when) }
