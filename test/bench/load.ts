/** Bounded load on a loopback server: as many requests as a few open connections carry. */
import autocannon from 'autocannon'

const CONNECTIONS = 32
const SECONDS = 2

export interface Load {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** One for each connection, in turn. */
  readonly bodies?: readonly Buffer[]
}

/** Answers a second. @throws when any answer is not 2xx */
export async function requestsPerSecond({ url, headers = {}, bodies }: Load): Promise<number> {
  let next = 0
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: SECONDS,
    method: bodies ? 'POST' : 'GET',
    headers,
    setupClient: (client) => {
      const body = bodies?.[next++ % bodies.length]
      if (body) client.setBody(body)
    },
  })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx + result.errors} requests failed`)
  return result.requests.average
}
