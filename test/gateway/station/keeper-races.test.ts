/** Two keepers, one vault that is slow, fails and forgets to say so, and the promises of a saved session held at any moment. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Effect, Session } from '../../../gateway/dtls/index.ts'
import { SessionKeeper } from '../../../gateway/session-keeper.ts'
import {
  type Claim,
  MemoryVault,
  type SaveOutcome,
  type SessionSave,
  SessionSeal,
  type SessionVault,
} from '../../../gateway/session-store/index.ts'
import type { DtlsClient } from '../../simulator/dtls-client/dtls-client.ts'
import { client, serverOptions, VirtualPort } from '../dtls/virtual-port.ts'

const DAY_MS = 86_400_000
const WINDOW = 64
const seal = new SessionSeal(Buffer.alloc(32, 1))

/** How a call of the vault ends: carried out, not carried out and rejected, or carried out and rejected all the same. */
type Ending = 'done' | 'failed' | 'unheard'

interface Call {
  readonly carryOut: () => Promise<unknown>
  readonly settle: (result: unknown) => void
  readonly reject: (error: Error) => void
}

/** A vault whose calls are carried out in their order, when they are told to. */
class SlowVault implements SessionVault {
  readonly #inner = new MemoryVault(() => 0)
  readonly #calls: Call[] = []
  onSaved: (sessions: readonly SessionSave[], outcomes: readonly SaveOutcome[]) => void = () => undefined

  async save(sessions: readonly SessionSave[]): Promise<readonly SaveOutcome[]> {
    const outcomes = await this.#wait(() => this.#inner.save(sessions))
    this.onSaved(sessions, outcomes)
    return outcomes
  }

  claim(name: string): Promise<Claim> {
    return this.#wait(() => this.#inner.claim(name))
  }

  remove(sessions: readonly { readonly name: string; readonly generation: number }[]): Promise<void> {
    return this.#wait(() => this.#inner.remove(sessions))
  }

  async close(): Promise<void> {}

  async step(ending: Ending): Promise<void> {
    const call = this.#calls.shift()
    if (!call) return
    const result = ending === 'failed' ? undefined : await call.carryOut()
    if (ending === 'done') call.settle(result)
    else call.reject(new Error('as told'))
  }

  #wait<T>(carryOut: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#calls.push({ carryOut, settle: (result) => resolve(result as T), reject })
    })
  }
}

const idle = () => new Promise((resolve) => setImmediate(resolve))

/** A device, and all that is known about its session. */
interface Device {
  readonly client: DtlsClient
  readonly connectionId: Buffer
  /** Sealed and not delivered to anybody. */
  readonly records: Buffer[]
  /** Record numbers that a node has read. */
  readonly read: Set<number>
  /** Record numbers that a finished save has as read. */
  readonly savedAsRead: Set<number>
  readonly written: Set<number>
}

interface Node {
  readonly port: VirtualPort
  readonly keeper: SessionKeeper
  readonly sessions: Map<Device, Session>
}

interface Window {
  readonly readEdge: number
  readonly windowLow: number
  readonly windowHigh: number
}

function isMarked({ windowLow, windowHigh }: Window, age: number): boolean {
  return (((age < 32 ? windowLow : windowHigh) >>> (age & 31)) & 1) === 1
}

/** Of the record numbers that count as read, those the window names. */
function markedIn(window: Window): number[] {
  return Array.from({ length: WINDOW }, (_, age) => age)
    .filter((age) => window.readEdge >= age && isMarked(window, age))
    .map((age) => window.readEdge - age)
}

function counts(window: Window, sequence: number): boolean {
  const age = window.readEdge - sequence
  return age >= WINDOW || (age >= 0 && isMarked(window, age))
}

const sequenceOf = (record: Buffer) => record.readUIntBE(5, 6)

class World {
  readonly vault = new SlowVault()
  readonly faults: string[] = []
  readonly devices: Device[] = []
  readonly nodes: Node[] = []
  now = 1_800_000_000_000
  #lives = 0

  constructor() {
    this.vault.onSaved = (sessions, outcomes) => this.#noteSaved(sessions, outcomes)
    this.nodes.push(this.#newNode(), this.#newNode())
    for (let index = 0; index < 2; index++) this.devices.push(this.#connect(this.#node(index)))
  }

  #node(index: number): Node {
    const node = this.nodes[index % this.nodes.length]
    if (!node) throw new Error('there are nodes')
    return node
  }

  #newNode(): Node {
    const port = new VirtualPort(serverOptions({}, `races ${this.#lives++}`))
    port.now = this.now
    const sessions = new Map<Device, Session>()
    const keeper = new SessionKeeper({
      endpoint: port.endpoint,
      vault: this.vault,
      seal,
      idleMs: 60 * DAY_MS,
      count: () => undefined,
      log: () => undefined,
      now: () => this.now,
      onFenced: (session) => this.#abandon(port, sessions, session),
      onDue: () => undefined,
    })
    return { port, keeper, sessions }
  }

