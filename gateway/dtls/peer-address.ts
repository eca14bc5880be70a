/** Where datagrams come from and go to. The core compares addresses and hands them back; it never opens a socket. */

export interface PeerAddress {
  /** IP address in text, as the socket reports it. */
  readonly address: string
  readonly port: number
}

export function addressKey(peer: PeerAddress): string {
  return `${peer.address}|${peer.port}`
}

/** `192.0.2.1:5684`, `[2001:db8::1]:5684` */
export function addressText({ address, port }: PeerAddress): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

export function isSameAddress(left: PeerAddress, right: PeerAddress): boolean {
  return left.port === right.port && left.address === right.address
}

const IPV4_MAPPED = '::ffff:'

/** One spelling for an IPv4 address, whether the socket is IPv4 or dual-stack. */
export function normalAddress(address: string): string {
  return address.startsWith(IPV4_MAPPED) && address.includes('.')
    ? address.slice(IPV4_MAPPED.length)
    : address
}
