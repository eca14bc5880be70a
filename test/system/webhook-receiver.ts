/** An operator's own receiver of webhooks: a real HTTP server that fails at random, and believes only what verifies. */
import { createServer } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { SeededRandom } from '../simulator/seeded-random.ts'

/** As it came: CloudEvents 1.0. */
export interface ReceivedEvent {
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly sequence: number
  readonly data: Readonly<Record<string, unknown>>
}

export interface WebhookReceiver {
  readonly url: string
  /** Of the endpoint; nothing is believed before it is set. */
  secret: string
  /** What was answered with 2xx, in the order of arrival. */
  readonly taken: readonly ReceivedEvent[]
  /** Answered with an error although they were good. */
  readonly refusals: number
  /** Did not verify. */
  readonly forgeries: number
  close(): Promise<void>
}

/** How often a good event is refused; never twice, for the pauses between tries grow to hours. */
const REFUSED_SHARE = 0.2
const NO_CONTENT = 204
const FAILURES = [500, 503, 404] as const

export async function startReceiver(seed: number): Promise<WebhookReceiver> {
  const random = new SeededRandom(seed)
  const refused = new Set<string>()
  const state = { secret: '', taken: [] as ReceivedEvent[], refusals: 0, forgeries: 0 }
  const answerTo = (body: string, headers: Record<string, string>): number => {
    try {
      new Webhook(state.secret).verify(body, headers)
    } catch {
      state.forgeries++
      return 401
    }
    const event = JSON.parse(body) as ReceivedEvent
    if (!refused.has(event.id) && random.chance(REFUSED_SHARE)) {
      refused.add(event.id)
      state.refusals++
      return FAILURES[state.refusals % FAILURES.length] ?? 500
    }
    state.taken.push(event)
    return NO_CONTENT
  }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      )
      response.writeHead(answerTo(Buffer.concat(parts).toString(), headers)).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}/events`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  })
}
