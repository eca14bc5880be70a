/** The gateway's end of the push channel: a WebSocket to the edge that is opened again whenever it ends. */
import { Agent, WebSocket } from 'undici'
import { IDENTITY_HEADER } from '../../shared/gateway/forwarded-request.ts'
import {
  PUSH_PATH,
  PUSH_PING,
  PUSH_PONG,
  type PushOutcome,
  PushRequest,
} from '../../shared/gateway/push-message.ts'
import type { EdgeTarget } from '../configuration/index.ts'
import type { SignToken } from '../forward/index.ts'
import type { Log } from '../telemetry/index.ts'

export interface PushChannelOptions {
  readonly target: EdgeTarget
  /** PEM; null for the public ones. */
  readonly certificateAuthorities: string | null
  readonly sign: SignToken
  /** Never rejects. */
  readonly transfer: (request: PushRequest) => Promise<PushOutcome>
  readonly log: Log
  /** Numbers from 0 to below 1. */
  readonly random?: () => number
}

const PING_MS = 30_000
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 60_000
/** Pushes at one time; more are refused as busy. */
const MOST_PUSHES = 1000

export class PushChannel {
  readonly #options: PushChannelOptions
  readonly #agent: Agent
  #socket: WebSocket | undefined
  #timer: NodeJS.Timeout | undefined
  #ping: NodeJS.Timeout | undefined
  #hasAnswered = true
  #pauseMs = FIRST_PAUSE_MS
  #isClosed = false
  #pushes = 0

  constructor(options: PushChannelOptions) {
    this.#options = options
    const { certificateAuthorities } = options
    this.#agent = new Agent({
      connect: certificateAuthorities === null ? {} : { ca: certificateAuthorities },
      allowH2: false,
    })
    void this.#open()
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#timer)
    clearInterval(this.#ping)
    this.#socket?.close()
    await this.#agent.close()
  }

  async #open(): Promise<void> {
    const { target, sign } = this.#options
    const body = new Uint8Array()
    const token = await sign({ audience: target.host, method: 'GET', path: PUSH_PATH, body })
    if (this.#isClosed) return
    const isRenamed = target.host !== new URL(target.origin).hostname
    const socket = new WebSocket(`${target.origin.replace(/^http/, 'ws')}${PUSH_PATH}`, {
      dispatcher: this.#agent,
      headers: { [IDENTITY_HEADER]: token, ...(isRenamed ? { Host: target.host } : {}) },
    })
    this.#socket = socket
    socket.addEventListener('open', () => this.#opened(socket))
    socket.addEventListener('message', ({ data }) => this.#receive(socket, data))
    // «close» follows each «error», and says no less.
    socket.addEventListener('error', () => undefined)
    socket.addEventListener('close', ({ code }) => this.#closed(socket, code))
  }

  #opened(socket: WebSocket): void {
    if (socket !== this.#socket) return
    this.#options.log('info', 'push_channel_open')
    this.#hasAnswered = true
    this.#ping = setInterval(() => this.#checkAlive(socket), PING_MS)
  }

  /** A connection that has gone without a word would never end by itself. */
  #checkAlive(socket: WebSocket): void {
    if (!this.#hasAnswered) {
      socket.close()
      this.#closed(socket, 0)
      return
    }
    this.#hasAnswered = false
    socket.send(PUSH_PING)
  }

  /** A connection given up before may end long after another has taken its place. */
  #closed(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return
    this.#socket = undefined
    clearInterval(this.#ping)
    if (this.#isClosed) return
    const random = this.#options.random ?? Math.random
    const pauseMs = this.#pauseMs * (0.5 + random())
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS)
    this.#options.log('warn', 'push_channel_closed', { code, againInMs: Math.round(pauseMs) })
    this.#timer = setTimeout(() => void this.#open(), pauseMs)
  }

  #receive(socket: WebSocket, data: unknown): void {
    if (data === PUSH_PONG) {
      this.#hasAnswered = true
      // Not before: an edge that takes a connection and ends it at once is not to be asked once a second.
      this.#pauseMs = FIRST_PAUSE_MS
      return
    }
    const request = readRequest(data)
    if (!request) {
      this.#options.log('error', 'push_unreadable')
      return
    }
    void this.#answer(socket, request)
  }

  async #answer(socket: WebSocket, request: PushRequest): Promise<void> {
    if (this.#pushes >= MOST_PUSHES) {
      socket.send(JSON.stringify({ type: 'outcome', id: request.id, outcome: 'busy' }))
      return
    }
    this.#pushes++
    const outcome = await this.#options.transfer(request)
    this.#pushes--
    // The edge takes silence for «unreachable», and the answer is not lost: the card keeps its result.
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(outcome))
  }
}

function readRequest(data: unknown): PushRequest | undefined {
  if (typeof data !== 'string') return undefined
  try {
    return PushRequest.safeParse(JSON.parse(data)).data
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