  #abandon(port: VirtualPort, sessions: Map<Device, Session>, session: Session): void {
    port.endpoint.abandon(session)
    for (const [device, each] of sessions) if (each === session) sessions.delete(device)
  }

  #connect(node: Node): Device {
    const device = client({ cid: Buffer.of(7, 7) })
    const session = node.port.connect(device)
    const fresh = {
      client: device,
      connectionId: session.ownCid,
      records: [],
      read: new Set([0]),
      savedAsRead: new Set<number>(),
      written: new Set<number>(),
    }
    node.sessions.set(fresh, session)
    node.keeper.change(session, this.now)
    return fresh
  }

  #noteSaved(sessions: readonly SessionSave[], outcomes: readonly SaveOutcome[]): void {
    sessions.forEach((saved, index) => {
      const device = this.devices.find(({ connectionId }) => seal.nameOf(connectionId) === saved.name)
      if (!device) return
      const window =
        saved.kind === 'progress'
          ? saved.progress
          : seal.open(device.connectionId, saved.sealed)?.state.counters
      if (!window) {
        this.faults.push('a state that does not open')
        return
      }
      for (const sequence of markedIn(window)) {
        if (!device.read.has(sequence)) this.faults.push(`saved as read, but was not: ${sequence}`)
        if (outcomes[index]?.kind === 'saved') device.savedAsRead.add(sequence)
      }
      if (!device.read.has(window.readEdge)) this.faults.push(`an edge that nobody read: ${window.readEdge}`)
    })
  }

  #obey(node: Node, device: Device, session: Session, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'data') node.keeper.advance(session, this.now)
      if (effect.kind === 'reservation-low') node.keeper.change(session, this.now)
      if (effect.kind === 'send') {
        const sequence = sequenceOf(effect.datagram)
        if (device.written.has(sequence)) this.faults.push(`number ${sequence} was used twice`)
        device.written.add(sequence)
      }
    }
  }

  async carryOut(step: Step): Promise<void> {
    const { what, who, which, many } = step
    const node = this.#node(who)
    const device = this.devices[which]
    const session = device && node.sessions.get(device)
    switch (what) {
      case 'wait':
        this.now += many < 5 ? 10 : 1000
        for (const { keeper } of this.nodes) keeper.timeout(this.now)
        break
      case 'done':
      case 'failed':
      case 'unheard':
        for (let index = 0; index < many % 4; index++) await this.vault.step(what)
        break
      case 'claim':
        if (device && !session) this.#claim(node, device)
        break
      case 'crash':
        this.nodes[who] = this.#newNode()
        break
      default:
        if (device && session) this.#use(node, device, session, step)
    }
    await idle()
  }

  #use(node: Node, device: Device, session: Session, { what, many }: Step): void {
    const { endpoint } = node.port
    switch (what) {
      case 'send':
        for (let index = 0; index < many; index++) device.records.push(device.client.data('x'))
        break
      case 'read':
        this.#read(node, device, session, many)
        break
      case 'write':
        for (let index = 0; index < many * many; index++) {
          this.#obey(node, device, session, endpoint.send(session, Buffer.of(1)))
        }
        break
      case 'move':
        node.keeper.change(session, this.now)
        break
      case 'release':
        this.#abandon(node.port, node.sessions, session)
        break
      case 'close':
        this.#obey(node, device, session, endpoint.close(session))
        node.sessions.delete(device)
        node.keeper.forget(session)
        this.devices[this.devices.indexOf(device)] = this.#connect(node)
    }
  }

  /** The last but some of the records that the device has sent; a new one when there is none. */
  #read(node: Node, device: Device, session: Session, back: number): void {
    if (device.records.length === 0) device.records.push(device.client.data('x'))
    const [record] = device.records.splice(-1 - (back % Math.min(8, device.records.length)), 1)
    if (!record) return
    const effects = node.port.endpoint.receive(record, session.peer, this.now)
    if (effects.some(({ kind }) => kind === 'data')) device.read.add(sequenceOf(record))
    this.#obey(node, device, session, effects)
  }

  #claim(node: Node, device: Device): void {
    void node.keeper.claim(device.connectionId).then((session) => {
      if (!session) return
      const window = session.counters()
      for (const sequence of device.savedAsRead) {
        if (!counts(window, sequence)) this.faults.push(`the window went back: ${sequence}`)
      }
      if (this.nodes.includes(node)) node.sessions.set(device, session)
    })
  }
}

interface Step {
  readonly what: (typeof STEPS)[number]
  readonly who: number
  readonly which: number
  readonly many: number
}

const STEPS = [
  ...(['read', 'read', 'read', 'read', 'read', 'read', 'wait', 'wait', 'wait', 'wait'] as const),
  ...(['done', 'done', 'done', 'done', 'done', 'failed', 'unheard', 'claim', 'claim', 'claim'] as const),
  ...(['send', 'write', 'move', 'release', 'crash', 'close'] as const),
]

const step = fc.record({
  what: fc.constantFrom(...STEPS),
  who: fc.nat(1),
  which: fc.nat(1),
  many: fc.integer({ min: 1, max: 60 }),
})

describe('two keepers at one vault that fails', () => {
  it('never let a window go back, use a number twice, or save what was not read', async () => {
    const steps = fc.array(step, { minLength: 40, maxLength: 150, size: 'max' })
    const property = fc.asyncProperty(steps, async (all) => {
      const world = new World()
      for (const each of all) await world.carryOut(each)
      expect(world.faults).toEqual([])
    })
    await fc.assert(property, { numRuns: Number(process.env.KEEPER_RUNS ?? 60) })
  }, 300_000)
})
