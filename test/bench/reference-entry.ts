/** What the edge is measured against: a bare Hono Worker, and one that makes a single call to a Durable Object. */
import { DurableObject } from 'cloudflare:workers'
import { Hono } from 'hono'

/** SQLite-backed, like the eUICC's object, and does nothing. */
export class NothingObject extends DurableObject {
  async call(octets: Uint8Array): Promise<Uint8Array> {
    return octets
  }
}

interface ReferenceEnvironment {
  readonly NOTHING: { getByName(name: string): { call(octets: Uint8Array): Promise<Uint8Array> } }
}

const app = new Hono<{ Bindings: ReferenceEnvironment }>()
app.all('/hello', (context) => context.text('hello'))
app.post('/object', async (context) => {
  const octets = new Uint8Array(await context.req.arrayBuffer())
  // A poll names its eUICC in the last octets.
  const name = octets.subarray(-16).toString()
  return new Response(await context.env.NOTHING.getByName(name).call(octets))
})

export default app satisfies ExportedHandler<ReferenceEnvironment>
