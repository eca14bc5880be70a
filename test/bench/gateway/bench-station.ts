/** A station as a worker has it, with devices whose sessions are up, and an edge that answers at once. */
import { randomBytes } from 'node:crypto'
import { DEFAULT_COAP_OPTIONS, DEFAULT_TIMING } from '../../../gateway/coap/index.ts'
import { codeOf, writeMessage } from '../../../gateway/coap/message.ts'
import { OPTION, stringOption } from '../../../gateway/coap/option.ts'
import { CONNECTION_ID_LENGTH, ConnectionIds, RANDOM_LENGTH } from '../../../gateway/connection-id.ts'
import type { PeerAddress } from '../../../gateway/dtls/index.ts'
import { SessionNames } from '../../../gateway/session-name.ts'
import { MemoryVault, SessionSeal, type SessionVault } from '../../../gateway/session-store/index.ts'
import { Station } from '../../../gateway/station.ts'
import type { StationPorts } from '../../../gateway/station-options.ts'
import { psk, pskClient, serverOptions } from '../../gateway/dtls/virtual-port.ts'
import type { DtlsClient } from '../../simulator/dtls-client/dtls-client.ts'

export const CLUSTER_KEY = Buffer.alloc(32, 3)
const IDLE_MS = 86_400_000
const ANSWER = { status: 200, body: Buffer.from('bf4f03020101', 'hex'), retryAfter: null }

export interface BenchStation {
  readonly station: Station
  /** Sent by the station since it was last emptied. */
  readonly sent: { readonly datagram: Buffer; readonly to: PeerAddress }[]
  /** What a datagram is sent by, instead of being kept. */
  send: ((datagram: Buffer, to: PeerAddress) => void) | undefined
  /** Told when the station wants to be woken, by the clock as it is; without it, nothing is saved by itself. */
  wakeAt: ((at: number | undefined) => void) | undefined
  /** Lets time pass, and what it brings happen. */
  pass(milliseconds: number): void
}

export function createStation(
  vault: SessionVault = new MemoryVault(),
  forward: StationPorts['forward'] = () => Promise.resolve(ANSWER),
  seal = new SessionSeal(CLUSTER_KEY),
): BenchStation {
  const ids = new ConnectionIds(CLUSTER_KEY)
  const sent: { datagram: Buffer; to: PeerAddress }[] = []
  let passed = 0
  const bench: BenchStation = {
    sent,
    send: undefined,
    wakeAt: undefined,
    pass: (milliseconds) => {
      passed += milliseconds
      station.timeout()
    },
    station: undefined as never,
  }
  const station: Station = new Station({
    dtls: {
      ...serverOptions(),
      random: randomBytes,
      cidLength: CONNECTION_ID_LENGTH,
      newCid: () => ids.create({ node: 1, worker: 0 }, randomBytes(RANDOM_LENGTH)),
    },
    coap: {
      ...DEFAULT_COAP_OPTIONS,
      aliases: new Map([['e', '/gsma/rsp2/asn1']]),
      random: Math.random,
      randomOctets: (length) => randomBytes(length),
    },
    timing: DEFAULT_TIMING,
    blockSize: 1024,
    seal,
    names: new SessionNames(CLUSTER_KEY),
    idleMs: IDLE_MS,
    ports: {
      now: () => Date.now() + passed,
      send: (datagram, to) => (bench.send ? bench.send(datagram, to) : void sent.push({ datagram, to })),
      forward,
      handOver: () => 'claimable',
      preSharedKey: () => psk.key,
      vault,
      count: () => undefined,
      log: () => undefined,
      wakeAt: (at) => bench.wakeAt?.(at && at - passed),
    },
  })
  return Object.assign(bench, { station })
}

/** A device whose handshake is done, at this address. */
export function connectDevice({ station, sent }: BenchStation, from: PeerAddress): DtlsClient {
  const device = pskClient()
  let pending = device.hello()
  while (pending.length > 0) {
    for (const datagram of pending) station.receive(Buffer.from(datagram), from)
    pending = sent.splice(0).flatMap(({ datagram }) => device.receive(datagram))
  }
  if (!device.isEstablished) throw new Error(`no handshake: ${device.fault}`)
  return device
}

/** A poll: CON POST /e with the 21 octets of GetEimPackageRequest. */
export function pollOf(messageId: number): Buffer {
  const payload = Buffer.concat([Buffer.from('bf4f125a10', 'hex'), Buffer.alloc(16, 0x89)])
  const head = {
    type: 'CON',
    code: codeOf('0.02'),
    messageId,
    token: Uint8Array.of(messageId & 255),
  } as const
  return Buffer.from(writeMessage({ ...head, options: [stringOption(OPTION.uriPath, 'e')], payload }))
}
