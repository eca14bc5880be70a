/**
 * What nodes of a cluster say to each other over UDP: datagrams of devices on their way to the session's owner, answers
 * on their way back, and whether a node is alive. Authenticated by the cluster key; the datagrams inside protect
 * themselves.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { PeerAddress } from '../dtls/index.ts'

export type Frame =
  /** A device's datagram, for the node that owns its session. */
  | {
      readonly kind: 'deliver'
      readonly listener: number
      readonly peer: PeerAddress
      readonly datagram: Buffer
    }
  /** An answer, to be sent by the node that the device knows. */
  | {
      readonly kind: 'send'
      readonly listener: number
      readonly peer: PeerAddress
      readonly datagram: Buffer
    }
  | { readonly kind: 'ping' }
  | { readonly kind: 'pong' }

const MAGIC = 0xe1
const VERSION = 1
const MAC_OCTETS = 16
/** magic (1) || version (1) || kind (1) || node (1) || time (6) */
const HEADER_OCTETS = 10
/** Seconds of difference that clocks of nodes may have; an older frame is a replay. */
const LIFETIME_MS = 10_000

const KINDS = ['deliver', 'send', 'ping', 'pong'] as const

export interface FrameKey {
  readonly octets: Buffer
}

export function frameKey(clusterKey: Uint8Array): FrameKey {
  return { octets: Buffer.from(hkdfSync('sha256', clusterKey, '', 'edge-eim hand-over', 32)) }
}

/** `node`: who writes it; `now`: milliseconds since 1970. */
export function writeFrame({ octets: key }: FrameKey, node: number, frame: Frame, now: number): Buffer {
  const header = Buffer.alloc(HEADER_OCTETS)
  header.set([MAGIC, VERSION, KINDS.indexOf(frame.kind), node])
  header.writeUIntBE(now, 4, 6)
  const parts: Buffer[] = [header]
  if ('datagram' in frame) {
    const address = Buffer.from(frame.peer.address, 'latin1')
    const route = Buffer.alloc(4)
    route.set([frame.listener, address.length])
    route.writeUInt16BE(frame.peer.port, 2)
    parts.push(route, address, frame.datagram)
  }
  const content = Buffer.concat(parts)
  return Buffer.concat([content, macOf(key, content)])
}

function macOf(key: Buffer, content: Buffer): Buffer {
  return createHmac('sha256', key).update(content).digest().subarray(0, MAC_OCTETS)
}

/** Undefined for octets that no node of the cluster has written in the last seconds. */
export function readFrame(
  keys: readonly FrameKey[],
  octets: Buffer,
  now: number,
): { readonly node: number; readonly frame: Frame } | undefined {
  const end = octets.length - MAC_OCTETS
  if (end < HEADER_OCTETS || octets[0] !== MAGIC || octets[1] !== VERSION) return undefined
  const content = octets.subarray(0, end)
  const mac = octets.subarray(end)
  if (!keys.some((key) => timingSafeEqual(macOf(key.octets, content), mac))) return undefined
  if (Math.abs(content.readUIntBE(4, 6) - now) > LIFETIME_MS) return undefined
  const kind = KINDS[content[2] ?? KINDS.length]
  const node = content[3] ?? 0
  if (kind === undefined) return undefined
  if (kind === 'ping' || kind === 'pong') return { node, frame: { kind } }
  const routed = readRouted(content.subarray(HEADER_OCTETS))
  return routed && { node, frame: { kind, ...routed } }
}

function readRouted(octets: Buffer): { listener: number; peer: PeerAddress; datagram: Buffer } | undefined {
  const [listener, addressLength] = octets
  if (listener === undefined || addressLength === undefined || octets.length < 4 + addressLength)
    return undefined
  const port = octets.readUInt16BE(2)
  const address = octets.toString('latin1', 4, 4 + addressLength)
  return { listener, peer: { address, port }, datagram: octets.subarray(4 + addressLength) }
}
