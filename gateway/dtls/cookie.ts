/** Stateless cookies: the server answers a first hello without remembering it (RFC 6347 §4.2.1). */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { ClientHelloStart } from './client-hello.ts'
import { OctetCursor, uint8, uint32 } from './octet-writer.ts'
import { normalAddress, type PeerAddress } from './peer-address.ts'

export const COOKIE_LENGTH = 32
const LIFETIME_SECONDS = 90
/** A worker whose clock is a little ahead may have issued the cookie. */
const CLOCK_SKEW_SECONDS = 5
const MAC_LENGTH = 27
/** Room for what is authenticated: two addresses, and parts of one ClientHello, which is in one datagram. */
const scratch = Buffer.alloc(2 ** 17)

export interface CookieKey {
  /** One octet, so that a cookie names the key that made it. */
  readonly id: number
  readonly key: Uint8Array
}

/** What a server needs of cookies; all workers of a port share the keys, since the second hello may reach another. */
export interface CookieOffice {
  issue(from: PeerAddress, hello: ClientHelloStart, now: number): Buffer
  accepts(cookie: Buffer, from: PeerAddress, hello: ClientHelloStart, now: number): boolean
}

/**
 * Cookies of 32 octets: key id, time of issue in seconds, 27 octets of HMAC-SHA256 over both, both addresses and what
 * the client must repeat. `keys` gives the newest key first; two keys bridge a rotation.
 */
export function createCookieOffice(
  localAddress: PeerAddress,
  keys: () => readonly CookieKey[],
): CookieOffice {
  const mac = (key: CookieKey, seconds: number, from: PeerAddress, hello: ClientHelloStart) => {
    const cursor = new OctetCursor(scratch).uint8(key.id).uint32(seconds)
    // The lengths in front make it unambiguous.
    for (const { address, port } of [localAddress, from]) cursor.text8(normalAddress(address)).uint16(port)
    for (const part of hello.bound) cursor.vector16(part)
    return createHmac('sha256', key.key).update(cursor.written).digest().subarray(0, MAC_LENGTH)
  }
  return {
    issue(from, hello, now) {
      const key = keys()[0]
      if (key === undefined) return Buffer.alloc(0)
      const seconds = Math.floor(now / 1000) >>> 0
      return Buffer.concat([uint8(key.id), uint32(seconds), mac(key, seconds, from, hello)])
    },
    accepts(cookie, from, hello, now) {
      if (cookie.length !== COOKIE_LENGTH) return false
      const seconds = cookie.readUInt32BE(1)
      const age = Math.floor(now / 1000) - seconds
      const key = keys().find((candidate) => candidate.id === cookie[0])
      if (key === undefined || age > LIFETIME_SECONDS || age < -CLOCK_SKEW_SECONDS) return false
      return timingSafeEqual(cookie.subarray(5), mac(key, seconds, from, hello))
    },
  }
}
