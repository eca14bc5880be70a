/** The CoAP side of a simulated device: one request at a time, block-wise and with Echo; and a server for what the eIM pushes. */

import type { BlockSize } from '../../../gateway/coap/block.ts'
import { type CoapMessage, codeOf } from '../../../gateway/coap/message.ts'
import { type Content, type MessageEvent, MessageLayer } from '../../../gateway/coap/message-layer.ts'
import { type CoapOption, OPTION, optionValue, optionValues } from '../../../gateway/coap/option.ts'
import { ReplyMemory } from '../../../gateway/coap/recent-messages.ts'
import type { Timing } from '../../../gateway/coap/timing.ts'
import { Transfer, type TransferOutcome } from '../../../gateway/coap/transfer.ts'

export interface CoapClientOptions {
  readonly timing: Timing
  readonly blockSize: BlockSize
  readonly now: () => number
  /** Numbers from 0 to below 1. */
  readonly random: () => number
  readonly send: (message: Uint8Array) => void
  /** Answers a request of the eIM; null: 4.04. */
  readonly serve?: ((path: string, body: Uint8Array) => Promise<Uint8Array | null>) | undefined
}

interface Open {
  readonly path: string
  readonly body: Uint8Array
  readonly requestTag: CoapOption
  readonly resolve: (outcome: TransferOutcome) => void
  transfer: Transfer
  token: string
}

const UNAUTHORIZED = codeOf('4.01')
const NOTHING = new Uint8Array(0)
const MOST_REPLY_OCTETS = 64 * 1024

export class CoapClient {
  readonly #options: CoapClientOptions
  readonly #layer: MessageLayer
  #open: Open | undefined
  #requests = 0

  constructor(options: CoapClientOptions) {
    this.#options = options
    this.#layer = new MessageLayer(options.timing, new ReplyMemory(MOST_REPLY_OCTETS), options.random)
  }

  get nextTimeout(): number | undefined {
    return this.#layer.nextTimeout
  }

  post(path: string, body: Uint8Array): Promise<TransferOutcome> {
    if (this.#open) return Promise.resolve({ kind: 'busy' })
    const requestTag = { number: OPTION.requestTag.number, value: Uint8Array.of(++this.#requests & 0xff) }
    return new Promise((resolve) => {
      const transfer = this.#transferOf(path, body, requestTag, [])
      this.#open = { path, body, requestTag, resolve, transfer, token: '' }
      this.#ask(this.#open, transfer.start())
    })
  }

  receive(message: Uint8Array): void {
    for (const event of this.#layer.receive(message, this.#options.now())) this.#obey(event)
  }

  timeout(): void {
    for (const event of this.#layer.timeout(this.#options.now())) this.#obey(event)
  }

  /** The session is gone: nothing will be answered any more. */
  close(): void {
    this.#layer.close()
    this.#end({ kind: 'unreachable' })
  }

  /** A tag only where there are blocks to tell apart (RFC 9175 §3.3). */
  #transferOf(path: string, body: Uint8Array, tag: CoapOption, further: readonly CoapOption[]): Transfer {
    const isCut = body.length > this.#options.blockSize
    return new Transfer({ path, body }, this.#options.blockSize, [...(isCut ? [tag] : []), ...further])
  }

  #ask(open: Open, content: Content): void {
    const { token, events } = this.#layer.request(content, this.#options.now())
    open.token = token
    for (const event of events) this.#obey(event)
  }

  #obey(event: MessageEvent): void {
    switch (event.kind) {
      case 'send':
      case 'reply':
        this.#options.send(event.octets)
        return
      case 'response':
        if (event.token === this.#open?.token) this.#proceed(this.#open, event.message)
        return
      case 'failed':
        if (event.token === this.#open?.token) {
          this.#end(event.reason === 'rejected' ? { kind: 'refused' } : { kind: 'unreachable' })
        }
        return
      case 'request':
        void this.#serve(event)
    }
  }

  #proceed(open: Open, response: CoapMessage): void {
    const echo = optionValue(response.options, OPTION.echo)
    if (response.code === UNAUTHORIZED && echo) {
      const echoed = { number: OPTION.echo.number, value: echo.slice() }
      open.transfer = this.#transferOf(open.path, open.body, open.requestTag, [echoed])
      this.#ask(open, open.transfer.start())
      return
    }
    const step = open.transfer.next(response)
    if (step.kind === 'ask') this.#ask(open, step.content)
    else this.#end(step.outcome)
  }

  #end(outcome: TransferOutcome): void {
    const open = this.#open
    this.#open = undefined
    open?.resolve(outcome)
  }

  async #serve({ exchange, message }: Extract<MessageEvent, { kind: 'request' }>): Promise<void> {
    const path = `/${optionValues(message.options, OPTION.uriPath)
      .map((value) => new TextDecoder().decode(value))
      .join('/')}`
    const answer = (await this.#options.serve?.(path, message.payload.slice())) ?? null
    const content: Content = answer
      ? { code: codeOf('2.04'), options: [], payload: answer }
      : { code: codeOf('4.04'), options: [], payload: NOTHING }
    for (const event of this.#layer.respond(exchange, content, this.#options.now())) this.#obey(event)
  }
}
