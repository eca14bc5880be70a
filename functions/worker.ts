import { DurableObject } from 'cloudflare:workers'

export class EuiccObject extends DurableObject<Env> {}

export default {
  fetch: () => new Response('starting', { status: 503 }),
} satisfies ExportedHandler<Env>
