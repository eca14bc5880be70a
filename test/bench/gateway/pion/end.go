package main

import (
	"net"
	"runtime"
	"sync"
	"time"
)

// Datagrams of one flight, more than there ever are.
const flight = 16

// end is one side's transport: what it sends waits until somebody delivers it.
type end struct {
	received, sent chan []byte
	closed         chan struct{}
	closing        sync.Once
}

func newEnd() *end {
	return &end{received: make(chan []byte, flight), sent: make(chan []byte, flight), closed: make(chan struct{})}
}

// deliver hands over a datagram and gives the time until its receiver has done all that follows from it.
func (e *end) deliver(datagram []byte) time.Duration {
	startedAt := time.Now()
	e.received <- datagram
	settle()
	return time.Since(startedAt)
}

// settle lets every goroutine run until it waits. With one processor a goroutine that yields comes last; a few times,
// since the scheduler now and then prefers it to the others.
func settle() {
	for range 5 {
		runtime.Gosched()
	}
}

func (e *end) ReadFrom(octets []byte) (int, net.Addr, error) {
	select {
	case datagram := <-e.received:
		return copy(octets, datagram), e.LocalAddr(), nil
	case <-e.closed:
		return 0, nil, net.ErrClosed
	}
}

func (e *end) WriteTo(octets []byte, _ net.Addr) (int, error) {
	select {
	case e.sent <- append([]byte(nil), octets...):
		return len(octets), nil
	case <-e.closed:
		return 0, net.ErrClosed
	}
}

func (e *end) Close() error {
	e.closing.Do(func() { close(e.closed) })
	return nil
}

// Both ends are at one address, and nothing waits but what Close ends.
func (e *end) LocalAddr() net.Addr              { return &net.UDPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 5684} }
func (e *end) SetDeadline(time.Time) error      { return nil }
func (e *end) SetReadDeadline(time.Time) error  { return nil }
func (e *end) SetWriteDeadline(time.Time) error { return nil }
